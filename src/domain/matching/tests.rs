//! Who is the same, who is of the same company, and who only looks so.

use chrono::Duration;

use super::*;
use crate::domain::text::Untrusted;
use crate::playbook::Group;

fn now() -> DateTime<Utc> {
    "2026-09-14T09:00:00Z".parse().unwrap()
}

fn who(name: &str, email: &str, phone: &str) -> Contact {
    let said = |text: &str| (!text.is_empty()).then(|| Untrusted::new(text));
    let phone_e164 = (!phone.is_empty()).then(|| phone.to_owned());
    Contact { name: said(name), email: said(email), phone_e164, ..Contact::default() }
}

fn known(id: i64, name: &str, email: &str, phone: &str) -> Known {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (name, email, phone) = (said(name), said(email), said(phone));
    Known { id: LeadId(id), standing: Standing::Open, owner: None, name, email, phone, domain: None, company: None }
}

fn closed(known: Known, exit: Exit, days_ago: i64) -> Known {
    let at = now() - Duration::days(days_ago);
    let original = (exit == Exit::Merged).then_some(LeadId(7));
    Known { standing: Standing::Closed { exit, at, original }, ..known }
}

fn place(who: &Contact, known: &[Known]) -> Belongs {
    belongs(who, known, &Matching::default(), now())
}

const DANA: &str = "dana@acme.example";

#[test]
fn the_same_address_or_number_is_the_same_person() {
    let there = [known(1, "Dana Keller", DANA, "+4930123")];
    for (name, email, phone, is_same) in [
        ("Dana Keller", DANA, "", true),
        ("D. K.", DANA, "+4999", true),
        ("Dana Keller", "", "+4930123", true),
        ("Dana Keller", "dana@home.example", "+4930123", true),
        ("Somebody", "", "+4930123", true),
        ("", "dana@home.example", "+4930123", true),
        ("Ben Ruiz", "ben@acme.example", "+4930123", false),
        ("Max Keller", "max@acme.example", "+4930123", false),
        ("D. Keller", "dk@acme.example", "+4930123", true),
        ("Dana Keller", "dana@home.example", "+4930124", false),
        ("Dana Keller", "", "", false),
    ] {
        let expected = if is_same { Belongs::To(LeadId(1)) } else { Belongs::New };
        assert_eq!(place(&who(name, email, phone), &there), expected, "{name} {email} {phone}");
    }
}

#[test]
fn an_open_lead_is_taken_before_a_newer_closed_one() {
    let there = [closed(known(9, "", DANA, ""), Exit::Unqualified, 1), known(4, "", DANA, "")];
    assert_eq!(place(&who("", DANA, ""), &there), Belongs::To(LeadId(4)));
}

#[test]
fn how_the_newest_lead_ended_decides_whether_it_is_reopened() {
    for (exit, days, expected) in [
        (Exit::Unqualified, 90, Belongs::To(LeadId(1))),
        (Exit::Unqualified, 91, Belongs::New),
        (Exit::Converted, 3, Belongs::To(LeadId(1))),
        (Exit::Suppressed, 4_000, Belongs::To(LeadId(1))),
        (Exit::Removed, 0, Belongs::New),
        (Exit::Merged, 300, Belongs::Follow(LeadId(7))),
    ] {
        let there = [closed(known(1, "", DANA, ""), exit, days)];
        assert_eq!(place(&who("", DANA, ""), &there), expected, "{exit:?} {days}");
    }
}

fn of(known: Known, domain: Option<&str>, company: Option<&str>) -> Known {
    Known { domain: domain.map(str::to_owned), company: company.map(str::to_owned), ..known }
}

#[test]
fn the_company_is_known_by_its_domain_and_by_its_name_only_where_there_is_none() {
    let mut dana = who("Dana Keller", "dana@acme.de", "");
    dana.company = Some(Untrusted::new("Acme GmbH"));
    let there = [
        of(known(5, "Eve", "", ""), Some("acme.de"), None),
        of(known(4, "Fay", "", ""), None, Some("acme")),
        of(known(3, "Gus", "", ""), Some("acme.com"), Some("acme")),
        of(closed(known(2, "Hal", "", ""), Exit::Converted, 9), Some("acme.de"), Some("other")),
    ];
    let relations = Relations::sort(&dana, Some("acme.de".to_owned()), &there, &Matching::default());
    assert_eq!(relations.kin.iter().map(|k| k.lead.0).collect::<Vec<_>>(), [5, 4, 2]);
    assert_eq!(relations.kin[2].kind, KinKind::Customer);
    assert!(relations.alike.is_empty());
}

#[test]
fn an_open_leads_owner_looks_after_the_company_before_a_customers() {
    let owned = |known: Known, owner| Known { owner: Some(PersonId(owner)), ..known };
    let customer = owned(of(closed(known(9, "", "", ""), Exit::Converted, 9), Some("acme.de"), None), 1);
    let open = owned(of(known(5, "", "", ""), Some("acme.de"), None), 2);
    let waiting = of(known(6, "", "", ""), Some("acme.de"), None);
    let ours = Some("acme.de".to_owned());
    let sorted = |there: &[Known]| Relations::sort(&who("", "", ""), ours.clone(), there, &Matching::default()).account();
    assert_eq!(sorted(&[customer.clone(), waiting.clone(), open]).map(|a| a.owner), Some(PersonId(2)));
    assert_eq!(sorted(&[customer, waiting]).map(|a| (a.owner, a.kind)), Some((PersonId(1), KinKind::Customer)));
    assert_eq!(sorted(&[]), None);
}

#[test]
fn similar_names_at_similar_companies_are_suggested() {
    let mut jorg = who("Jörg Müller", "jm@home.example", "");
    jorg.company = Some(Untrusted::new("Acme Robotics GmbH"));
    let there = [
        of(known(5, "Jorg Muller", "", ""), None, Some("acme robotic")),
        of(known(4, "Jorg Muller", "", ""), None, Some("zenith")),
        of(known(3, "Anna Schmidt", "", ""), None, Some("acme robotics")),
        of(closed(known(2, "Jorg Muller", "", ""), Exit::Unqualified, 1), None, Some("acme robotics")),
    ];
    let relations = Relations::sort(&jorg, None, &there, &Matching::default());
    assert_eq!(relations.alike.iter().map(|k| k.lead.0).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_subsidiary_is_of_the_same_company_as_its_parent_and_its_own_house_comes_first() {
    let group = Group { name: "Acme Holding".to_owned(), domains: vec!["acme.com".to_owned(), "acme-robotics.de".to_owned()] };
    let matching = Matching { groups: vec![group], ..Matching::default() };
    let owned = |known: Known, owner| Known { owner: Some(PersonId(owner)), ..known };
    let there = [
        owned(of(known(5, "Eve", "", ""), Some("acme.com"), None), 1),
        owned(of(known(4, "Fay", "", ""), Some("acme-robotics.de"), None), 2),
        owned(of(known(3, "Gus", "", ""), Some("zenith.com"), None), 3),
    ];
    let sorted = |domain: &str, there: &[Known]| {
        let relations = Relations::sort(&who("", "", ""), Some(domain.to_owned()), there, &matching);
        let kin: Vec<i64> = relations.kin.iter().map(|kin| kin.lead.0).collect();
        (kin, relations.account().map(|account| account.owner.0))
    };
    assert_eq!(sorted("acme.com", &there), (vec![5, 4], Some(1)));
    assert_eq!(sorted("acme-robotics.de", &there), (vec![4, 5], Some(2)), "their own house first");
    assert_eq!(sorted("acme-robotics.de", &there[..1]), (vec![5], Some(1)), "then the parent's");
    assert_eq!(sorted("zenith.com", &there), (vec![3], Some(3)));
}
