//! What people and places are told, and how each piece of news behaves until it is sent.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::day::DayPart;
use super::ids::{LeadId, PersonId};
use super::lead::TriageWhy;
use super::outgoing::Unsent;
use super::schedule::Every;
use super::trade::TradeEnd;

/// What somebody is told. Stored until sent: variants are never renamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// It is yours; here is what you need (contact data, promise).
    Yours {
        /// Who gave it to you; the ladder, when `None`.
        from: Option<PersonId>,
        /// First touch due.
        due: Option<DateTime<Utc>>,
    },
    /// Do you want it?
    Offered {
        /// Until when you are asked.
        until: DateTime<Utc>,
    },
    /// It was taken from you or given to somebody else.
    NoLongerYours {
        /// Whose it is now.
        to: Option<PersonId>,
    },
    /// You were asked, and somebody settled it before you answered.
    OfferGone {
        /// Whose it is now.
        to: Option<PersonId>,
    },
    /// The first touch is near due.
    FirstTouchSoon {
        /// Due.
        due: DateTime<Utc>,
        /// When it is released, if nothing happens.
        release_at: DateTime<Utc>,
    },
    /// The first touch is late.
    FirstTouchLate {
        /// When it is released, if nothing happens.
        release_at: DateTime<Utc>,
    },
    /// You did not work it; it was released.
    Released,
    /// Nobody was reached yet.
    NotReached {
        /// Attempts so far.
        tries: u32,
    },
    /// What you planned is due.
    FollowUpDue {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// What you planned is overdue: still yours?
    StillYours {
        /// When it is released, if you do not answer.
        release_at: DateTime<Utc>,
    },
    /// Nothing happened for the days expected in its stage.
    StageOverdue {
        /// Days expected.
        days: u32,
    },
    /// It came back from its sleep.
    BackFromPool,
    /// A person must route it.
    NeedsRouting {
        /// Why.
        why: TriageWhy,
    },
    /// It changed hands in its thread: attempts, notes, promises.
    Handoff {
        /// From whom.
        from: Option<PersonId>,
        /// To whom.
        to: PersonId,
    },
    /// The original of a duplicate came again.
    DuplicateOfYours {
        /// The one that was closed.
        duplicate: LeadId,
    },
    /// The person asked again.
    CameAgain {
        /// Which request it was, counted from 1.
        nth: u32,
        /// When the first one came.
        since: DateTime<Utc>,
        /// When this one came.
        at: DateTime<Utc>,
    },
    /// A message of yours did not go out.
    MailUnsent {
        /// The name of its template.
        template: String,
        /// Why.
        unsent: Unsent,
    },
    /// It looks like the same person as another lead.
    LooksLike {
        /// Which.
        other: LeadId,
    },
    /// A duplicate that had ended in this lead is a lead of its own again.
    MergeUndone {
        /// Which.
        lead: LeadId,
    },
    /// Nothing came from a source for longer than ever.
    SourceSilent {
        /// Which source.
        source: super::ids::SourceKey,
        /// When it was last heard.
        since: DateTime<Utc>,
        /// How many would have come since, as a rule.
        expected: u32,
    },
    /// A source that was told to be silent was heard again.
    SourceHeardAgain {
        /// Which source.
        source: super::ids::SourceKey,
        /// When it was heard before.
        since: DateTime<Utc>,
    },
    /// What became of deliveries that you had read again.
    Replayed(Replayed),
    /// The chat takes no cards in a team's channel.
    CardsRefused {
        /// Which, as the playbook has it.
        channel: String,
        /// Why, in words.
        why: String,
    },
    /// A rule of the playbook could not be judged for a lead, and counted as not holding.
    RuleBroken {
        /// Which rule.
        rule: String,
        /// The part of it, as written.
        clause: String,
        /// Why, in words.
        why: String,
    },
    /// They did something that is more than points.
    Signalled {
        /// What kind, as the playbook names it.
        kind: super::ids::SignalKey,
        /// On what page.
        what: Option<String>,
        /// They are hot since.
        hot: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// A message of a sequence is due, and no mail server is named that could send it.
    SequenceStep {
        /// Of which sequence.
        sequence: super::ids::SequenceKey,
        /// Of which template.
        template: String,
    },
    /// A part of one's day has come: what is to be done, or what is loose; what exactly is looked up when it is told.
    Day {
        /// Which part.
        part: DayPart,
        /// Which day, on their clocks.
        day: NaiveDate,
    },
    /// A report that comes by itself; what it shows is kept beside it.
    Digest {
        /// Which, as commands write it.
        report: String,
        /// How often it comes.
        every: Every,
        /// By which schedule.
        schedule: i64,
    },
    /// Leads ended for the reason *other*; what was noted is kept beside it.
    OtherNotes {
        /// How many.
        count: u32,
    },
    /// Such a report could not be posted where it was to come.
    DigestNotPosted {
        /// Which, as commands write it.
        report: String,
        /// How often it comes.
        every: Every,
        /// By which schedule.
        schedule: i64,
        /// Why, in words.
        why: String,
    },
    /// Deliveries that could not be read wait for a person.
    Quarantined {
        /// Which source.
        source: super::ids::SourceKey,
        /// Why, in words.
        why: String,
    },
    /// Nothing has happened with a customer for long.
    CustomerQuiet {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// What is known of the person is wrong: can you mend it?
    MendAsked {
        /// Whose it is.
        owner: PersonId,
        /// What is wrong, in the owner's words.
        what: String,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// A customer asked to be left alone: what you planned with them is off.
    PlanIsOff,
    /// You were asked for help, and it is needed no more.
    HelpOver {
        /// Who had asked.
        by: PersonId,
    },
    /// What was done to it was taken back: it is yours, sleeps for you or is to be mended, as before.
    AsBefore,
    /// There is nothing left to mend.
    MendOver,
    /// What was wrong is mended, and it is yours again.
    Mended {
        /// By whom; by the person themselves, when `None`.
        by: Option<PersonId>,
        /// First touch due.
        due: Option<DateTime<Utc>>,
    },
    /// It decides for another lead.
    Decides {
        /// For which.
        lead: LeadId,
        /// Whose that is.
        owner: PersonId,
    },
    /// What was wrong could not be mended, and it is closed.
    NotMended {
        /// Who says so; nobody did it in time, when `None`.
        by: Option<PersonId>,
    },
    /// Somebody asks for help with their lead.
    HelpWanted {
        /// Who.
        by: PersonId,
    },
    /// Somebody answered who was asked for help.
    HelpAnswered {
        /// Who.
        by: PersonId,
    },
    /// Somebody cannot help who was asked.
    HelpDeclined {
        /// Who.
        by: PersonId,
    },
    /// Somebody would have your lead for one of theirs.
    TradeOffered {
        /// Who.
        by: PersonId,
        /// Theirs.
        with: LeadId,
        /// Until when you may answer.
        until: DateTime<Utc>,
    },
    /// A trade did not come about.
    TradeOver {
        /// The other lead.
        with: LeadId,
        /// Why.
        how: TradeEnd,
    },
}

/// What became of deliveries that were read again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// Of which source, where all of one were meant.
    pub source: Option<super::ids::SourceKey>,
    /// Leads that came of them.
    pub leads: u32,
    /// Deliveries that brought nothing new.
    pub repeats: u32,
    /// Deliveries that are no leads.
    pub ignored: u32,
    /// Deliveries that still cannot be read.
    pub unread: u32,
    /// Why the first of those cannot be read.
    pub why: Option<String>,
}

impl News {
    /// True only while the lead's state and owner stay as they are: not sent any more once they have changed.
    #[must_use]
    pub fn holds_while_state_lasts(&self) -> bool {
        match self {
            News::Yours { .. }
            | News::Offered { .. }
            | News::BackFromPool
            | News::NeedsRouting { .. }
            | News::CameAgain { .. }
            | News::MendAsked { .. }
            | News::AsBefore
            | News::Mended { .. }
            | News::Signalled { .. }
            | News::SequenceStep { .. }
            | News::LooksLike { .. }
            | News::HelpWanted { .. }
            | News::HelpDeclined { .. }
            | News::TradeOffered { .. } => true,
            News::MendOver
            | News::HelpOver { .. }
            | News::PlanIsOff
            | News::NotMended { .. }
            | News::HelpAnswered { .. }
            | News::TradeOver { .. }
            | News::Decides { .. }
            | News::NoLongerYours { .. }
            | News::OfferGone { .. }
            | News::Released
            | News::Handoff { .. }
            | News::DuplicateOfYours { .. }
            | News::RuleBroken { .. }
            | News::MailUnsent { .. }
            | News::MergeUndone { .. }
            | News::CardsRefused { .. }
            | News::SourceSilent { .. }
            | News::SourceHeardAgain { .. }
            | News::Replayed(_)
            | News::Day { .. }
            | News::Digest { .. }
            | News::OtherNotes { .. }
            | News::DigestNotPosted { .. }
            | News::Quarantined { .. } => false,
            News::FirstTouchSoon { .. }
            | News::FirstTouchLate { .. }
            | News::NotReached { .. }
            | News::FollowUpDue { .. }
            | News::StillYours { .. }
            | News::CustomerQuiet { .. }
            | News::StageOverdue { .. } => true,
        }
    }

    /// Told with what happened to the lead so far.
    #[must_use]
    pub fn tells_the_story(&self) -> bool {
        matches!(
            self,
            News::Handoff { .. }
                | News::HelpWanted { .. }
                | News::HelpAnswered { .. }
                | News::TradeOffered { .. }
                | News::BackFromPool
                | News::NeedsRouting { why: TriageWhy::WrongTeam }
        )
    }

    /// May be told while nobody has the lead, when it may have no thread yet.
    #[must_use]
    pub fn is_asked_without_a_thread(&self) -> bool {
        matches!(
            self,
            News::Offered { .. }
                | News::OfferGone { .. }
                | News::CameAgain { .. }
                | News::MendAsked { .. }
                | News::AsBefore
                | News::Signalled { .. }
                | News::SequenceStep { .. }
        )
    }

    /// Asks the owner to do something: not sent any more once they have done something.
    #[must_use]
    pub fn is_reminder(&self) -> bool {
        match self {
            News::FirstTouchSoon { .. }
            | News::FirstTouchLate { .. }
            | News::NotReached { .. }
            | News::FollowUpDue { .. }
            | News::StillYours { .. }
            | News::CustomerQuiet { .. }
            | News::StageOverdue { .. } => true,
            News::Yours { .. }
            | News::Offered { .. }
            | News::NoLongerYours { .. }
            | News::OfferGone { .. }
            | News::HelpOver { .. }
            | News::PlanIsOff
            | News::Released
            | News::BackFromPool
            | News::NeedsRouting { .. }
            | News::Handoff { .. }
            | News::DuplicateOfYours { .. }
            | News::RuleBroken { .. }
            | News::MailUnsent { .. }
            | News::CameAgain { .. }
            | News::Signalled { .. }
            | News::SequenceStep { .. }
            | News::LooksLike { .. }
            | News::MergeUndone { .. }
            | News::CardsRefused { .. }
            | News::SourceSilent { .. }
            | News::SourceHeardAgain { .. }
            | News::Replayed(_)
            | News::Day { .. }
            | News::Digest { .. }
            | News::OtherNotes { .. }
            | News::DigestNotPosted { .. }
            | News::Quarantined { .. }
            | News::MendAsked { .. }
            | News::AsBefore
            | News::MendOver
            | News::Mended { .. }
            | News::Decides { .. }
            | News::NotMended { .. }
            | News::HelpWanted { .. }
            | News::HelpAnswered { .. }
            | News::HelpDeclined { .. }
            | News::TradeOffered { .. }
            | News::TradeOver { .. } => false,
        }
    }

    /// The lead besides the one that it is about.
    #[must_use]
    pub fn other_lead(&self) -> Option<LeadId> {
        match self {
            News::TradeOffered { with, .. } => Some(*with),
            _ => None,
        }
    }
}
