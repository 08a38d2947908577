//! Which of Discord's ways of answering carries an `Answer`: at once, or after a "one moment".
//! Pure. A "one moment" is always private, so that what was meant for one person cannot become public by being slow.

use super::inbound::Surface;
use crate::chat::Answer;
use crate::domain::message::{Form, View};

/// The first answer, in time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AtOnce {
    /// A new message, for them alone.
    Private(View),
    /// A new message, for everybody.
    Public(View),
    /// The message with the control becomes this; then they alone are told the other.
    Update(View, Option<View>),
    /// A form.
    Form(Form),
    /// What could be typed.
    Choices(Vec<(String, String)>),
}

/// What "one moment" is said with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A private "thinking…", which the answer then replaces.
    Thinking,
    /// Nothing that shows: the message with the control stays.
    Unseen,
    /// No suggestions.
    NoChoices,
}

/// One step of an answer after the moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Replaces the "thinking…" or the message with the control.
    Edit(View),
    /// A new message, for them alone.
    Tell(View),
    /// A new message, for everybody.
    Say(View),
}

const TOO_SLOW: &str = "That took longer than a form may take to open. Nothing was changed; please press it again.";
const SHOWN_BELOW: &str = "It is posted below.";
const WENT_WRONG: &str = "Something went wrong here. Please look whether it was done before you try again.";

/// The answer, where it is there in time.
pub(super) fn at_once(answer: Answer, surface: Surface) -> AtOnce {
    if surface == Surface::Typing {
        return match answer {
            Answer::Choices(choices) => AtOnce::Choices(choices),
            Answer::Private(_) | Answer::Replace(_) | Answer::Update { .. } | Answer::Public(_) | Answer::Form(_) => {
                AtOnce::Choices(Vec::new())
            }
        };
    }
    match (answer, surface) {
        (Answer::Replace(view), Surface::PrivateMessage) => AtOnce::Update(view, None),
        (Answer::Update { view, private, .. }, Surface::PrivateMessage | Surface::PublicMessage) => AtOnce::Update(view, private),
        (Answer::Update { view, private, .. }, Surface::Nothing | Surface::Typing) => AtOnce::Private(private.unwrap_or(view)),
        (Answer::Private(view) | Answer::Replace(view), _) => AtOnce::Private(view),
        (Answer::Public(view), _) => AtOnce::Public(view),
        (Answer::Form(form), _) => AtOnce::Form(form),
        // Only typing asks for choices.
        (Answer::Choices(_), _) => AtOnce::Private(went_wrong()),
    }
}

/// How to say "one moment".
pub(super) fn moment(surface: Surface) -> Moment {
    match surface {
        Surface::Nothing => Moment::Thinking,
        Surface::PublicMessage | Surface::PrivateMessage => Moment::Unseen,
        Surface::Typing => Moment::NoChoices,
    }
}

/// The answer, after "one moment" was said.
pub(super) fn later(answer: Answer, surface: Surface) -> Vec<Step> {
    let first = |view: View| if surface == Surface::Nothing { Step::Edit(view) } else { Step::Tell(view) };
    match (at_once(answer, surface), surface) {
        (_, Surface::Typing) | (AtOnce::Choices(_), _) => Vec::new(),
        (AtOnce::Private(view), _) => vec![first(view)],
        (AtOnce::Update(view, private), _) => [Step::Edit(view)].into_iter().chain(private.map(Step::Tell)).collect(),
        (AtOnce::Form(_), _) => vec![first(only(TOO_SLOW))],
        // The first message after "thinking…" would take its privacy, so that one is filled first.
        (AtOnce::Public(view), Surface::Nothing) => vec![Step::Edit(only(SHOWN_BELOW)), Step::Say(view)],
        (AtOnce::Public(view), Surface::PublicMessage | Surface::PrivateMessage) => vec![Step::Say(view)],
    }
}

/// What is answered where answering itself failed.
pub(super) fn went_wrong() -> View {
    only(WENT_WRONG)
}

/// A view of one line of ours.
pub(super) fn only(words: &'static str) -> View {
    View { lines: vec![words.into()], ..View::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(words: &'static str) -> View {
        only(words)
    }

    #[test]
    fn a_private_message_is_replaced_but_a_card_never_is() {
        let replace = || Answer::Replace(view("x"));
        assert_eq!(at_once(replace(), Surface::PrivateMessage), AtOnce::Update(view("x"), None));
        assert_eq!(at_once(replace(), Surface::PublicMessage), AtOnce::Private(view("x")));
        assert_eq!(later(replace(), Surface::PublicMessage), [Step::Tell(view("x"))]);
    }

    #[test]
    fn what_is_private_stays_private_when_it_is_late() {
        for surface in [Surface::Nothing, Surface::PublicMessage, Surface::PrivateMessage] {
            let steps = later(Answer::Private(view("x")), surface);
            let wanted = if surface == Surface::Nothing { Step::Edit(view("x")) } else { Step::Tell(view("x")) };
            assert_eq!(steps, [wanted], "{surface:?}");
        }
        assert_eq!(moment(Surface::Nothing), Moment::Thinking);
        assert_eq!(later(Answer::Public(view("x")), Surface::Nothing), [Step::Edit(only(SHOWN_BELOW)), Step::Say(view("x"))]);
    }

    #[test]
    fn a_late_form_says_to_press_again() {
        let form = Form { action: String::new(), title: String::new(), inputs: vec![] };
        assert_eq!(later(Answer::Form(form), Surface::PublicMessage), [Step::Tell(only(TOO_SLOW))]);
    }

    #[test]
    fn who_types_gets_suggestions_or_none() {
        let choices = vec![("a".to_owned(), "b".to_owned())];
        assert_eq!(at_once(Answer::Choices(choices.clone()), Surface::Typing), AtOnce::Choices(choices));
        assert_eq!(at_once(Answer::Private(view("x")), Surface::Typing), AtOnce::Choices(vec![]));
        assert_eq!(later(Answer::Private(view("x")), Surface::Typing), []);
    }
}
