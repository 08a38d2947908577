//! Answers interactions within Discord's three seconds, whichever door they came in by.
//! What takes longer is answered "one moment" and followed up. Answering runs in a task of its own: who hangs up does not stop a
//! decision half-way.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serenity::http::Route;
use serenity::model::id::{ApplicationId, InteractionId};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::answer::{self, AtOnce, Moment, Step};
use super::failure::Failure;
use super::inbound::{Asked, Interaction, Line, NotOurs, Surface};
use super::platform::{Discord, number};
use super::render;
use super::rest::Call;
use super::wire::{self, Callback};
use crate::chat::{Answer, Answering, Inbound, Overheard, SendError, Shown};
use crate::domain::message::{Attachment, View};

/// A role is looked up for no longer than this.
const ROLES_WITHIN: Duration = Duration::from_millis(400);
/// A follow-up that Discord does not know the interaction of yet is tried so often, so far apart.
const TRIES: u32 = 6;
const BETWEEN: Duration = Duration::from_millis(400);
/// Discord: this interaction was answered by somebody else, or is too old.
const ALREADY_ANSWERED: i64 = 40_060;
const UNKNOWN_INTERACTION: i64 = 10_062;
const UNKNOWN_WEBHOOK: i64 = 10_015;

/// See the module.
pub(super) struct Talk<A> {
    pub(super) discord: Discord,
    answering: Arc<A>,
    pub(super) tasks: TaskTracker,
}

/// The first answer, ready to be sent, and what follows it.
pub(super) struct First {
    pub(super) callback: Callback,
    pub(super) files: Vec<Attachment>,
    pub(super) then: Then,
    /// What a card shows once it is there.
    pub(super) shows: Option<Shown>,
}

/// What follows the first answer.
pub(super) enum Then {
    Nothing,
    /// They alone are told this too.
    Tell(Box<View>),
    /// The answer itself, when it is there.
    Wait(JoinHandle<Answer>),
}

impl<A: Answering> Talk<A> {
    pub(super) fn new(discord: Discord, answering: Arc<A>) -> Self {
        Self { discord, answering, tasks: TaskTracker::new() }
    }

    /// Reads who and what.
    pub(super) async fn read(&self, interaction: &Interaction) -> Result<Asked, NotOurs> {
        let inner = &self.discord.0;
        let names_known = |k: &super::directory::Known| interaction.roles().iter().all(|id| k.role_name(id).is_some());
        let looked_up = tokio::time::timeout(ROLES_WITHIN, inner.directory.knowing(names_known)).await;
        let known = match looked_up {
            Ok(Ok(known)) => known,
            // Ids alone still say much, and nobody gains a right by a name that is missing.
            Ok(Err(_)) | Err(_) => inner.directory.known(),
        };
        interaction.read(inner.guild.get(), &known)
    }

    /// The first answer, at the deadline at the latest.
    pub(super) async fn first(&self, inbound: Inbound, surface: Surface, deadline: Instant) -> First {
        let answering = Arc::clone(&self.answering);
        let mut task = self.tasks.spawn(async move { answering.answer(inbound).await });
        match tokio::time::timeout_at(deadline, &mut task).await {
            Ok(answer) => self.in_time(answered(answer), surface).await,
            Err(_) => {
                let (callback, then) = match answer::moment(surface) {
                    Moment::Thinking => (Callback::PostLater { flags: wire::EPHEMERAL }, Then::Wait(task)),
                    Moment::Unseen => (Callback::UpdateLater, Then::Wait(task)),
                    Moment::NoChoices => (Callback::Suggest(Vec::new()), Then::Nothing),
                };
                First { callback, files: Vec::new(), then, shows: None }
            }
        }
    }

    /// The words of a refusal, privately.
    pub(super) async fn refusal(&self, not_ours: NotOurs, surface: Surface) -> First {
        self.in_time(Answer::Private(answer::only(not_ours.words())), surface).await
    }

    async fn in_time(&self, answer: Answer, surface: Surface) -> First {
        let (mut then, shows) = (Then::Nothing, answer.shows());
        let (callback, files) = match answer::at_once(answer, surface) {
            AtOnce::Private(view) => {
                let message = wire::Message { flags: Some(wire::EPHEMERAL), ..self.rendered(&view).await };
                (Callback::Post(message), view.files)
            }
            AtOnce::Public(view) => (Callback::Post(self.rendered(&view).await), view.files),
            AtOnce::Update(view, private) => {
                then = private.map_or(Then::Nothing, |v| Then::Tell(Box::new(v)));
                (Callback::Update(self.rendered(&view).await), view.files)
            }
            AtOnce::Form(form) => (Callback::Open(render::modal(&form)), Vec::new()),
            AtOnce::Choices(choices) => (Callback::Suggest(render::suggestions(&choices)), Vec::new()),
        };
        First { callback, files, then, shows }
    }

    /// Sends the first answer by REST.
    pub(super) async fn send(&self, line: &Line, first: &First) -> Result<(), SendError> {
        let interaction_id = InteractionId::new(number(&line.id)?);
        let route = Route::InteractionResponse { interaction_id, token: &line.token };
        let call = Call::post(route).body(&first.callback).files(&first.files);
        match self.discord.0.rest.call(call).await {
            Ok(_) => Ok(()),
            Err(failure) => {
                match failure.code() {
                    Some(ALREADY_ANSWERED) => tracing::info!(interaction = line.id, "another process answered first"),
                    Some(UNKNOWN_INTERACTION) => tracing::warn!(interaction = line.id, "answered too late for Discord"),
                    _ => tracing::warn!(interaction = line.id, ?failure, "an answer did not reach Discord"),
                }
                Err(failure.told("to be installed with the applications.commands scope"))
            }
        }
    }

    /// What follows the first answer, once Discord has that. True when it was taken, and so the first answer before it.
    pub(super) async fn follow(&self, line: &Line, then: Then) -> bool {
        let (steps, shows) = match then {
            Then::Nothing => return false,
            Then::Tell(view) => (vec![Step::Tell(*view)], None),
            Then::Wait(task) => {
                let answer = answered(task.await);
                let shows = answer.shows();
                (answer::later(answer, line.surface), shows)
            }
        };
        let mut all_taken = true;
        for step in steps {
            if let Err(failure) = self.step(line, &step).await {
                tracing::warn!(interaction = line.id, ?failure, "a follow-up did not reach Discord");
                all_taken = false;
            }
        }
        if all_taken {
            self.shown(shows).await;
        }
        all_taken
    }

    /// Takes in what was said beside the bot, one after the other, until nothing more can come.
    pub(super) async fn overhear(&self, mut said: mpsc::Receiver<Overheard>) {
        while let Some(heard) = said.recv().await {
            let on = heard.on.clone();
            let mark = self.answering.overheard(heard).await;
            self.discord.mark(&on, mark).await;
        }
    }

    /// Says that a card is there as it was answered.
    pub(super) async fn shown(&self, shows: Option<Shown>) {
        if let Some(shown) = shows {
            self.answering.shown(shown).await;
        }
    }

    /// Discord may not know the interaction's answer yet when it went back in the HTTP response: then the step is tried again.
    async fn step(&self, line: &Line, step: &Step) -> Result<(), Failure> {
        let (Step::Edit(view) | Step::Tell(view) | Step::Say(view)) = step;
        let message = self.rendered(view).await;
        let bad_id = |_| Failure::Unknown { why: "the interaction names no application".to_owned() };
        let application_id = ApplicationId::new(number(&line.application).map_err(bad_id)?);
        let token = line.token.as_str();
        let mut tries = 1;
        loop {
            let call = match step {
                Step::Edit(_) => Call::patch(Route::WebhookOriginalInteractionResponse { application_id, token }).body(&message),
                Step::Tell(_) => Call::post(Route::WebhookFollowupMessages { application_id, token })
                    .body(&wire::Message { flags: Some(wire::EPHEMERAL), ..message.clone() }),
                Step::Say(_) => Call::post(Route::WebhookFollowupMessages { application_id, token }).body(&message),
            };
            match self.discord.0.rest.call(call.files(&view.files)).await {
                Err(failure) if tries < TRIES && matches!(failure.code(), Some(UNKNOWN_WEBHOOK | 10_008)) => {
                    tries += 1;
                    tokio::time::sleep(BETWEEN).await;
                }
                outcome => return outcome.map(|_: Value| ()),
            }
        }
    }

    async fn rendered(&self, view: &View) -> wire::Message {
        match tokio::time::timeout(ROLES_WITHIN, self.discord.rendered(view)).await {
            Ok(Ok(message)) => message,
            // A role that cannot be looked up now rings nobody; the answer is still shown.
            Ok(Err(_)) | Err(_) => self.discord.rendered_as_known(view),
        }
    }
}

fn answered(answer: Result<Answer, tokio::task::JoinError>) -> Answer {
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "answering failed");
        Answer::Private(answer::went_wrong())
    })
}

impl<A: Answering> Talk<A> {
    /// The whole of it: reads, answers, follows up.
    pub(super) fn hold(
        self: &Arc<Self>,
        interaction: Interaction,
        patience: Duration,
    ) -> impl Future<Output = ()> + Send + use<A> {
        let talk = Arc::clone(self);
        let deadline = Instant::now() + patience;
        async move {
            let line = interaction.line();
            let first = match talk.read(&interaction).await {
                Ok(asked) => talk.first(asked.inbound, line.surface, deadline).await,
                Err(not_ours) => talk.refusal(not_ours, line.surface).await,
            };
            if talk.send(&line, &first).await.is_ok() {
                talk.shown(first.shows).await;
                talk.follow(&line, first.then).await;
            } else if let Then::Wait(task) = first.then {
                // Nobody can be told, and the deed is done all the same.
                drop(task);
            }
        }
    }
}
