//! What holds where the playbook says nothing. All of it is here, and nowhere else.

use chrono::Duration;

use super::model::{
    Asks, Becomes, CardPolicy, DayPolicy, Promises, Reason, Scoring, Segment, Sequence, SequenceStep, SignalRule, Stage,
    StageKind, Step, Tried, TurnBack, Whom,
};
use super::rule::Rule;
use super::template::{FACTS, Fillable, Template};
use crate::domain::lead::{Channel, Exit};
use crate::domain::money::Currency;
use crate::domain::segment;

/// Open round the clock, until the company says otherwise.
pub(super) const HOURS: &str = "24/7";

/// What a company is paid in that does not say.
pub(super) fn currency() -> Currency {
    Currency::read("EUR").expect("is a currency")
}

/// What is promised.
pub(super) fn promises() -> Promises {
    Promises {
        first_touch: Duration::minutes(15),
        first_touch_hot: Duration::minutes(5),
        warn_at: 0.5,
        release_after: Duration::minutes(30),
        untouched_max: 5,
        daily_max: None,
        cooling_off: Duration::minutes(60),
        // About once in a working day.
        not_reached: Duration::hours(8),
        follow_up_overdue: Duration::hours(24),
        still_yours: Duration::hours(4),
        triage: Duration::hours(1),
        moves_max: 5,
        opening_gap: Duration::seconds(30),
        customer_quiet: Duration::days(180),
        help_after: Duration::hours(2),
        trade_for: Duration::hours(4),
    }
}

/// How cards look.
pub(super) fn card() -> CardPolicy {
    CardPolicy { contact_in_public: false, pile_from: 10 }
}

/// What people are told about their day.
pub(super) fn day() -> DayPolicy {
    DayPolicy { agenda: true, sweep: true, sweep_before: Duration::minutes(30) }
}

/// Knowing more is worth something; the rest is the company's own to say.
pub(super) fn scoring() -> Scoring {
    Scoring { rules: Vec::new(), lived: false, completeness: 20, hot: 70, warm: 40 }
}

/// What the rule is called that gets what no other rule holds for.
pub(super) const CATCH_ALL: &str = "everything else";

/// Who can be rung by a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rings {
    /// The team has a role.
    pub team: bool,
    /// The company names a role of managers.
    pub managers: bool,
}

/// Open, ring the team, ring the managers, the captain; without the rungs that would ring nobody.
pub(super) fn ladder(rings: Rings) -> Vec<Step> {
    let lasts = Duration::minutes(10);
    let mut steps = vec![Step::Open { lasts }];
    if rings.team {
        steps.push(Step::Mention { whom: Whom::Team, lasts });
    }
    if rings.managers {
        steps.push(Step::Mention { whom: Whom::Managers, lasts });
    }
    steps.push(Step::AssignToCaptain);
    steps
}

/// Stages of the sale, in order.
pub(super) fn stages() -> Vec<Stage> {
    use StageKind::{Contacted, Customer, Inactive, Negotiation, Nurture, Open, Qualified, Unqualified};
    let stage = |key: &str, kind, name: &str, days| Stage { key: key.into(), kind, name: name.to_owned(), days };
    vec![
        stage("open", Open, "Open", Some(1)),
        stage("contacted", Contacted, "Contacted", Some(7)),
        stage("nurture", Nurture, "Nurture", Some(30)),
        stage("qualified", Qualified, "Qualified", Some(14)),
        stage("negotiation", Negotiation, "Negotiation", Some(21)),
        stage("customer", Customer, "Customer", Some(180)),
        stage("inactive", Inactive, "Inactive", None),
        stage("unqualified", Unqualified, "Unqualified", None),
    ]
}

/// A working day to mend what is known of somebody.
pub(super) const REPAIR_WITHIN: Duration = Duration::hours(8);

/// Reasons for ending work, in the order offered.
pub(super) fn reasons() -> Vec<Reason> {
    let reason = |key: &str, name: &str, asks, becomes, turn_back| Reason {
        key: key.into(),
        name: name.to_owned(),
        asks,
        becomes,
        turn_back,
    };
    let text = |question: &str, min| Asks::Text { question: question.to_owned(), min };
    let when = |days| Asks::When { usual: Duration::days(days) };
    let find = Becomes::KeptWith { task: "Find the decision-maker".to_owned() };
    let needs = Tried { attempts: 5, days: 5, channels: 2 };
    let once = Becomes::PooledOnce { sleep: Duration::days(30), needs };
    vec![
        reason("not_ready", "Not ready", when(30), Becomes::PooledUntil, TurnBack::No),
        reason("no_budget", "No budget", when(90), Becomes::PooledUntil, TurnBack::No),
        reason("no_authority", "No authority", Asks::Who, find, TurnBack::No),
        reason("unreachable", "Unreachable", Asks::Nothing, once, TurnBack::No),
        reason(
            "invalid_data",
            "Invalid data",
            text("What is wrong?", 3),
            Becomes::Repair { within: REPAIR_WITHIN },
            TurnBack::Yes,
        ),
        reason("not_a_fit", "Not a fit", text("What does not fit?", 3), Becomes::Closed(Exit::Unqualified), TurnBack::IfAgreed),
        reason(
            "not_interested",
            "Not interested",
            text("Why, if they said?", 0),
            Becomes::Closed(Exit::Suppressed),
            TurnBack::No,
        ),
        reason("duplicate", "Duplicate", Asks::Lead, Becomes::Closed(Exit::Merged), TurnBack::Yes),
        reason("spam", "Spam or test", Asks::Nothing, Becomes::Closed(Exit::Removed), TurnBack::Yes),
        reason("other", "Other", text("What happened?", 10), Becomes::Closed(Exit::Unqualified), TurnBack::No),
    ]
}

/// Messages that every sales team writes.
pub(super) fn templates() -> Vec<Template> {
    let names = FACTS.map(|(name, _)| name);
    let fillable = |text: &str| Fillable::compile(text, &names).expect("the usual templates are read by a test");
    let hello = "Hello{% if first_name %} {{ first_name }}{% endif %},";
    let from = "{{ owner }}\n{{ our_company }}";
    let mail = |key: &str, name: &str, subject: &str, text: &str| Template {
        key: key.to_owned(),
        name: name.to_owned(),
        channel: Channel::Email,
        language: None,
        subject: Some(fillable(subject)),
        text: fillable(&format!("{hello}\n\n{text}\n\n{from}")),
    };
    vec![
        mail(
            "introduction",
            "Introduction",
            "Your request to {{ our_company }}",
            "thank you for getting in touch. I look after your request at {{ our_company }} and would like to understand what you \
             need{% if company %} at {{ company }}{% endif %}.\n\nWhen is a good time for a short call?",
        ),
        mail(
            "meeting",
            "Meeting invitation",
            "A time to talk{% if company %}, {{ company }}{% endif %}",
            "I would like to show you how we can help. Half an hour is enough.\n\nWould one of the next days suit you? Name a time, and \
             I send an invitation.",
        ),
        mail(
            "thanks",
            "Thanks",
            "Thank you for your time",
            "thank you for talking with me. I will send what I promised, and you can reach me by answering this message whenever \
             something comes up.",
        ),
        mail(
            "news",
            "Product news",
            "News from {{ our_company }}",
            "since we last talked, something new has come out that may be of use to you{% if company %} at {{ company }}{% endif %}. \
             Shall I show it to you?",
        ),
    ]
}

/// The key of the usual sequence.
pub(super) const NURTURE: &str = "nurture";

/// For those who want it later: nothing happens to it before the playbook names it.
pub(super) fn nurture() -> Sequence {
    let when = "lead.reason in [\"not_ready\", \"no_budget\"]";
    let when = Rule::compile(when, &segment::example(&[])).expect("the usual sequence is read by a test");
    let step = |days| SequenceStep { after: Duration::days(days), template: "news".to_owned() };
    Sequence { key: NURTURE.into(), name: "Nurture".to_owned(), when, steps: vec![step(14)] }
}

/// After so long a signal is worth half.
pub(super) const SIGNAL_FADES: Duration = Duration::days(7);

/// What mail services and websites tell of people. Whoever answers wants to be answered.
pub(super) fn signals() -> Vec<SignalRule> {
    let signal = |key: &str, points, days| SignalRule {
        key: key.into(),
        name: key.to_owned(),
        points,
        fades: Duration::days(days),
        seconds: 0,
        wakes: false,
    };
    vec![
        // Mail programs open much by themselves.
        signal("opened", 3, 3),
        signal("clicked", 8, 7),
        SignalRule { seconds: 10, ..signal("visited", 10, 7) },
        SignalRule { wakes: true, ..signal("replied", 30, 14) },
        // No interest, but good to know before anybody writes again.
        signal("bounced", 0, 7),
    ]
}

/// Leads that are worth another look.
pub(super) fn segments() -> Vec<Segment> {
    let when = "lead.exit == \"unqualified\" && lead.contact_days >= 180";
    let when = Rule::compile(when, &segment::example(&[])).expect("the usual segments are read by a test");
    vec![Segment { key: "dormant".to_owned(), name: "Unqualified, no contact for six months".to_owned(), when }]
}
