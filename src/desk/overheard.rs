//! What is said and shown in a lead's thread, or at its card: notes and attempts that nobody has to enter twice.
//! Only its owner's, who covers for them, and managers' count; the rules say so, and everybody else is left alone without a word.
//! Invariant: each message and each reaction counts once, however often it is heard.

use super::Desk;
use super::visit::{Asked, Visit};
use crate::chat::{Mark, Overheard, Remark, Sign};
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::domain::person::Rights;
use crate::domain::reply::Reply;
use crate::domain::text::cut;
use crate::store::{Changed, StoreError};

/// Longest note.
const NOTE_MAX: usize = 4_000;

/// Writes it down, where it is the lead's; what the message shows for it.
pub(super) async fn heard(desk: &Desk, heard: Overheard) -> Result<Mark, StoreError> {
    let Overheard { by, on, what } = heard;
    let person = desk.store.roster().by_chat_id(&by).filter(|person| !person.left && person.rights >= Rights::Rep).cloned();
    let Some(person) = person else { return Ok(Mark::None) };
    let lead = match &what {
        // A message is about the lead in whose thread it stands; its card is ours.
        Remark::Wrote { .. } => desk.store.lead_at("", &on.channel).await?,
        Remark::Signed(_) | Remark::Unsigned(_) => desk.store.lead_at(&on.message, &on.channel).await?,
    };
    let Some(lead) = lead else { return Ok(Mark::None) };
    let given = |sign: Sign| format!("sign:{}:{}:{}", on.message, person.id.0, sign.key());
    let taken = |sign: Sign| format!("un{}", given(sign));
    let (deed, ask) = match &what {
        Remark::Wrote { text } => (format!("note:{}", on.message), Ask::WriteInThread { text: cut(text.trim(), NOTE_MAX) }),
        Remark::Signed(sign) => {
            let (channel, outcome) = meaning(*sign);
            (given(*sign), Ask::Log { channel, outcome, note: None })
        }
        Remark::Unsigned(sign) => {
            let (channel, outcome) = meaning(*sign);
            (taken(*sign), Ask::Unlog { channel, outcome })
        }
    };
    let visit = Visit { desk, person: person.clone(), deed: deed.clone(), channel: on.channel.clone(), now: desk.clock.now() };
    let asked = visit.ask(lead, ask).await?;
    let is_done = asked.changed == Changed::Yes;
    // What was refused has not counted, and what was taken back may be given again.
    let again = match &what {
        // What nobody wrote down of itself can still be logged by hand.
        Remark::Wrote { .. } => was_refused(&asked).then_some(deed),
        Remark::Signed(_) if was_refused(&asked) => Some(deed),
        Remark::Signed(sign) => is_done.then(|| taken(*sign)),
        Remark::Unsigned(sign) if is_done => Some(given(*sign)),
        Remark::Unsigned(_) => Some(deed),
    };
    if let Some(deed) = again {
        desk.store.forget_deed(deed).await?;
    }
    Ok(match (what, is_done) {
        (_, false) => Mark::None,
        (Remark::Wrote { .. } | Remark::Signed(_), true) => Mark::Put,
        (Remark::Unsigned(_), true) => Mark::Lifted,
    })
}

/// It was judged now, and changed nothing.
fn was_refused(asked: &Asked) -> bool {
    asked.changed == Changed::No && matches!(asked.reply, Some(Reply::NotAllowed(_) | Reply::NotNow))
}

fn meaning(sign: Sign) -> (Channel, Outcome) {
    match sign {
        Sign::Phone => (Channel::Call, Outcome::NoAnswer),
        Sign::Envelope => (Channel::Email, Outcome::LeftMessage),
        Sign::Tick => (Channel::Call, Outcome::Reached),
    }
}
