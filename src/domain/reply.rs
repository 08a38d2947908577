//! What the person who asked is answered. A refusal is a reply, never an error.

use chrono::{DateTime, Utc};

use super::ids::{LeadId, PersonId};
use super::lead::{Channel, Exit, Outcome};
use super::money::Money;
use super::tags::Tag;
use super::trade::TradeEnd;
use crate::playbook::{StageKind, Tried};

/// The answer to the person who asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nobody asked.
    Nobody,
    /// It is yours since now.
    Claimed {
        /// First touch due.
        due: Option<DateTime<Utc>>,
    },
    /// It is yours already.
    AlreadyYours,
    /// Somebody else was faster.
    ClaimedBy {
        /// Who.
        by: PersonId,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody else is asked first.
    OfferedTo {
        /// Who.
        to: PersonId,
        /// Until when.
        until: Option<DateTime<Utc>>,
    },
    /// It goes on to the next.
    Passed,
    /// You may not have it now.
    NotEligible(Refusal),
    /// They may not have it now.
    TheyAreNotEligible {
        /// Who.
        who: PersonId,
        /// Why.
        why: Refusal,
    },
    /// They asked never to be contacted again: only their own new request reopens it.
    Suppressed,
    /// You may not do that.
    NotAllowed(Need),
    /// That cannot be done to it as it is now.
    NotNow,
    /// Released.
    Released,
    /// Given to somebody.
    Assigned {
        /// To whom.
        to: PersonId,
    },
    /// On a team's ladder.
    Routed {
        /// Whose.
        team: super::ids::TeamKey,
    },
    /// A manager routes it.
    SentToTriage,
    /// The attempt is noted.
    Logged {
        /// How.
        channel: Channel,
        /// With what result.
        outcome: Outcome,
        /// Attempts so far.
        tries: u32,
        /// It was the first: the first-touch promise is kept.
        first: bool,
    },
    /// The plan is noted.
    FollowUpSet {
        /// When.
        at: DateTime<Utc>,
    },
    /// A plan must lie in the future, within two years.
    NotInFuture,
    /// Written down.
    Noted,
    /// There is nothing to write down.
    NothingToNote,
    /// The stage is set.
    StageSet {
        /// Its name.
        name: String,
    },
    /// Sleeps.
    Pooled {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Stays yours, with a task.
    KeptWith {
        /// What to do.
        task: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Over.
    Closed {
        /// How.
        exit: Exit,
    },
    /// The reason needs more.
    ReasonNeeds(ReasonNeed),
    /// Worked again, by you.
    Reopened,
    /// You may see the contact data: it stands beside.
    Revealed,
    /// Still yours.
    StillYours,
    /// They are known already: it was put with what is there.
    KnownAlready {
        /// Which request it is, counted from 1.
        nth: u32,
    },
    /// It ended in another lead.
    Merged {
        /// In which.
        into: LeadId,
    },
    /// The two cannot be merged.
    NotMerged(NoMerge),
    /// It carries the tag.
    Tagged {
        /// Which.
        tag: Tag,
    },
    /// It does not carry the tag.
    Untagged {
        /// Which.
        tag: Tag,
    },
    /// It carries as many tags as it can.
    TagsFull,
    /// It is back on its team's ladder.
    Requeued,
    /// Nothing more is written to them by itself.
    SequenceStopped,
    /// It is as it was.
    Undone,
    /// It cannot be taken back.
    NotUndone(NoUndo),
    /// No such thing.
    Unknown(Unknown),
    /// A lead comes to that stage another way.
    StageHasDoor {
        /// What the stage is.
        kind: StageKind,
    },
    /// It is nobody's turn who may have it now.
    NobodyNext,
    /// What was planned is done.
    PlanDone,
    /// Nothing is planned that could be done.
    NothingPlanned,
    /// A deal came of it.
    DealMade {
        /// What it is worth, if that is known.
        value: Option<Money>,
    },
    /// Its deal is worth that now.
    DealValued {
        /// How much.
        value: Money,
    },
    /// It has that deal already.
    DealAlready {
        /// What it is worth, if that is known.
        value: Option<Money>,
    },
    /// A teammate is to mend it.
    InRepair {
        /// Who; anybody of the team, when `None`.
        fixer: Option<PersonId>,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It is mended.
    Mended {
        /// Another lead of the same person.
        same: Option<LeadId>,
    },
    /// It is not mended like this.
    NotMended(NoMending),
    /// It changes hands only with a reason.
    SayWhy,
    /// Somebody was asked for help.
    HelpAsked {
        /// Who; the managers, when `None`.
        of: Option<PersonId>,
        /// When they are asked again.
        again: Option<DateTime<Utc>>,
    },
    /// Somebody was asked before, and has not answered yet.
    HelpOpen {
        /// Who; the managers, when `None`.
        of: Option<PersonId>,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The answer went to whoever asked.
    HelpGiven {
        /// Who asked.
        to: PersonId,
    },
    /// The managers are asked instead.
    HelpPassedOn,
    /// The question was taken back.
    HelpDropped,
    /// Nothing came of the question or the answer.
    NoHelp(NoHelp),
    /// The exchange was offered.
    TradeOffered {
        /// To whom.
        to: PersonId,
        /// For which lead.
        with: LeadId,
        /// Until when they may answer.
        until: DateTime<Utc>,
    },
    /// The exchange was refused or withdrawn.
    TradeOver {
        /// The other lead.
        with: LeadId,
        /// Which of both.
        how: TradeEnd,
    },
    /// The two leads were exchanged.
    Traded {
        /// The one that was got for it.
        gets: LeadId,
        /// From whom.
        from: PersonId,
    },
    /// The two cannot be exchanged.
    NoTrade(NoTrade),
    /// Stays yours, with a task, and is linked with who decides.
    Decided {
        /// What to do.
        task: String,
        /// When.
        at: DateTime<Utc>,
        /// Their lead.
        by: LeadId,
    },
    /// Who decides asked never to be contacted again.
    DeciderLeftAlone,
}

/// Why what is known of a person is not put right like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMending {
    /// Nothing was changed.
    Same,
    /// Neither e-mail nor phone is left.
    Unreachable,
    /// The address or number is of somebody who asked never to be contacted again.
    LeftAlone,
}

/// Why nothing came of a question or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHelp {
    /// It was answered or taken back, or the lead has changed hands.
    Over,
    /// There is no question in it.
    WithoutQuestion,
    /// There is no answer in it.
    WithoutAnswer,
    /// There is nobody to ask.
    Nobody,
    /// They would ask themselves, or the owner.
    Themselves,
    /// Whoever was to be asked works no leads.
    WorksNoLeads {
        /// Who.
        who: PersonId,
    },
}

/// Why two leads cannot be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTrade {
    /// They are one.
    Itself,
    /// Nobody has the other one.
    Nobodys {
        /// Which.
        with: LeadId,
    },
    /// Both are with the same rep.
    BothTheirs {
        /// The other one.
        with: LeadId,
    },
    /// One of them is in another trade that is still open.
    Open {
        /// Which.
        lead: LeadId,
        /// For which it is offered or wanted.
        with: LeadId,
    },
    /// The offer is no longer open.
    Over {
        /// The other one.
        with: LeadId,
    },
}

/// Why two leads cannot be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMerge {
    /// They are one already.
    Itself,
    /// This one has ended in another before.
    Already,
    /// One is a test.
    TestAndReal,
    /// They asked never to be contacted again, and that must not be lost.
    LeftAlone,
    /// Its deal is open, and must not be lost either.
    HasDeal,
    /// It is offered or wanted for another lead, whose owner is asked.
    InTrade {
        /// Which.
        with: LeadId,
    },
}

/// Why something cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoUndo {
    /// There is nothing to take back.
    Nothing,
    /// Somebody else did it.
    Theirs {
        /// Who.
        by: Option<PersonId>,
    },
    /// It is too long ago.
    TooLate,
    /// Somebody has gone on from there.
    ActedSince {
        /// Who.
        by: PersonId,
    },
}

/// Why somebody may not have a lead now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Does not work in the team.
    NotInTeam {
        /// Which.
        team: super::ids::TeamKey,
    },
    /// Cannot do what the lead's route asks for.
    Lacks {
        /// Which lead.
        lead: LeadId,
        /// Whose it is.
        team: super::ids::TeamKey,
        /// What they cannot do of it.
        skills: Vec<super::ids::SkillKey>,
    },
    /// Away.
    Away {
        /// Until when, if known.
        until: Option<DateTime<Utc>>,
        /// Who looks after their leads meanwhile.
        cover: Option<PersonId>,
    },
    /// Paused in the team.
    Paused {
        /// Until when, if known.
        until: Option<DateTime<Utc>>,
    },
    /// Outside the hours that they keep.
    OffHours {
        /// When those begin again.
        until: DateTime<Utc>,
    },
    /// Has too many untouched leads.
    Full {
        /// How many.
        untouched: u32,
        /// How many are allowed.
        cap: u32,
    },
    /// Took too many of the team's today.
    FullToday {
        /// How many.
        taken: u32,
        /// How many are allowed in a day.
        most: u32,
        /// When the next day begins.
        until: DateTime<Utc>,
    },
    /// Released this one not long ago.
    CoolingOff {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// No longer with the company.
    Left,
}

/// What right is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Only its owner or a manager.
    OwnerOrManager {
        /// Whose it is.
        owner: Option<PersonId>,
    },
    /// Only a manager.
    Manager,
    /// Only an administrator.
    Admin,
    /// Only somebody who works leads.
    Rep,
    /// Only who is asked to mend it, whose it is, or a manager; anybody of the team, when nobody is asked.
    Fixer {
        /// Who is asked.
        fixer: Option<PersonId>,
    },
    /// Only who was asked, or a manager.
    Asked {
        /// Who; the managers, when `None`.
        of: Option<PersonId>,
    },
}

/// What a reason needs before it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReasonNeed {
    /// A date.
    Date,
    /// A text.
    Text {
        /// The question.
        question: String,
        /// Fewest characters.
        min: u16,
    },
    /// The number of the original.
    Original,
    /// More attempts.
    MoreTries {
        /// Attempts, days, channels so far.
        tried: Tried,
        /// Attempts, days, channels needed.
        needs: Tried,
    },
}

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// A lead.
    Lead(LeadId),
    /// A person.
    Person,
    /// A team.
    Team(String),
    /// A reason.
    Reason(String),
    /// A stage.
    Stage(String),
}
