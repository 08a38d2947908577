//! What is true since a decision: the vocabulary of the activity log.
//! Stored for ever: a fact is never renamed and never changes meaning. It carries no words and no contact data; those stand beside it.

mod kinds;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clocks::Clock;
use super::deciders::Role;
use super::ids::{LeadId, PersonId, ReasonKey, SequenceKey, SkillKey, SourceKey, StageKey, TeamKey};
use super::lead::{Channel, Course, Exit, Outcome, TriageWhy};
use super::matching::Kin;
use super::money::Money;
use super::outgoing::Unsent;
use super::routing::Routed;
use super::scoring::Score;
use super::sequences::Ended;
use super::signals::Signal;
use super::tags::Tag;
use super::trade::{Side, TradeEnd};

/// One thing that is true since a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The lead exists; its stage is the first.
    Received {
        /// The first stage.
        stage: StageKey,
    },
    /// What it is worth since now, and why.
    Scored {
        /// How much.
        score: Score,
    },
    /// Which rule sent it where.
    RoutedBy {
        /// The rule, the team, and what was tried before.
        routed: Routed,
    },
    /// Who looks after the company already keeps it.
    AccountKept {
        /// Who.
        owner: PersonId,
        /// By which lead.
        lead: LeadId,
    },
    /// Until when a first touch is promised.
    FirstTouchPromised {
        /// Until when.
        due: DateTime<Utc>,
    },
    /// It stands on a rung of a team's ladder.
    Waits {
        /// Which team.
        team: TeamKey,
        /// Which rung, from 0.
        step: usize,
        /// The rung begins when the team is there: it was closed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        until_open: bool,
    },
    /// More wait than anybody can look at: it is shown with the others in one message.
    Piled,
    /// It is shown on a card of its own after all.
    Unpiled,
    /// Clocks stood still while the chat could not be reached.
    StoodStill {
        /// Since when it could not.
        since: DateTime<Utc>,
    },
    /// One rep is asked whether they want it.
    Offered {
        /// Of which team.
        team: TeamKey,
        /// Which rung, from 0.
        step: usize,
        /// Which offer of this rung, from 1.
        nth: u8,
        /// Who.
        to: PersonId,
    },
    /// Whoever is asked or gets it is it for what they can do.
    ChosenFor {
        /// Who.
        who: PersonId,
        /// What the route prefers, of what they can do.
        skills: Vec<SkillKey>,
    },
    /// Who was asked did not answer in time.
    OfferLapsed {
        /// Who.
        to: PersonId,
    },
    /// Who was asked does not want it.
    Passed {
        /// Who.
        by: PersonId,
    },
    /// It cost a turn of a team.
    TurnTaken {
        /// Whose.
        by: PersonId,
        /// Of which team.
        team: TeamKey,
    },
    /// Somebody took it.
    Claimed {
        /// Who.
        by: PersonId,
    },
    /// It was given to somebody.
    Assigned {
        /// To whom.
        to: PersonId,
        /// By whom; by the ladder, when `None`.
        by: Option<PersonId>,
    },
    /// The owner gave it back.
    Released {
        /// Who.
        by: PersonId,
        /// Who may not have it again before then.
        cooling_until: DateTime<Utc>,
    },
    /// It was taken from an owner who did not work it.
    TakenBack {
        /// From whom.
        from: PersonId,
        /// May not have it again before then.
        cooling_until: DateTime<Utc>,
    },
    /// A person must route it.
    ToTriage {
        /// Why.
        why: TriageWhy,
    },
    /// It moved without a person deciding it.
    MovedByItself,
    /// Somebody tried to reach them.
    Attempted {
        /// Who.
        by: PersonId,
        /// How.
        channel: Channel,
        /// With what result.
        outcome: Outcome,
    },
    /// The owner planned something.
    FollowUpSet {
        /// When.
        at: DateTime<Utc>,
    },
    /// The plan was done or dropped.
    FollowUpCleared,
    /// The owner was reminded of the plan.
    FollowUpReminded,
    /// Something was written down.
    Noted {
        /// By whom.
        by: PersonId,
    },
    /// The sale stands elsewhere.
    StageSet {
        /// Where.
        to: StageKey,
    },
    /// It sleeps.
    Pooled {
        /// Whose it was.
        owner: Option<PersonId>,
        /// Why.
        reason: ReasonKey,
        /// Until when.
        until: DateTime<Utc>,
        /// A sleep that this lead may have only once.
        once: bool,
    },
    /// It woke.
    WokeUp,
    /// It is over.
    Closed {
        /// How.
        exit: Exit,
        /// Why.
        reason: Option<ReasonKey>,
        /// The same as this one.
        original: Option<LeadId>,
    },
    /// It is worked again.
    Reopened {
        /// By whom.
        by: PersonId,
    },
    /// The owner's turn was given back.
    TurnReturned {
        /// Whose.
        to: PersonId,
    },
    /// The owner says that it is still theirs.
    StillMine,
    /// Somebody saw the contact data.
    Revealed {
        /// Who.
        by: PersonId,
    },
    /// The owner was warned or reminded.
    Reminded {
        /// Of which promise.
        of: Clock,
    },
    /// A clock runs until then.
    ClockSet {
        /// Which.
        clock: Clock,
        /// Until when.
        due: DateTime<Utc>,
    },
    /// A clock stands still.
    ClockStopped {
        /// Which.
        clock: Clock,
    },
    /// Others of the same company were there when it came in.
    CompanyKnown {
        /// How many.
        count: u32,
        /// The first of them.
        leads: Vec<Kin>,
    },
    /// It carries a tag.
    Tagged {
        /// Which.
        tag: Tag,
    },
    /// It does not any more.
    Untagged {
        /// Which.
        tag: Tag,
    },
    /// A message to them did not go out.
    MailUnsent {
        /// Whose.
        by: PersonId,
        /// Why.
        unsent: Unsent,
    },
    /// An open lead looked like the same person when it came in.
    LooksLike {
        /// Which.
        lead: LeadId,
    },
    /// Another submission of the same person joined it.
    CameAgain {
        /// Where that came in.
        source: SourceKey,
    },
    /// It was over, and goes on because of another submission.
    CameBack {
        /// How it had ended.
        after: Exit,
        /// They asked themselves; else somebody else entered it.
        themselves: bool,
    },
    /// Another lead ended in this one.
    MergedFrom {
        /// Which.
        lead: LeadId,
        /// The submissions that came with it.
        submissions: u32,
    },
    /// That was taken back.
    Unmerged {
        /// Which lead.
        lead: LeadId,
        /// The submissions that went with it.
        submissions: u32,
    },
    /// They did something that is no submission.
    Signalled {
        /// What.
        signal: Signal,
    },
    /// Signals made it hot while somebody has it, who was told.
    TurnedHot,
    /// Messages go out to them by themselves from now on.
    SequenceBegun {
        /// Of which sequence.
        sequence: SequenceKey,
    },
    /// One of them was written, and goes out with this.
    SequenceWritten {
        /// Of which sequence.
        sequence: SequenceKey,
        /// Which step, from 0.
        step: usize,
        /// Of which template.
        template: String,
        /// In whose name.
        by: PersonId,
    },
    /// No mail server is named: somebody was told to write it.
    SequenceHanded {
        /// Of which sequence.
        sequence: SequenceKey,
        /// Which step, from 0.
        step: usize,
        /// Who.
        to: PersonId,
    },
    /// One of them could not be written.
    SequenceSkipped {
        /// Of which sequence.
        sequence: SequenceKey,
        /// Which step, from 0.
        step: usize,
    },
    /// No more of them go out.
    SequenceEnded {
        /// Of which sequence.
        sequence: SequenceKey,
        /// Why.
        why: Ended,
    },
    /// What was done last was taken back: it is as it was.
    Undone {
        /// How it was.
        #[serde(deserialize_with = "whole")]
        to: Box<Course>,
    },
    /// A sale may come of it.
    DealMade {
        /// What it is worth, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Money>,
    },
    /// The deal that is open is worth something else.
    DealValued {
        /// How much.
        value: Money,
    },
    /// They bought.
    DealWon {
        /// For how much, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Money>,
    },
    /// Nothing came of the deal that was open.
    DealLost,
    /// What was planned is done.
    FollowUpDone {
        /// Who says so.
        by: PersonId,
    },
    /// A customer with whom nothing has happened for long.
    WentQuiet {
        /// The stage of those.
        stage: StageKey,
    },
    /// What is known of the person is wrong, and a teammate is to mend it.
    SentToRepair {
        /// Of which team.
        team: TeamKey,
        /// Whose it was and will be.
        owner: PersonId,
        /// Who is asked; anybody of the team may, when `None`.
        fixer: Option<PersonId>,
        /// As what it was given up.
        reason: ReasonKey,
    },
    /// What is known of the person was put right.
    Mended {
        /// By whom; by the person themselves, when `None`.
        by: Option<PersonId>,
    },
    /// It cannot be put right.
    NotMended {
        /// Who says so; nobody did it in time, when `None`.
        by: Option<PersonId>,
    },
    /// Somebody asks for help with it.
    HelpAsked {
        /// Who.
        by: PersonId,
        /// Of whom; of the managers, when `None`.
        of: Option<PersonId>,
    },
    /// Nobody had answered.
    HelpAskedAgain {
        /// Who is asked now; the managers, when `None`.
        of: Option<PersonId>,
    },
    /// The question was answered.
    HelpAnswered {
        /// By whom.
        by: PersonId,
    },
    /// Who was asked cannot help.
    HelpDeclined {
        /// Who.
        by: PersonId,
    },
    /// The question was taken back.
    HelpDropped {
        /// By whom.
        by: PersonId,
    },
    /// Its owner would exchange it for another lead, or somebody would have it for theirs.
    TradeOffered {
        /// Who offers.
        by: PersonId,
        /// The other lead.
        with: LeadId,
        /// Which of the two it is.
        side: Side,
    },
    /// The trade did not come about.
    TradeEnded {
        /// The other lead.
        with: LeadId,
        /// Why.
        how: TradeEnd,
    },
    /// It was exchanged for another lead; who has it since stands beside.
    Traded {
        /// For which.
        with: LeadId,
    },
    /// Another lead belongs to it.
    Linked {
        /// Which.
        lead: LeadId,
        /// What it is to this one.
        role: Role,
    },
}

/// A course has numbers for keys, which a value that is told apart by a tag can only be read with by way of plain JSON.
fn whole<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Box<Course>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_reads_back_as_it_was_written() {
        let at = "2026-09-14T09:00:00Z".parse().unwrap();
        let mut course = Course::new("open".into(), at);
        course.evolve(&Fact::Claimed { by: PersonId(3) }, at);
        course.evolve(&Fact::Released { by: PersonId(3), cooling_until: at }, at);
        course.evolve(&Fact::Attempted { by: PersonId(3), channel: Channel::Call, outcome: Outcome::Reached }, at);
        course.evolve(&Fact::ClockSet { clock: Clock::Stage, due: at }, at);
        let facts = vec![Fact::Undone { to: Box::new(course) }];
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Fact>>(&text).unwrap(), facts);
    }
}
