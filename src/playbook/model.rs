//! A playbook as the rules use it: checked, compiled, complete.

use chrono::Duration;

use super::matching::Matching;
use super::rule::{Rule, Subject, Verdict};
use super::template::Template;
use crate::domain::hours::Hours;
use crate::domain::ids::{ReasonKey, SequenceKey, SignalKey, SkillKey, StageKey, TeamKey};
use crate::domain::money::Currency;

/// How one company handles leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// Counts the versions that were applied, from 1.
    pub version: i64,
    /// The company.
    pub company: Company,
    /// Teams in the order written; at least one.
    pub teams: Vec<Team>,
    /// What people can do that not everybody can, in the order written.
    pub skills: Vec<Skill>,
    /// Answers that rules and cards know by a name of their own, in the order written.
    pub fields: Vec<CustomField>,
    /// What makes a lead worth more.
    pub scoring: Scoring,
    /// Which team gets a lead: the first that holds. The last one always holds.
    pub routes: Vec<Route>,
    /// What is promised, and when it is broken.
    pub promises: Promises,
    /// Reasons for ending work, in the order offered.
    pub reasons: Vec<Reason>,
    /// Stages of the sale, in order.
    pub stages: Vec<Stage>,
    /// Who is the same person, and who of the same company.
    pub matching: Matching,
    /// Messages that are written again and again, in the order offered.
    pub templates: Vec<Template>,
    /// Saved filters over leads, in the order offered.
    pub segments: Vec<Segment>,
    /// Messages that go to sleeping leads by themselves, in the order in which they are tried.
    pub sequences: Vec<Sequence>,
    /// What people do besides asking, and what that is worth, in the order written.
    pub signals: Vec<SignalRule>,
    /// How cards look.
    pub card: CardPolicy,
    /// What people are told about their day.
    pub day: DayPolicy,
}

/// Messages that go to sleeping leads by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Its key.
    pub key: SequenceKey,
    /// As people read it.
    pub name: String,
    /// What holds for its leads.
    pub when: Rule,
    /// One after the other; at least one.
    pub steps: Vec<SequenceStep>,
}

/// One message of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceStep {
    /// So long after the one before, or after the sequence began; wall time.
    pub after: Duration,
    /// Which template, by its key; an e-mail.
    pub template: String,
}

/// A kind of signal, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRule {
    /// What senders call it.
    pub key: SignalKey,
    /// As the card says it, before the page: `visited`.
    pub name: String,
    /// What a new one is worth.
    pub points: i16,
    /// After so long it is worth half of that; wall time.
    pub fades: Duration,
    /// What took less than so many seconds does not count.
    pub seconds: u32,
    /// It ends a sleep by itself, and is told to whoever has the lead, or had it.
    pub wakes: bool,
}

/// A saved filter over leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What commands and the playbook call it.
    pub key: String,
    /// As people read it.
    pub name: String,
    /// What holds for its leads.
    pub when: Rule,
}

/// The company.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// When it is open.
    pub hours: Hours,
    /// As written, for people.
    pub hours_text: String,
    /// Country whose holidays count.
    pub holidays: Option<String>,
    /// Chat role of managers, by name or id.
    pub managers: Option<String>,
    /// Chat role of administrators; those who administer the chat server are administrators anyway.
    pub admins: Option<String>,
    /// Channel for managers: triage, quarantine, digests. The first team's channel, when none is named.
    pub managers_channel: Option<String>,
    /// What it is paid in, as a rule.
    pub currency: Currency,
}

/// A team.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// Its key.
    pub key: TeamKey,
    /// Its name for people; the key, when none is given.
    pub name: String,
    /// Channel of its cards, by name or id.
    pub channel: String,
    /// Chat role of its members; also what a mention rings.
    pub role: Option<String>,
    /// Handle of the person who gets what nobody took.
    pub captain: Option<String>,
    /// Whom its e-mails to leads are from, as `DACH Sales <dach@acme.example>`; the address in the settings, when none is given.
    pub from: Option<String>,
    /// Its rungs; the last one is terminal.
    pub ladder: Vec<Step>,
    /// Its hours; the company's, when it has none of its own.
    pub hours: Hours,
}

/// A rung of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Anybody eligible may claim, for so long (business time).
    Open {
        /// How long.
        lasts: Duration,
    },
    /// The same, and somebody is rung.
    Mention {
        /// Who is rung.
        whom: Whom,
        /// How long until the next rung.
        lasts: Duration,
    },
    /// Whose turn it is is asked, then the next one: each for so long (business time).
    Offer {
        /// How long each is asked.
        lasts: Duration,
        /// How many are asked, one after the other.
        times: u8,
    },
    /// It is given to whose turn it is.
    AssignToNext,
    /// It is given to the captain. Terminal.
    AssignToCaptain,
    /// It is given to this person, by handle.
    AssignToPerson {
        /// Who.
        handle: String,
    },
    /// It goes to another team's ladder. Terminal.
    HandToTeam {
        /// Which.
        team: TeamKey,
    },
}

/// Who is rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The team's role.
    Team,
    /// The managers' role.
    Managers,
}

/// Something that not everybody can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Its key.
    pub key: SkillKey,
    /// Its name for people; the key, when none is given.
    pub name: String,
}

/// An answer that rules and cards know by a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// As rules call it: `lead.employees`.
    pub key: String,
    /// Questions that it answers, as forms ask them; compared without regard to case and marks.
    pub questions: Vec<String>,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Text,
    /// A number; of a range such as `50-100`, the smaller end.
    Number,
}

/// What makes a lead worth more.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoring {
    /// Points for what holds, in the order written.
    pub rules: Vec<ScoreRule>,
    /// Some of them ask what has become of the lead since it came in: then points change with what is done.
    pub lived: bool,
    /// Points for a lead of which everything is known; a part of them for a part of it.
    pub completeness: u8,
    /// Hot from so many points on.
    pub hot: u8,
    /// Warm from so many on.
    pub warm: u8,
}

/// Points for what holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreRule {
    /// When it holds.
    pub when: Rule,
    /// So many, or so many less.
    pub points: i16,
    /// What the card says.
    pub why: String,
}

/// Which team gets a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// As people call it.
    pub name: String,
    /// When it holds; always, when nothing is said.
    pub when: Option<Rule>,
    /// Who gets it.
    pub team: TeamKey,
    /// What whoever gets it must be able to do.
    pub require: Vec<SkillKey>,
    /// Who can do more of this is asked first.
    pub prefer: Vec<SkillKey>,
}

/// What is promised. Spans marked "business" run only in opening hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Promises {
    /// From claim to first touch; business.
    pub first_touch: Duration,
    /// The same for a hot lead; business.
    pub first_touch_hot: Duration,
    /// Part of `first_touch` after which the owner is warned, 0 to 1.
    pub warn_at: f64,
    /// From claim until an untouched lead is released; business.
    pub release_after: Duration,
    /// Most untouched leads per rep.
    pub untouched_max: u32,
    /// Most leads that a rep takes of a team in a day, by its calendar; as many as come, when `None`.
    pub daily_max: Option<u32>,
    /// Before a rep may have a lead again that they released; wall time.
    pub cooling_off: Duration,
    /// Between reminders that nobody was reached yet; business.
    pub not_reached: Duration,
    /// After a follow-up is due, until "still yours?"; business.
    pub follow_up_overdue: Duration,
    /// After "still yours?", until it is released; business.
    pub still_yours: Duration,
    /// Between reminders that leads wait in triage; business.
    pub triage: Duration,
    /// Most automatic moves before triage.
    pub moves_max: u8,
    /// Between two leads that one rep finds when a team opens, of those that came while it was closed; wall time.
    pub opening_gap: Duration,
    /// Without anything happening until a customer counts as inactive; wall time.
    pub customer_quiet: Duration,
    /// After somebody was asked for help, until they are asked again; business.
    pub help_after: Duration,
    /// So long is a trade open that somebody offers; business.
    pub trade_for: Duration,
}

/// A reason for ending work on a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its key.
    pub key: ReasonKey,
    /// Its name for people.
    pub name: String,
    /// What is asked before it is taken.
    pub asks: Asks,
    /// What the lead becomes.
    pub becomes: Becomes,
    /// The rep's turn is given back.
    pub turn_back: TurnBack,
}

/// What a reason asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// A date to come back on; the span is offered as the usual one.
    When {
        /// Offered first.
        usual: Duration,
    },
    /// A text; `min` 0 makes it optional.
    Text {
        /// The question.
        question: String,
        /// Fewest characters.
        min: u16,
    },
    /// The number of another lead.
    Lead,
    /// Who decides: a name, and how to reach them, as far as it is known.
    Who,
}

/// What a reason makes of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// Sleeps until the date asked for.
    PooledUntil,
    /// Sleeps for so long, once; the second time it is closed. Needs enough attempts first.
    PooledOnce {
        /// How long.
        sleep: Duration,
        /// What must have been tried before.
        needs: Tried,
    },
    /// Stays with the owner, with a follow-up of this name due tomorrow.
    KeptWith {
        /// What to do.
        task: String,
    },
    /// Over.
    Closed(crate::domain::lead::Exit),
    /// A teammate is asked to mend what is wrong; over, if nobody does.
    Repair {
        /// Business time for it.
        within: Duration,
    },
}

/// What must have been tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// Fewest attempts.
    pub attempts: u32,
    /// Fewest days.
    pub days: u32,
    /// Fewest channels.
    pub channels: u32,
}

/// Whether a rep's turn is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnBack {
    /// No.
    No,
    /// Yes.
    Yes,
    /// When a manager agrees.
    IfAgreed,
}

/// A stage of the sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its key.
    pub key: StageKey,
    /// What it is, whatever it is called.
    pub kind: StageKind,
    /// Its name for people.
    pub name: String,
    /// Expected days since the last activity; wall time.
    pub days: Option<u32>,
}

/// What a stage is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageKind {
    /// An enquiry.
    Open,
    /// Reached, and the need understood.
    Contacted,
    /// Being educated.
    Nurture,
    /// Ready to buy.
    Qualified,
    /// Talking terms.
    Negotiation,
    /// Won.
    Customer,
    /// Was a customer, idle now.
    Inactive,
    /// Needs do not match.
    Unqualified,
}

/// How cards look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPolicy {
    /// Shows e-mail and phone to everybody in the channel.
    pub contact_in_public: bool,
    /// While so many wait in a team, further ones that are not hot share one message.
    pub pile_from: u32,
}

/// What people are told about their day, by direct message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPolicy {
    /// When it begins, what is to be done.
    pub agenda: bool,
    /// Before it ends, what is loose.
    pub sweep: bool,
    /// So long before it ends.
    pub sweep_before: Duration,
}

impl Route {
    /// Whether it holds for a lead.
    pub fn judge(&self, subject: &mut Subject) -> Verdict {
        self.when.as_ref().map_or(Verdict::Holds, |when| when.judge(subject))
    }
}

impl Playbook {
    /// A team by key.
    #[must_use]
    pub fn team(&self, key: &TeamKey) -> Option<&Team> {
        self.teams.iter().find(|t| &t.key == key)
    }

    /// A skill by key.
    #[must_use]
    pub fn skill(&self, key: &SkillKey) -> Option<&Skill> {
        self.skills.iter().find(|s| &s.key == key)
    }

    /// A reason by key.
    #[must_use]
    pub fn reason(&self, key: &ReasonKey) -> Option<&Reason> {
        self.reasons.iter().find(|r| &r.key == key)
    }

    /// A sequence by key.
    #[must_use]
    pub fn sequence(&self, key: &SequenceKey) -> Option<&Sequence> {
        self.sequences.iter().find(|s| &s.key == key)
    }

    /// A kind of signal by key.
    #[must_use]
    pub fn signal(&self, key: &SignalKey) -> Option<&SignalRule> {
        self.signals.iter().find(|s| &s.key == key)
    }

    /// A stage by key.
    #[must_use]
    pub fn stage(&self, key: &StageKey) -> Option<&Stage> {
        self.stages.iter().find(|s| &s.key == key)
    }

    /// The first stage of a kind.
    #[must_use]
    pub fn stage_of_kind(&self, kind: StageKind) -> Option<&Stage> {
        self.stages.iter().find(|s| s.kind == kind)
    }

    /// Where managers read: their own channel, or the first team's.
    #[must_use]
    pub fn managers_channel(&self) -> &str {
        self.company.managers_channel.as_deref().unwrap_or_else(|| self.teams.first().map_or("", |t| t.channel.as_str()))
    }
}
