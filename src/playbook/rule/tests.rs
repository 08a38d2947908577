//! Rules as people write them, slips as they make them, and what somebody hostile would write.

use super::*;

fn example() -> Vec<(String, Value)> {
    let text = |name: &str, value: &str| (name.to_owned(), Value::Text(value.to_owned()));
    vec![
        text("country", "DE"),
        text("title", "VP Ops"),
        ("employees".to_owned(), Value::Number(Some(250.0))),
        ("is_test".to_owned(), Value::Flag(false)),
        ("utm".to_owned(), Value::Group(vec![text("campaign", "spring")])),
    ]
}

fn judge(rule: &str, change: &[(&str, Value)]) -> Verdict {
    let mut values = example();
    for (name, value) in change {
        values.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.clone();
    }
    Rule::compile(rule, &example()).unwrap().judge(&mut Subject::new(values))
}

fn fault(rule: &str) -> (String, &str) {
    let fault = Rule::compile(rule, &example()).unwrap_err();
    (fault.message, &rule[fault.at])
}

#[test]
fn a_rule_holds_or_says_which_part_of_it_does_not() {
    let rule = r#"lead.country in ["DE", "AT"] && lead.employees >= 200 && lead.title.has("vp")"#;
    assert_eq!(judge(rule, &[]), Verdict::Holds);
    let fails = |clause: &str| Verdict::Fails { clause: clause.to_owned() };
    assert_eq!(judge(rule, &[("employees", Value::Number(Some(50.0)))]), fails("lead.employees >= 200"));
    assert_eq!(judge(rule, &[("country", Value::Text("FR".to_owned()))]), fails(r#"lead.country in ["DE", "AT"]"#));
    assert_eq!(judge(r#"lead.utm.campaign == "spring" && !lead.is_test"#, &[]), Verdict::Holds);
    assert_eq!(judge("lead.employees / 2 > 100.5", &[]), Verdict::Holds);
}

#[test]
fn what_is_not_known_meets_no_condition() {
    let unknown = [("employees", Value::Number(None)), ("title", Value::Text(String::new()))];
    for rule in ["lead.employees >= 200", "lead.employees < 200", r#"lead.title.has("vp")"#] {
        assert!(matches!(judge(rule, &unknown), Verdict::Fails { .. }), "{rule}");
    }
    assert!(matches!(judge("lead.employees * 2 > 7", &unknown), Verdict::Broken { .. }), "it cannot be told");
}

#[test]
fn a_part_is_only_cut_where_all_of_them_must_hold() {
    let either = r#"lead.country == "FR" || lead.employees > 5 && lead.title == "&& x""#;
    assert_eq!(judge(either, &[]), Verdict::Fails { clause: either.to_owned() });
    assert_eq!(judge(r#"(lead.country == "FR" || lead.employees > 5) && true"#, &[]), Verdict::Holds);
}

#[test]
fn a_slip_is_told_with_its_place() {
    assert_eq!(fault(r#"lead.contry == "DE""#), ("a lead has no `contry`".to_owned(), "contry"));
    assert_eq!(fault("true || lead.utm.campain == \"x\"").1, "campain");
    assert_eq!(fault("lead.country > 5").0, "a text is compared with a number");
    assert_eq!(fault("lead.employees").0, "this gives a number, not yes or no");
    assert_eq!(fault("laed.country == \"DE\"").1, "laed");
    assert!(!fault("lead.country ==").0.is_empty());
    assert!(!fault("  ").0.is_empty());
    assert!(fault("lead.country.nothing()").0.contains("nothing"), "{:?}", fault("lead.country.nothing()"));
}

#[test]
fn hostile_rules_are_refused_or_cost_little() {
    for rule in [
        "(".repeat(900),
        "!".repeat(900) + "true",
        format!("{}true{}", "(".repeat(400), ")".repeat(400)),
        "1+".repeat(500) + "1 > 0",
        format!("[{}] == []", "[],".repeat(300)),
        "while true {}".to_owned(),
        "loop { }".to_owned(),
        "let x = 5; x > 1".to_owned(),
        "lead = 5".to_owned(),
        "eval(\"true\")".to_owned(),
        "\"x\".pad(100000000, \"y\") == \"\"".to_owned(),
        "range(0, 100000000).len() > 1".to_owned(),
        "x".repeat(5_000),
    ] {
        // Either a fault, or a verdict that came at once; nothing ends the process.
        if let Ok(rule) = Rule::compile(&rule, &example()) {
            rule.judge(&mut Subject::new(example()));
        }
    }
    assert!(Rule::compile("lead.country = \"FR\"", &example()).is_err(), "a rule changes nothing");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[lead.country\"'`&|()\\[\\]{}<>=!0-9 ä\\\\]{0,60}") {
        if let Ok(rule) = Rule::compile(&text, &example()) {
            rule.judge(&mut Subject::new(example()));
        }
    }
}
