//! Presses: which flow a control belongs to, and where its answer goes.
//! A press on the public card is answered on the card itself when the lead has changed, so that the card is right before anybody looks
//! again; everything else is private.

use super::commands;
use super::flows::{
    attempt, deal, disqualify, follow_up, hand_over, help, look, merge, pile, reason, repair, stage, take, template, trade,
};
use super::visit::{Asked, Visit};
use crate::chat::action::{Action, Verb};
use crate::chat::{Answer, Receipt, Shown};
use crate::domain::event::Ask;
use crate::domain::help::HelpAsk;
use crate::domain::lead::Lead;
use crate::domain::message::{Form, View};
use crate::domain::reply::Reply;
use crate::domain::trade::TradeAsk;
use crate::store::{CardAt, Changed, StoreError};
use crate::wording::card::{CardFacts, card};
use crate::wording::{forms, remarks};

/// A control that was used.
#[derive(Debug)]
pub(super) struct Press<'a> {
    pub(super) visit: &'a Visit<'a>,
    /// What it does.
    pub(super) action: Action,
    /// What was chosen, for a list.
    pub(super) value: Option<String>,
    /// The card that holds it, when it is one.
    card: Option<CardOn>,
}

#[derive(Debug)]
struct CardOn {
    card: CardAt,
    /// This message is the card's newest copy.
    is_newest: bool,
}

/// Answers a press.
pub(super) async fn pressed(visit: &Visit<'_>, token: &str, values: Vec<String>, on: Receipt) -> Result<Answer, StoreError> {
    let Some(action) = Action::read(token) else { return Ok(Answer::Private(remarks::unknown_control())) };
    let card = visit.desk.store.card_at(&on.message).await?.filter(|card| card.lead == action.lead);
    let card = card.map(|card| CardOn { is_newest: card.newest.as_deref() == Some(on.message.as_str()), card });
    let press = Press { visit, action, value: values.into_iter().next(), card };
    Box::pin(route(press)).await
}

/// The flow that a verb belongs to.
pub(super) async fn route(press: Press<'_>) -> Result<Answer, StoreError> {
    match press.action.verb {
        Verb::Claim | Verb::Accept => press.act(Ask::Claim).await,
        Verb::Pass => take::pass(&press).await,
        Verb::NoteOn => Ok(Answer::Form(press.visit.as_typed(forms::note_on("")))),
        Verb::Next => pile::next(&press).await,
        Verb::Reopen => press.act(Ask::Reopen).await,
        Verb::Convert => deal::won(&press).await,
        Verb::Drain => commands::drain_pressed(press.visit, &press.action).await,
        Verb::Deal | Verb::WonFor => deal::form(&press).await,
        Verb::StillMine => press.act(Ask::StillMine).await,
        Verb::Reveal => press.act(Ask::Reveal).await,
        Verb::Reached => take::reached(&press).await,
        Verb::Log => attempt::channels(&press).await,
        Verb::LogChannel => attempt::outcomes(&press).await,
        Verb::LogOutcome => attempt::log(&press).await,
        Verb::Follow => follow_up::times(&press).await,
        Verb::FollowAt => follow_up::chosen(&press).await,
        Verb::FollowDate => follow_up::form(&press).await,
        Verb::FollowMove => follow_up::moved(&press).await,
        Verb::FollowKeep => follow_up::kept(&press).await,
        Verb::Result => follow_up::result(&press).await,
        Verb::Disqualify => disqualify::reasons(&press).await,
        Verb::Pool => disqualify::sleeps(&press).await,
        Verb::DisqualifyFor | Verb::DisqualifyWith => disqualify::chosen(&press).await,
        Verb::More => look::more(&press).await,
        Verb::MoreDo => look::more_chosen(press).await,
        Verb::Details => look::details(&press).await,
        Verb::Why => look::why(&press).await,
        Verb::Note => hand_over::note(&press).await,
        Verb::NotForUs => hand_over::wrong_team(&press).await,
        Verb::Release => hand_over::release(&press).await,
        Verb::Assign => hand_over::people(&press).await,
        Verb::AssignTo => hand_over::chosen(&press).await,
        Verb::Route => hand_over::teams(&press).await,
        Verb::RouteTo => hand_over::route(&press).await,
        Verb::Stage => stage::stages(&press).await,
        Verb::StageTo => stage::chosen(&press).await,
        Verb::Merge => merge::form(&press).await,
        Verb::MergeInto => merge::chosen(&press).await,
        Verb::Template => template::choose(&press).await,
        Verb::TemplateUse => template::chosen(&press).await,
        Verb::TemplateSend => template::send(&press).await,
        Verb::TemplateSent => template::sent(&press).await,
        Verb::Help => help::whom(&press).await,
        Verb::HelpOf => help::question(&press).await,
        Verb::HelpAnswer => help::answer(&press).await,
        Verb::HelpDecline => press.act(Ask::Help(HelpAsk::Decline)).await,
        Verb::HelpDrop => press.act(Ask::Help(HelpAsk::Drop)).await,
        Verb::Trade => trade::form(&press).await,
        Verb::TradeAccept => trade::chosen(&press, |with| TradeAsk::Accept { with }).await,
        Verb::TradeRefuse => trade::chosen(&press, |with| TradeAsk::Refuse { with }).await,
        Verb::TradeWithdraw => trade::chosen(&press, |with| TradeAsk::Withdraw { with }).await,
        Verb::SequenceStop => press.act(Ask::StopSequence).await,
        Verb::Undo => press.act(Ask::Undo).await,
        Verb::Mend => repair::form(&press).await,
        Verb::CannotMend => press.act(Ask::CannotMend).await,
        Verb::PlaybookApply | Verb::PlaybookDrop => commands::playbook_pressed(press.visit, &press.action).await,
        Verb::ReasonMake => Ok(reason::form(press.visit)),
        Verb::SourceTest => commands::source_pressed(press.visit, press.choice()).await,
        Verb::QuarantineList | Verb::QuarantineShow | Verb::ReplayOne | Verb::ReplaySource => {
            commands::quarantine_pressed(press.visit, press.action.verb, press.choice()).await
        }
    }
}

impl<'a> Press<'a> {
    /// The same press, meaning something else.
    pub(super) fn meaning(self, verb: Verb) -> Self {
        Self { action: Action { verb, extra: None, ..self.action }, value: None, ..self }
    }

    /// What was chosen from a list, or what a button carries.
    pub(super) fn choice(&self) -> &str {
        self.value.as_deref().or(self.action.extra.as_deref()).unwrap_or_default()
    }

    /// The channel of the card that holds it, as the playbook has it.
    pub(super) fn channel(&self) -> Option<&str> {
        self.card.as_ref().map(|on| on.card.channel.as_str())
    }

    /// Asks the rules and answers where it belongs.
    pub(super) async fn act(&self, ask: Ask) -> Result<Answer, StoreError> {
        let asked = self.visit.ask(self.action.lead, ask).await?;
        let words = self.visit.say(&asked).await?;
        self.answered(&asked, words).await
    }

    /// The answer to something that was asked: on the card when it is not as the lead is now, else privately.
    pub(super) async fn answered(&self, asked: &Asked, words: View) -> Result<Answer, StoreError> {
        let Some(lead) = &asked.lead else { return Ok(self.private(words)) };
        if asked.changed == Changed::Yes || self.is_outdated(lead) {
            self.redraw(lead, words).await
        } else {
            Ok(self.private(words))
        }
    }

    /// Only they see it.
    pub(super) fn private(&self, words: View) -> Answer {
        if self.card.is_some() { Answer::Private(words) } else { Answer::Replace(words) }
    }

    /// Something to choose from, for those who may work the lead; the others are told why not, on a card that is right again.
    pub(super) async fn offer(&self, lead: &Lead, picker: View) -> Result<Answer, StoreError> {
        match self.visit.refusal(lead) {
            None => Ok(self.private(picker)),
            Some(refusal) => self.refuse(lead, &refusal).await,
        }
    }

    /// The same for those who may get in touch, be it a lead or a customer.
    pub(super) async fn offer_contact(&self, lead: &Lead, picker: View) -> Result<Answer, StoreError> {
        match self.visit.refusal_to_contact(lead) {
            None => Ok(self.private(picker)),
            Some(refusal) => self.refuse(lead, &refusal).await,
        }
    }

    /// A form for those who may get in touch.
    pub(super) async fn ask_contact_in_words(&self, lead: &Lead, form: Form) -> Result<Answer, StoreError> {
        match self.visit.refusal_to_contact(lead) {
            None => Ok(Answer::Form(form)),
            Some(refusal) => self.refuse(lead, &refusal).await,
        }
    }

    /// A form, for those who may work the lead.
    pub(super) async fn ask_in_words(&self, lead: &Lead, form: Form) -> Result<Answer, StoreError> {
        match self.visit.refusal(lead) {
            None => Ok(Answer::Form(form)),
            Some(refusal) => self.refuse(lead, &refusal).await,
        }
    }

    /// A refusal, on a card that is right again.
    pub(super) async fn refuse(&self, lead: &Lead, refusal: &Reply) -> Result<Answer, StoreError> {
        self.show(lead, self.visit.word(refusal, Some(lead), &[])).await
    }

    /// Something for whoever pressed alone, on a card that is right again.
    pub(super) async fn show(&self, lead: &Lead, words: View) -> Result<Answer, StoreError> {
        if self.is_outdated(lead) { self.redraw(lead, words).await } else { Ok(self.private(words)) }
    }

    /// The control was drawn before the lead changed hands.
    fn is_outdated(&self, lead: &Lead) -> bool {
        self.card.is_some() && self.action.epoch != lead.course.epoch
    }

    /// The card as it should be, and what is told besides.
    async fn redraw(&self, lead: &Lead, words: View) -> Result<Answer, StoreError> {
        let Some(on) = &self.card else { return Ok(self.private(words)) };
        let (roster, playbook) = (self.visit.desk.store.roster(), self.visit.desk.store.playbook());
        let facts = CardFacts { lead, playbook: &playbook, roster: &roster, channel: &on.card.channel, now: self.visit.now };
        let view = card(&facts);
        // Noted when the chat has taken it: until then the answer may be lost, and the card would stay as it was.
        let shows = on.is_newest.then_some(Shown { card: on.card.id, rev: lead.rev });
        Ok(Answer::Update { view, private: Some(words), shows })
    }
}
