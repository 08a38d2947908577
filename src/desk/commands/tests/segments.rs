//! `/lead tag` and `/segment list|run`: leads are found again, and something is done with all of them.

use insta::assert_snapshot;

use super::*;
use crate::domain::lead::State;
use crate::domain::message::Attachment;

fn tag(id: LeadId, words: &str) -> [(&'static str, OptionValue); 2] {
    [("lead", text(&id.to_string())), ("tag", text(words))]
}

fn run(segment: &str, action: &str) -> [(&'static str, OptionValue); 2] {
    [("segment", text(segment)), ("action", text(action))]
}

async fn dq(bed: &Bed, id: LeadId, reason: &str) {
    let next = [("lead", text(&id.to_string())), ("reason", text(reason)), ("note", text("their plant burnt down"))];
    let said = seen(&bed.says(may(), "lead dq", next).await);
    assert!(said.contains("L-") && !said.contains("Not now"), "{said}");
}

/// A lead of Ann's that ended for a reason.
async fn ended(bed: &Bed, name: &str, reason: &str) -> LeadId {
    let id = bed.lead(name, &format!("{name} Ltd")).await;
    let claim = Action::on(crate::chat::action::Verb::Claim, id, 1).to_string();
    bed.presses_token(ann(), &claim).await;
    dq(bed, id, reason).await;
    id
}

async fn state(bed: &Bed, id: LeadId) -> State {
    bed.desk.store.lead(id).await.unwrap().unwrap().course.state
}

fn file(answer: &Answer) -> (String, String) {
    let [Attachment { name, bytes, .. }] = view(answer).files.as_slice() else { panic!("one file: {answer:?}") };
    (name.clone(), String::from_utf8(bytes.clone()).unwrap())
}

#[tokio::test]
async fn a_tag_stands_on_the_lead_and_is_suggested() {
    let bed = Bed::new().await;
    let id = bed.lead("Dana Keller", "Acme Robotics").await;
    assert_snapshot!(seen(&bed.says(ann(), "lead tag", tag(id, "#VIP Customer")).await), @"L-1001 ‹Dana K.› carries the tag vip-customer.");
    bed.says(ann(), "lead tag", tag(id, "spring")).await;
    let shown = seen(&bed.says(ann(), "lead show", [("lead", text(&id.to_string()))]).await);
    assert!(shown.contains("Tags ‹spring, vip-customer›"), "{shown}");
    let typing = |typed: &str| Deed::Completing {
        path: vec!["lead".to_owned(), "tag".to_owned()],
        option: "tag".to_owned(),
        typed: typed.to_owned(),
        options: BTreeMap::new(),
    };
    assert_eq!(
        bed.does(ann(), typing("vi")).await,
        Answer::Choices(vec![("vip-customer".to_owned(), "vip-customer".to_owned())])
    );
    let off = [("lead", text(&id.to_string())), ("tag", text("spring")), ("remove", OptionValue::Flag(true))];
    assert_snapshot!(seen(&bed.says(ann(), "lead tag", off).await), @"L-1001 ‹Dana K.› does not carry the tag spring.");
    assert_eq!(bed.does(ann(), typing("spr")).await, Answer::Choices(Vec::new()));
    assert_snapshot!(seen(&bed.says(ann(), "lead tag", tag(id, "a,b")).await), @r#""‹a,b›" cannot be a tag: use letters, digits, - and _, at most 32."#);
    assert_snapshot!(seen(&bed.says(visitor("wim", &["sales-world"]), "lead tag", tag(id, "mine")).await), @"Nobody has it yet: only a manager can do that. Claim it first, then you can too.");
    for nth in 0..9 {
        bed.says(ann(), "lead tag", tag(id, &format!("t{nth}"))).await;
    }
    assert_snapshot!(seen(&bed.says(ann(), "lead tag", tag(id, "eleventh")).await), @"L-1001 ‹Dana K.› carries 10 tags already: take one off first, with /lead tag and remove.");
    let lead = bed.desk.store.lead(id).await.unwrap().unwrap();
    assert_eq!((lead.course.tags.len(), lead.course.work.last_activity_at), (10, None), "a tag is no touch");
}

#[tokio::test]
async fn the_usual_segment_finds_who_was_forgotten_and_sends_them_back() {
    let bed = Bed::new().await;
    let old = ended(&bed, "Dana Keller", "not_a_fit").await;
    bed.passes(Duration::days(150));
    let young = ended(&bed, "Priya Shah", "not_a_fit").await;
    bed.passes(Duration::days(40));
    assert_snapshot!(seen(&bed.says(may(), "segment list", []).await), @r#"
    # Segments
    Unqualified, no contact for six months  1 lead  `dormant`
    when `lead.exit == "unqualified" && lead.contact_days >= 180`
    Use one with /segment run.
    "#);
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("dormant", "count")).await), @"Unqualified, no contact for six months: 1 lead.");
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("dormant", "list")).await), @r"
    # Unqualified, no contact for six months: 1
    L-1001 ‹Dana K.›, ‹Dana Keller Ltd›  CLOSED
    ");
    let mut tagged = run("dormant", "tag").to_vec();
    tagged.push(("tag", text("Win back")));
    let tagged: [(&str, OptionValue); 3] = tagged.try_into().unwrap();
    assert_snapshot!(seen(&bed.says(may(), "segment run", tagged.clone()).await), @"Unqualified, no contact for six months: 1 lead tagged win-back.");
    assert_snapshot!(seen(&bed.says(may(), "segment run", tagged).await), @"Unqualified, no contact for six months: none of its leads lacks the tag win-back.");
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("dormant", "requeue")).await), @"Unqualified, no contact for six months: 1 lead sent back to their teams.");
    assert!(matches!(state(&bed, old).await, State::Waiting { .. }), "{:?}", state(&bed, old).await);
    assert!(matches!(state(&bed, young).await, State::Closed { .. }));
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("dormant", "requeue")).await), @"Unqualified, no contact for six months: none of its leads is asleep or can be reopened.");
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("sleepers", "count")).await), @r#"There is no segment "‹sleepers›": /segment list shows those there are."#);
    assert!(seen(&bed.says(ann(), "segment run", run("dormant", "count")).await).contains("manager"));
}

#[tokio::test]
async fn who_asked_to_be_left_alone_is_in_no_segment() {
    let bed = Bed::new().await;
    let more = "[[segment]]\nkey = \"all\"\nwhen = 'lead.has_email'\n";
    let entry =
        crate::store::AuditEntry { at: bed.now(), actor: "ada".into(), deed: "playbook.apply".into(), about: String::new() };
    bed.desk.store.apply_playbook(format!("{}\n{more}", Playbook::example()), entry).await.unwrap();
    let gone = ended(&bed, "Dana Keller", "not_a_fit").await;
    // The same person again, by another lead, who then asks never to be contacted.
    let again = ended(&bed, "Dana Keller", "not_interested").await;
    let kept = ended(&bed, "=Priya Shah", "not_a_fit").await;
    assert_ne!(gone, again);
    let (name, csv) = file(&bed.says(may(), "segment run", run("all", "csv")).await);
    assert_eq!(name, "all.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 2, "{csv}");
    assert!(lines[0].starts_with("\u{FEFF}lead,received_at,name") && lines[1].starts_with(&kept.to_string()), "{csv}");
    assert!(lines[1].contains(",'=Priya Shah,"), "no cell begins a formula: {csv}");
    assert_snapshot!(seen(&bed.says(may(), "segment run", run("all", "requeue")).await), @"all: 1 lead sent back to their teams.");
    for id in [gone, again] {
        assert!(matches!(state(&bed, id).await, State::Closed { .. }));
    }
    let filled = [("lead", text(&gone.to_string())), ("template", text("thanks"))];
    assert_snapshot!(seen(&bed.says(may(), "template use", filled).await), @r#"L-1001 ‹Dana K.› is not to be contacted: "Thanks" is not for them."#);
}
