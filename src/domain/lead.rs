//! A lead: who they are, where the work stands, and which promises run.
//! `Profile` comes from submissions; `Course` is the fold of the lead's facts and is rebuilt from them by `Course::evolve`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clocks::Clocks;
use super::deals::Deal;
use super::deciders::Link;
use super::help::Help;
use super::ids::{LeadId, PersonId, ReasonKey, SequenceKey, SkillKey, SourceKey, StageKey, TeamKey};
use super::matching::Kin;
use super::scoring::{Score, Tier};
use super::sequences::{Enrolled, Past};
use super::signals::Signal;
use super::submission::{Contact, Submission};
use super::tags::Tag;
use super::text::Untrusted;
use super::trade::Trade;

/// A lead as one decision sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// `L-1042`.
    pub id: LeadId,
    /// Counts changes; each has one activity.
    pub rev: i64,
    /// Who they are and what they want.
    pub profile: Profile,
    /// Where the work stands.
    pub course: Course,
}

/// Who they are and what they want. Kept apart from the course, so that erasing a person leaves the figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// When the first submission was received.
    pub received_at: DateTime<Utc>,
    /// Where it came in.
    pub source: SourceKey,
    /// The form or campaign.
    pub source_detail: Option<Untrusted>,
    /// Who.
    pub contact: Contact,
    /// What they want, in their words.
    pub need: Option<Untrusted>,
    /// All other answers: question, answer.
    pub extras: Vec<(Untrusted, Untrusted)>,
    /// `utm_source` and its kin.
    pub utm: BTreeMap<String, Untrusted>,
    /// Made by a test button.
    pub is_test: bool,
    /// The source cannot prove who sends.
    pub unauthenticated: bool,
}

impl Profile {
    /// What nobody said anything about, from this source.
    #[must_use]
    pub fn blank(source: SourceKey, received_at: DateTime<Utc>) -> Self {
        Self {
            received_at,
            source,
            source_detail: None,
            contact: Contact::default(),
            need: None,
            extras: Vec::new(),
            utm: BTreeMap::new(),
            is_test: false,
            unauthenticated: false,
        }
    }

    /// What a first submission says; that its sender is not proven is for those to add who know.
    #[must_use]
    pub fn of(submission: &Submission, received_at: DateTime<Utc>) -> Self {
        Self {
            source_detail: submission.source_detail.clone(),
            contact: submission.person.clone(),
            need: submission.message.clone(),
            extras: submission.extras.clone(),
            utm: submission.utm.clone(),
            is_test: submission.is_test,
            ..Self::blank(submission.source.clone(), received_at)
        }
    }
}

/// Where the work on a lead stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Who has it, or why nobody does.
    pub state: State,
    /// Grows when the state or the owner changes; buttons and notices carry it.
    pub epoch: u32,
    /// Where the sale stands.
    pub stage: StageKey,
    /// The team it was routed to last.
    pub team: Option<TeamKey>,
    /// The promises that run.
    pub clocks: Clocks,
    /// What it is worth, once that was found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// The rule that sent it to its team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed_by: Option<String>,
    /// What that rule asks of whoever gets it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<SkillKey>,
    /// Who can do more of this is asked first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<SkillKey>,
    /// Until when a first touch was promised when it was received.
    pub first_touch_promised: Option<DateTime<Utc>>,
    /// What has been tried.
    pub work: Work,
    /// The next thing that the owner has planned.
    pub follow_up: Option<FollowUp>,
    /// Times it was taken from somebody or moved on without a person deciding it.
    pub automatic_moves: u8,
    /// Who may not have it again before when.
    pub cooling: BTreeMap<PersonId, DateTime<Utc>>,
    /// The turn that it cost was given back.
    pub turn_returned: bool,
    /// Whose turn it cost last, in the team that it was in then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_of: Option<(PersonId, TeamKey)>,
    /// Who was asked whether they want it since it is on this ladder: nobody is asked twice.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub asked: BTreeSet<PersonId>,
    /// Others of the same company that were there when it came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kin: Vec<Kin>,
    /// How many there were.
    #[serde(default, skip_serializing_if = "is_none")]
    pub kin_count: u32,
    /// Open leads that looked like the same person when it came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks_like: Vec<LeadId>,
    /// It waits without a card of its own, in the one message of those that are too many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub piled: bool,
    /// What it is found by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    /// Other leads that belong to it: who decides for it, or for whom it decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// It was over like this, and they came back themselves; until it is over again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_back: Option<Exit>,
    /// Sales that came of it, oldest first; only the newest may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<Deal>,
    /// What its owner asked of others, until it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
    /// The exchange that it is offered or wanted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade: Option<Trade>,
    /// What they did besides asking: the newest, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// How often they did something, ever.
    #[serde(default, skip_serializing_if = "is_none")]
    pub signal_count: u32,
    /// Signals made it hot for whoever has it, who was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turned_hot: bool,
    /// The messages that go out to them by themselves, while they sleep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Enrolled>,
    /// What has become of them in each sequence that they were in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sequences: BTreeMap<SequenceKey, Past>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Course {
    /// To be called at once.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        self.score.as_ref().is_some_and(|score| score.tier == Tier::Hot)
    }
}

/// Who has a lead, or why nobody does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// On its team's ladder.
    Waiting {
        /// Which team.
        team: TeamKey,
        /// The rung, counted from 0.
        step: usize,
        /// On the ladder since.
        since: DateTime<Utc>,
        /// The rung begins when the team is there: it is closed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        until_open: bool,
    },
    /// One rep is asked whether they want it.
    Offered {
        /// Of which team.
        team: TeamKey,
        /// The rung, counted from 0.
        step: usize,
        /// Which offer of this rung it is, counted from 1.
        nth: u8,
        /// Who is asked.
        to: PersonId,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// One rep's.
    Owned {
        /// Whose.
        by: PersonId,
        /// Since when.
        since: DateTime<Utc>,
        /// Attempted, followed up or disposed of since they own it.
        touched: bool,
    },
    /// Asleep.
    Pooled {
        /// Whose it was.
        owner: Option<PersonId>,
        /// Why.
        reason: ReasonKey,
        /// Since when.
        since: DateTime<Utc>,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// A person must route it.
    Triage {
        /// Why.
        why: TriageWhy,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Over.
    Closed {
        /// How.
        exit: Exit,
        /// The reason, where one was given.
        reason: Option<ReasonKey>,
        /// Whose it was.
        owner: Option<PersonId>,
        /// When.
        at: DateTime<Utc>,
        /// The lead that it is the same as.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        original: Option<LeadId>,
    },
    /// What is known of the person is wrong, and a teammate is to mend it.
    Repair {
        /// Of which team.
        team: TeamKey,
        /// Whose it was and will be.
        owner: PersonId,
        /// Who is asked to mend it; anybody of the team may, when `None`.
        fixer: Option<PersonId>,
        /// As what it was given up, and will be closed if nobody mends it.
        reason: ReasonKey,
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Why a lead needs a person to route it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriageWhy {
    /// The playbook names no team for it.
    NoTeam,
    /// Nobody took it and the captain cannot be given it.
    LadderEnded,
    /// It was moved too often.
    TooManyMoves,
    /// A rep said that it is another team's.
    WrongTeam,
    /// Nobody of the team can do what its route asks for.
    NobodySkilled,
}

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Became a customer.
    Converted,
    /// Not a customer, for a reason.
    Unqualified,
    /// Not to be contacted again.
    Suppressed,
    /// The same as another lead.
    Merged,
    /// Never was a lead: spam, a test.
    Removed,
}

impl Exit {
    /// The word for it in filters.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Exit::Converted => "converted",
            Exit::Unqualified => "unqualified",
            Exit::Suppressed => "suppressed",
            Exit::Merged => "merged",
            Exit::Removed => "removed",
        }
    }
}

/// What has been tried, over the whole life of the lead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Attempts by channel.
    pub attempts: BTreeMap<Channel, u32>,
    /// Days (UTC) on which something was tried.
    pub days: std::collections::BTreeSet<chrono::NaiveDate>,
    /// The first attempt ever.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// The first thing that counts as a touch: an attempt, or a follow-up that was set.
    pub touched_at: Option<DateTime<Utc>>,
    /// The newest attempt.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The first two-way contact.
    pub reached_at: Option<DateTime<Utc>>,
    /// The first time that somebody took it or was given it.
    pub claimed_at: Option<DateTime<Utc>>,
    /// The newest thing that a person did.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// Submissions of the same person, the first included.
    pub submissions: u32,
    /// Times put to sleep for a reason that allows it only once.
    pub single_sleeps: u32,
}

impl Work {
    /// All attempts.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.attempts.values().sum()
    }
}

/// The next thing that the owner has planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// When.
    pub at: DateTime<Utc>,
    /// The reminder for it went out.
    pub reminded: bool,
}

/// How somebody was contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A call.
    Call,
    /// A message on a voicemail.
    Voicemail,
    /// An e-mail.
    Email,
    /// A text message.
    Text,
    /// WhatsApp.
    Whatsapp,
    /// LinkedIn.
    Linkedin,
    /// A meeting.
    Meeting,
    /// Anything else.
    Other,
}

/// How an attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody answered.
    NoAnswer,
    /// Left a message.
    LeftMessage,
    /// Talked with each other.
    Reached,
    /// The number or address is somebody else's.
    WrongNumber,
    /// It came back.
    Bounced,
}

macro_rules! words {
    ($type:ident { $($variant:ident = $key:literal, $words:literal;)* }) => {
        impl $type {
            /// Every one, in the order in which people are offered them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As commands and buttons write it.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),* }
            }

            /// As people read it.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),* }
            }

            /// From what commands and buttons write.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

impl Channel {
    /// Within a sentence: only names keep their capitals.
    #[must_use]
    pub fn within(self) -> String {
        match self {
            Self::Whatsapp | Self::Linkedin => self.words().to_owned(),
            Self::Call | Self::Voicemail | Self::Email | Self::Text | Self::Meeting | Self::Other => self.words().to_lowercase(),
        }
    }
}

words!(Channel {
    Call = "call", "Call";
    Voicemail = "voicemail", "Voicemail";
    Email = "email", "E-mail";
    Text = "text", "Text message";
    Whatsapp = "whatsapp", "WhatsApp";
    Linkedin = "linkedin", "LinkedIn";
    Meeting = "meeting", "Meeting";
    Other = "other", "Other";
});

words!(Outcome {
    NoAnswer = "no_answer", "No answer";
    LeftMessage = "left_message", "Left a message";
    Reached = "reached", "Reached";
    WrongNumber = "wrong_number", "Wrong number";
    Bounced = "bounced", "Bounced";
});
