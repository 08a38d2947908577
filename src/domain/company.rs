//! Which company somebody writes from, in forms that can be compared: its domain, its name without the legal form, and people's names alike.
//! The domain is the better sign, because a name is typed by hand; both are kept with the lead and indexed.
//! Invariant: an address that anybody can have says nothing of a company.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::playbook::Matching;

/// Longest name that is looked at, in characters.
const LONGEST: usize = 200;

/// Words that say how a company is made and not which it is, at the end of its name.
const LEGAL_FORMS: &str = "\
    ab ag aps as asa bhd bv bvba co company corp corporation cv doo dd eg ek eirl eood eu ev gbr gesmbh ggmbh gmbh inc \
    incorporated kft kg kgaa kk kkt lda limited limitada llc llp lp ltd ltda mbh nv ohg ood oy oyj plc pllc pte pty pvt \
    private rt nyrt zrt bt sa sab sapi sarl sas sasu sca scrl se sl slu snc spa spzoo sp zoo srl sro srls ug uab sia ou \
    ehf hf vof ooo ооо оао ао пао зао ип тов haftungsbeschränkt haftungsbeschrankt et and und";

/// The same before the name.
const LEGAL_FORMS_BEFORE: &str = "ооо оао ао пао зао ип тов ooo pt cv sc kk";

/// The same in writing without spaces between words, wherever it stands.
const LEGAL_SIGNS: &str =
    "株式会社 有限会社 合同会社 合資会社 合名会社 (株) (有) 股份有限公司 有限责任公司 有限公司 주식회사 유한회사 (주) (유)";

/// The domain that a company registered, of an address: `acme.co.uk` of `dana@mail.eu.acme.co.uk`; `None` where it is nobody's in particular.
#[must_use]
pub fn domain(email: &str, matching: &Matching) -> Option<String> {
    let host = email.rsplit_once('@')?.1.trim_end_matches('.').to_lowercase();
    let registered = registered(&host)?;
    matching.is_of_a_company(&[host.as_str(), registered]).then(|| registered.to_owned())
}

/// What somebody registered of a host, in small letters: `acme.co.uk` of `mail.eu.acme.co.uk`; `None` where nobody can have it.
#[must_use]
pub fn registered(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// A company's name to compare by: without case, punctuation and legal form. `None` when nothing is left.
#[must_use]
pub fn company_key(name: &str) -> Option<String> {
    let mut plain = folded(name);
    for sign in LEGAL_SIGNS.split(' ') {
        plain = plain.replace(sign, " ");
    }
    let words = words(&plain);
    let mut kept: &[String] = &words;
    while let [rest @ .., last] = kept
        && !rest.is_empty()
        && LEGAL_FORMS.split(' ').any(|form| form == last)
    {
        kept = rest;
    }
    while let [first, rest @ ..] = kept
        && !rest.is_empty()
        && LEGAL_FORMS_BEFORE.split(' ').any(|form| form == first)
    {
        kept = rest;
    }
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// A person's name to compare by: its words without case, accents and order. `None` when nothing is left.
#[must_use]
pub fn name_key(name: &str) -> Option<String> {
    let bare: String = folded(name).nfd().filter(|c| !is_combining_mark(*c)).collect();
    let mut words = words(&bare);
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(" "))
}

/// One form for letters that mean the same: half-width and full-width, `ß` and `ss`, large and small.
fn folded(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    short.nfkc().collect::<String>().to_lowercase().replace('ß', "ss")
}

/// `S.A.` is one word, and what else is neither letter nor digit parts words.
fn words(text: &str) -> Vec<String> {
    let joined: String = text.chars().filter(|c| !matches!(c, '.' | '\'' | '’')).collect();
    joined.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::Playbook;

    #[test]
    fn a_domain_is_the_companys_own_and_free_mail_says_nothing() {
        let matching = Playbook::read(Playbook::example()).unwrap().matching;
        for (email, found) in [
            ("dana@acme-robotics.de", Some("acme-robotics.de")),
            ("dana@mail.eu.acme.co.uk", Some("acme.co.uk")),
            ("dana@ACME.com.", Some("acme.com")),
            ("dana@gmail.com", None),
            ("dana@eu.gmail.com", None),
            ("dana@yahoo.co.jp", None),
            ("dana@mailinator.com", None),
            ("dana@co.uk", None),
            ("dana", None),
        ] {
            assert_eq!(domain(email, &matching).as_deref(), found, "{email}");
        }
    }

    #[test]
    fn the_playbook_has_the_last_word_about_a_domain() {
        let own = "[matching]\nfree_mail = [\"Uni-Mail.de\"]\ncompany_mail = [\"gmx.de\"]\n";
        let text = Playbook::example().replace("[matching]\n", own);
        let matching = Playbook::read(&text).unwrap().matching;
        assert_eq!(domain("d@uni-mail.de", &matching), None);
        assert_eq!(domain("d@gmx.de", &matching).as_deref(), Some("gmx.de"));
    }

    #[test]
    fn a_companys_name_is_the_same_whatever_its_legal_form() {
        for (name, key) in [
            ("Acme Robotics GmbH", "acme robotics"),
            ("ACME ROBOTICS", "acme robotics"),
            ("Acme Robotics GmbH & Co. KG", "acme robotics"),
            ("Acme, Inc.", "acme"),
            ("Société Générale S.A.", "société générale"),
            ("Lánchíd Kft.", "lánchíd"),
            ("Nokia Oyj", "nokia"),
            ("株式会社トヨタ", "トヨタ"),
            ("ﾄﾖﾀ㈱", "トヨタ"),
            ("삼성 주식회사", "삼성"),
            ("ООО «Ромашка»", "ромашка"),
            ("Straße AG", "strasse"),
            ("GmbH", "gmbh"),
            ("The Limited Company Store", "the limited company store"),
        ] {
            assert_eq!(company_key(name).as_deref(), Some(key), "{name}");
        }
        assert_eq!(company_key(" –- "), None);
    }

    #[test]
    fn a_persons_name_is_the_same_in_another_order() {
        assert_eq!(name_key("Müller, Jörg"), name_key("jorg MULLER"));
        assert_eq!(name_key("…"), None);
    }
}
