//! Templates as people write them, right and wrong.

use super::*;
use crate::playbook::Playbook;

const BARE: &str =
    "[company]\nname = \"Acme\"\ntimezone = \"UTC\"\n[[team]]\nkey = \"a\"\nchannel = \"leads\"\ncaptain = \"ann\"\n";

fn playbook(more: &str) -> Playbook {
    Playbook::read(&format!("{BARE}{more}")).unwrap_or_else(|problems| panic!("{problems}"))
}

fn faults(more: &str) -> String {
    Playbook::read(&format!("{BARE}{more}")).unwrap_err().to_string()
}

fn known(facts: &[(&str, &str)]) -> Facts {
    let all = FACTS.iter().map(|(name, _)| (*name).to_owned()).map(|name| (name, String::new()));
    all.chain(facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

fn compile(text: &str) -> Result<Fillable, TemplateFault> {
    Fillable::compile(text, &FACTS.map(|(name, _)| name))
}

#[test]
fn gaps_are_filled_and_what_is_not_known_leaves_none() {
    let written =
        "Hello {{ first_name|default(\"there\") }},\n{% if need %}\nYou wrote: {{ need }}\n{% endif %}\n{{ owner|upper }}";
    let template = compile(written).unwrap();
    let all = known(&[("first_name", "Dana"), ("need", "{{ owner }} <b>50%</b>"), ("owner", "Ann")]);
    assert_eq!(
        template.fill(&all).unwrap(),
        "Hello Dana,\nYou wrote: {{ owner }} <b>50%</b>\nANN",
        "what a lead says stays words"
    );
    assert_eq!(template.fill(&known(&[("owner", "Ann")])).unwrap(), "Hello there,\nANN");
}

#[test]
fn a_slip_is_told_with_its_place_and_the_nearest_name_even_where_no_lead_comes_by() {
    let text = "[[template]]\nkey = \"hi\"\nchannel = \"text\"\ntext = \"\"\"\nHello {{ first_name }},\n{% if company == 'x' %}{{ compny }}{% endif %}\"\"\"\n";
    let said = faults(text);
    assert!(said.contains("line 13, column 27") && said.contains("\"compny\" is nothing that is known of a lead"), "{said}");
    assert!(said.contains("did you mean `company`?"), "{said}");
    let said = faults("[[template]]\nkey = \"hi\"\nchannel = \"text\"\ntext = \"Hello {{ name|uper }}\"\n");
    assert!(said.contains("line 11, column 23") && said.contains("did you mean `upper`?"), "{said}");
}

#[test]
fn what_could_run_long_or_reach_elsewhere_is_no_template() {
    for (text, why) in [
        ("{% for x in name %}{{ x }}{% endfor %}", "\"for\" is no statement"),
        ("{% set a = name %}", "\"set\" is no statement"),
        ("{% include 'secrets' %}", "\"include\" is no statement"),
        ("{% raw %}{{ name }}{% endraw %}", "\"raw\" is no statement"),
        ("{{ 'a' * 100000000 }}", "\"*\" cannot be used"),
        ("{{ name ~ name }}", "\"~\" cannot be used"),
        ("{{ name.__class__ }}", "\".\" cannot be used"),
        ("{{ [name] }}", "\"[\" cannot be used"),
        ("{{ range(10) }}", "\"range\" is nothing"),
        ("{{ name|safe }}", "\"safe\" is no filter"),
        ("{{ name", "there is no }}"),
        ("{{ 'name }}", "there is no }}"),
        ("{% if name %}", "unexpected end"),
        ("{% %}", "says nothing"),
        ("{# secret", "not closed"),
        ("{% if first_name == 'nobody' %}x{% endif %}", "nothing would be written"),
    ] {
        let fault = compile(text).unwrap_err();
        assert!(fault.message.contains(why), "{text}: {}", fault.message);
    }
    let deep = format!("{{{{ {}name }}}}", "not ".repeat(900));
    assert!(compile(&deep).unwrap_err().message.contains("longer than 200"));
    let nested = format!("{}{}", "{% if name %}".repeat(100), "x{% endif %}".repeat(100));
    assert!(compile(&nested).is_ok(), "as deep as a template can be written");
}

#[test]
fn a_message_that_would_be_too_long_is_not_made() {
    let long = compile(&"{{ need }} ".repeat(10)).unwrap();
    let said = known(&[("need", &"é".repeat(400))]);
    assert_eq!(long.fill(&said).unwrap_err(), "it is longer than 2000 characters");
    assert_eq!(long.fill(&known(&[("need", "x")])).unwrap(), "x x x x x x x x x x");
    assert!(compile(&"x".repeat(2_001)).unwrap_err().message.contains("longer than 2000"));
    assert_eq!(compile("{{ need }}").unwrap().fill(&known(&[("need", &"y".repeat(900))])).unwrap().chars().count(), FACT_MAX);
}

#[test]
fn the_usual_templates_are_changed_and_dropped_and_others_added() {
    let usual = playbook("");
    let keys: Vec<&str> = usual.templates.iter().map(|template| template.key.as_str()).collect();
    assert_eq!(keys, ["introduction", "meeting", "thanks", "news"]);
    for template in &usual.templates {
        let facts = FACTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let filled = template.fill(&facts).unwrap();
        assert!(filled.text.starts_with("Hello Dana,") && filled.text.ends_with("Ann Berg\nAcme"), "{filled:?}");
        assert!(template.fill(&known(&[])).unwrap().text.starts_with("Hello,"), "{template:?}");
    }
    let own = playbook(
        "[[field]]\nkey = \"seats\"\nkind = \"number\"\n[[template]]\nkey = \"news\"\noffered = false\n\
         [[template]]\nkey = \"thanks\"\nchannel = \"whatsapp\"\ntext = \"Thank you for {{ seats }} seats!\"\n\
         [[template]]\nkey = \"hi\"\nsubject = \"Hi {{ name }}\"\ntext = \"Hi\"\nlanguage = \"en\"\n",
    );
    let keys: Vec<(&str, Channel)> = own.templates.iter().map(|template| (template.key.as_str(), template.channel)).collect();
    let (mail, whatsapp) = (Channel::Email, Channel::Whatsapp);
    assert_eq!(keys, [("introduction", mail), ("meeting", mail), ("thanks", whatsapp), ("hi", mail)]);
    assert_eq!(own.templates[2].subject, None, "only an e-mail has a subject");
    let told = crate::playbook::difference(&usual, &own).join("\n");
    assert!(
        told.contains("template thanks: Thanks, E-mail, the usual words → Thanks, WhatsApp, Thank you for {{ seats }}"),
        "{told}"
    );
    assert!(
        told.contains("- template news") && told.contains("+ template hi: hi, E-mail in en, \"Hi {{ name }}\": Hi"),
        "{told}"
    );
}

#[test]
fn a_template_that_lacks_a_part_says_which() {
    assert!(faults("[[template]]\nkey = \"hi\"\nsubject = \"Hi\"\n").contains("a template of your own needs a text"));
    assert!(faults("[[template]]\nkey = \"hi\"\ntext = \"Hi\"\n").contains("an e-mail needs a subject"));
    let said = faults("[[template]]\nkey = \"hi\"\ntext = \"Hi\"\nchannel = \"text\"\nsubject = \"Hi\"\n");
    assert!(said.contains("`subject` is only for channel = \"email\""), "{said}");
}
