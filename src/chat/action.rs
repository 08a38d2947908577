//! The tokens that buttons, selects and forms carry: `lb1:<verb>:<lead>:<epoch>`, at most 64 bytes.
//! They live as long as the messages that hold them. Invariant: a verb is never renamed and never changes meaning.

use std::fmt;

use crate::domain::ids::LeadId;

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What a control does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Verb { $($(#[$doc])* $name),* }

        impl Verb {
            /// Every verb.
            pub const ALL: &'static [Verb] = &[$(Verb::$name),*];

            /// As tokens write it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Verb::$name => $word),* }
            }

            fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Verb::$name),)* _ => None }
            }
        }
    };
}

verbs! {
    /// Take the lead.
    Claim = "claim",
    /// Take the lead that one is asked about.
    Accept = "accept",
    /// Do not: the next one is asked.
    Pass = "pass",
    /// It is another team's (asks why).
    NotForUs = "notus",
    /// Show everything, privately.
    Details = "details",
    /// Choose a channel for an attempt.
    Log = "log",
    /// Channel chosen: choose an outcome.
    LogChannel = "logch",
    /// Outcome chosen: done. The extra part is the channel; on a button `channel.outcome`.
    LogOutcome = "logout",
    /// Reached them: one tap.
    Reached = "reached",
    /// Choose a time.
    Follow = "follow",
    /// Time chosen.
    FollowAt = "followat",
    /// A date typed.
    FollowDate = "followdt",
    /// Choose a reason.
    Disqualify = "dq",
    /// Reason chosen.
    DisqualifyFor = "dqfor",
    /// What the reason needs was typed. The extra part is the reason.
    DisqualifyWith = "dqwith",
    /// More to do.
    More = "more",
    /// One of More was chosen.
    MoreDo = "moredo",
    /// Write a note.
    Note = "note",
    /// Write a note on the lead whose number is asked for with it.
    NoteOn = "noteon",
    /// Release (asks why).
    Release = "release",
    /// Assign: choose a person.
    Assign = "assign",
    /// Person chosen.
    AssignTo = "assignto",
    /// Choose a stage.
    Stage = "stage",
    /// Stage chosen.
    StageTo = "stageto",
    /// Won.
    Convert = "convert",
    /// Work it again.
    Reopen = "reopen",
    /// See contact data.
    Reveal = "reveal",
    /// Still mine.
    StillMine = "mine",
    /// Why me, why so.
    Why = "why",
    /// Choose a team (triage).
    Route = "route",
    /// Team chosen.
    RouteTo = "routeto",
    /// Choose the lead that it is the same as.
    Merge = "merge",
    /// Lead chosen. The extra part on a button is its number.
    MergeInto = "mergeto",
    /// Choose a message template.
    Template = "tpl",
    /// Template chosen: show it filled. The extra part names it.
    TemplateUse = "tpluse",
    /// Send it. The extra part names it.
    TemplateSend = "tplsend",
    /// It was sent by hand: log it. The extra part names it.
    TemplateSent = "tplsent",
    /// Ask for help: choose whom.
    Help = "help",
    /// Person chosen, or the managers: ask. The extra part is the person's number, or `managers`.
    HelpOf = "helpof",
    /// Answer somebody who asked for help.
    HelpAnswer = "helpans",
    /// Cannot help.
    HelpDecline = "helpno",
    /// Take the question back.
    HelpDrop = "helpdrop",
    /// Offer it for another lead.
    Trade = "trade",
    /// Have the other lead for it. The extra part is the other lead's number.
    TradeAccept = "tradeyes",
    /// Do not. The extra part is the other lead's number.
    TradeRefuse = "tradeno",
    /// Take the offer back. The extra part is the other lead's number.
    TradeWithdraw = "tradedrop",
    /// Write nothing more to them by itself.
    SequenceStop = "seqstop",
    /// Take back what was just done.
    Undo = "undo",
    /// Have the next one of those that wait.
    Next = "next",
    /// Apply the playbook that was checked. The extra part names it.
    PlaybookApply = "pbapply",
    /// Drop it.
    PlaybookDrop = "pbdrop",
    /// Tell what was heard from a source. The extra part is the source.
    SourceTest = "srctest",
    /// List what could not be read.
    QuarantineList = "qlist",
    /// Delivery chosen: show why it could not be read.
    QuarantineShow = "qshow",
    /// Read it again. The extra part is the delivery.
    ReplayOne = "qreplay",
    /// Read everything of its source again. The extra part is the delivery.
    ReplaySource = "qreall",
    /// How what was planned went (asks for a note). The extra part is `done`, `reached` or `no_answer`.
    Result = "result",
    /// Move the plan. The extra part is the minute that it is planned for and the one that it moves to.
    FollowMove = "fumove",
    /// Leave the plan where it is. The extra part is the minute that it is planned for.
    FollowKeep = "fukeep",
    /// Give what waits to somebody. The epoch is the playbook's version; the extra part says what, to whom, and how many.
    Drain = "drain",
    /// Make a deal of it (asks what it is worth).
    Deal = "deal",
    /// What it was won for was typed.
    WonFor = "wonfor",
    /// Put right what is known of the person: asks what, then done.
    Mend = "mend",
    /// It cannot be put right: over.
    CannotMend = "nomend",
    /// Make a reason of what was noted (asks for its name and what becomes of the lead).
    ReasonMake = "mkreason",
    /// Let it sleep: choose why, of the reasons after which it comes back.
    Pool = "pool",
}

/// What a control does to which lead, as of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// To which lead; `LeadId(0)` where none is meant.
    pub lead: LeadId,
    /// The lead's epoch when the control was drawn.
    pub epoch: u32,
    /// One more part, where the verb has one; no colon, at most 32 bytes.
    pub extra: Option<String>,
}

impl Action {
    /// A control on a lead.
    #[must_use]
    pub fn on(verb: Verb, lead: LeadId, epoch: u32) -> Self {
        Self { verb, lead, epoch, extra: None }
    }

    /// How the tokens of a verb on a lead begin, whatever the epoch; what follows is never a letter or a digit.
    #[must_use]
    pub fn prefix(verb: Verb, lead: LeadId) -> String {
        format!("lb1:{}:{}", verb.word(), base36(lead.0.unsigned_abs()))
    }

    /// With one more part.
    #[must_use]
    pub fn with(mut self, extra: &str) -> Self {
        self.extra = Some(extra.to_owned());
        self
    }

    /// Reads a token; `None` for anything that is not exactly one of ours.
    #[must_use]
    pub fn read(token: &str) -> Option<Self> {
        if token.len() > 64 {
            return None;
        }
        let mut parts = token.split(':');
        if parts.next()? != "lb1" {
            return None;
        }
        let verb = Verb::read(parts.next()?)?;
        let lead = i64::from_str_radix(parts.next()?, 36).ok().filter(|n| *n >= 0)?;
        let epoch = u32::from_str_radix(parts.next()?, 36).ok()?;
        let extra = parts.next().filter(|e| !e.is_empty() && e.len() <= 24).map(str::to_owned);
        parts.next().is_none().then_some(Self { verb, lead: LeadId(lead), epoch, extra })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lb1:{}:{}:{}", self.verb.word(), base36(self.lead.0.unsigned_abs()), base36(u64::from(self.epoch)))?;
        match &self.extra {
            Some(extra) => write!(f, ":{extra}"),
            None => Ok(()),
        }
    }
}

fn base36(mut n: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(n % 36).expect("less than 36");
        digits.push(char::from_digit(digit, 36).expect("a digit of base 36"));
        n /= 36;
        if n == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_it_was_written() {
        for &verb in Verb::ALL {
            let action = Action::on(verb, LeadId(i64::MAX), u32::MAX).with("not_interested_0123456");
            let token = action.to_string();
            assert!(token.len() <= 64, "{token}");
            assert_eq!(Action::read(&token), Some(action));
        }
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for token in ["", "lb1", "lb2:claim:1:1", "lb1:steal:1:1", "lb1:claim:-1:1", "lb1:claim:1:1:a:b", "lb1:claim:zz zz:1"] {
            assert_eq!(Action::read(token), None, "{token}");
        }
        assert_eq!(Action::read(&format!("lb1:claim:1:1:{}", "x".repeat(60))), None);
    }
}
