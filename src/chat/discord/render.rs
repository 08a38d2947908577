//! Views and forms as Discord shows them: an embed with rows of controls, or plain text where a view is only lines.
//! Pure; whom a mention reaches is asked of the `Addresses` that are given. Everything is cut to Discord's limits here, so that a message
//! is never refused for its length.
//! Invariant: only `View::mentions` notifies.

use super::escape::{bare, fit, fit_text, fit_words, markdown, units};
use super::wire;
use crate::domain::ids::PersonId;
use crate::domain::message::{Attachment, Button, Form, Input, InputSize, Look, Mention, Row, Select, Tone, View};
use crate::domain::text::Text;

const CONTENT: usize = 2000;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const FOOTER: usize = 2048;
/// Of title, description and footer together.
const EMBED: usize = 6000;
const ROWS: usize = 5;
const BUTTONS: usize = 5;
const OPTIONS: usize = 25;
const FILES: usize = 10;
const ALT: usize = 1024;

/// Finds the chat's ids of those who are mentioned.
pub(super) trait Addresses {
    /// The id of a person; none when they have no account here.
    fn person(&self, id: PersonId) -> Option<String>;
    /// The id of a role, by name or id; none when there is no such role.
    fn role(&self, name: &str) -> Option<String>;
}

/// A view as a message; flags and nonce are the sender's to set.
pub(super) fn message(view: &View, addresses: &dyn Addresses) -> wire::Message {
    let (mentions, allowed_mentions) = mentions(&view.mentions, addresses);
    let mut message = wire::Message { allowed_mentions, components: rows(&view.rows), ..wire::Message::default() };
    message.attachments = view.files.iter().take(FILES).enumerate().map(file).collect();
    if is_only_lines(view) {
        let mut pieces = vec![mentions];
        if !pieces[0].is_empty() && !view.lines.is_empty() {
            pieces.push("\n".to_owned());
        }
        pieces.extend(lines(&view.lines));
        message.content = fit(&pieces, CONTENT);
    } else {
        message.content = fit(&[mentions], CONTENT);
        message.embeds = vec![embed(view)];
    }
    if message.content.is_empty() && message.embeds.is_empty() && message.components.is_empty() && message.attachments.is_empty()
    {
        // Discord refuses an empty message.
        message.content = "—".to_owned();
    }
    message
}

/// A form as a dialogue.
pub(super) fn modal(form: &Form) -> wire::Modal {
    wire::Modal {
        custom_id: form.action.clone(),
        title: fit_words(&form.title, 45),
        components: form.inputs.iter().take(ROWS).map(|i| wire::Row::of(vec![text_input(i)])).collect(),
    }
}

/// What could be typed.
pub(super) fn suggestions(choices: &[(String, String)]) -> Vec<wire::Suggestion> {
    let suggestion = |(name, value): &(String, String)| wire::Suggestion { name: fit_words(name, 100), value: value.clone() };
    // A value that is cut means something else, so one that is too long is left out.
    choices.iter().filter(|(n, v)| !n.trim().is_empty() && units(v) <= 100).take(OPTIONS).map(suggestion).collect()
}

fn is_only_lines(view: &View) -> bool {
    view.title.is_empty() && view.footer.is_empty() && view.tone == Tone::Plain
}

fn embed(view: &View) -> wire::Embed {
    let title = fit(&markdown(&view.title), TITLE).replace('\n', " ");
    let footer = fit(&bare(&view.footer), FOOTER);
    let room = DESCRIPTION.min(EMBED - units(&title) - units(&footer));
    wire::Embed {
        description: fit(&lines(&view.lines), room),
        color: colour(view.tone),
        footer: (!footer.is_empty()).then_some(wire::Footer { text: footer }),
        image: view.files.iter().find(|f| is_picture(f)).map(|f| wire::Image { url: format!("attachment://{}", f.name) }),
        title,
    }
}

fn lines(lines: &[Text]) -> Vec<String> {
    let mut pieces = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            pieces.push("\n".to_owned());
        }
        pieces.extend(markdown(line));
    }
    pieces
}

fn mentions(whom: &[Mention], addresses: &dyn Addresses) -> (String, wire::AllowedMentions) {
    let mut allowed = wire::AllowedMentions::default();
    let mut words = Vec::new();
    for mention in whom {
        match mention {
            Mention::Person(id) => {
                if let Some(id) = addresses.person(*id).filter(|id| !allowed.users.contains(id)) {
                    words.push(format!("<@{id}>"));
                    allowed.users.push(id);
                }
            }
            Mention::Role(name) => {
                if let Some(id) = addresses.role(name).filter(|id| !allowed.roles.contains(id)) {
                    words.push(format!("<@&{id}>"));
                    allowed.roles.push(id);
                }
            }
        }
    }
    (words.join(" "), allowed)
}

fn rows(rows: &[Row]) -> Vec<wire::Component> {
    let components = |row: &Row| match row {
        Row::Buttons(buttons) => buttons.iter().take(BUTTONS).map(button).collect(),
        Row::Select(list) => select(list).into_iter().collect::<Vec<_>>(),
    };
    rows.iter().map(components).filter(|c| !c.is_empty()).take(ROWS).map(wire::Row::of).collect()
}

fn button(button: &Button) -> wire::Component {
    let style = match button.look {
        Look::Primary => 1,
        Look::Plain => 2,
        Look::Good => 3,
        Look::Danger => 4,
    };
    wire::Component::Button(wire::Button {
        kind: 2,
        style,
        label: fit_words(&button.label, 80),
        custom_id: button.action.clone(),
    })
}

/// None where there is nothing to choose: Discord refuses an empty list.
fn select(select: &Select) -> Option<wire::Component> {
    let choice = |c: &crate::domain::message::Choice| wire::Choice {
        label: fit_words(&c.label, 100),
        value: c.value.clone(),
        description: fit_words(&c.hint, 100),
    };
    let options: Vec<_> = select.options.iter().filter(|c| units(&c.value) <= 100).take(OPTIONS).map(choice).collect();
    let placeholder = fit_words(&select.placeholder, 150);
    (!options.is_empty())
        .then(|| wire::Component::Select(wire::Select { kind: 3, custom_id: select.action.clone(), placeholder, options }))
}

fn text_input(input: &Input) -> wire::Component {
    let max = input.max.clamp(1, 4000);
    wire::Component::TextInput(wire::TextInput {
        kind: 4,
        custom_id: input.key.clone(),
        style: match input.size {
            InputSize::Line => 1,
            InputSize::Paragraph => 2,
        },
        label: fit_words(&input.label, 45),
        min_length: input.min.min(max),
        max_length: max,
        required: input.min > 0,
        value: fit_text(&input.value, usize::from(max)),
        placeholder: fit_words(&input.example, 100),
    })
}

fn file((id, file): (usize, &Attachment)) -> wire::File {
    wire::File { id: id.to_string(), filename: file.name.clone(), description: fit_words(&file.alt, ALT) }
}

fn is_picture(file: &Attachment) -> bool {
    let name = file.name.to_lowercase();
    [".png", ".jpg", ".jpeg", ".gif", ".webp"].iter().any(|ending| name.ends_with(ending))
}

fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Plain => 0x0099_AAB5,
        Tone::New => 0x0034_98DB,
        Tone::Claimed => 0x00F1_C40F,
        Tone::Working => 0x009B_59B6,
        Tone::Resting => 0x0060_7D8B,
        Tone::Good => 0x002E_CC71,
        Tone::Over => 0x004F_545C,
        Tone::Alarm => 0x00E7_4C3C,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Choice, Select};
    use crate::domain::text::{Untrusted, When};
    use serde_json::json;

    struct Town;

    impl Addresses for Town {
        fn person(&self, id: PersonId) -> Option<String> {
            (id == PersonId(7)).then(|| "900000000000000021".to_owned())
        }
        fn role(&self, name: &str) -> Option<String> {
            (name == "sales").then(|| "900000000000000030".to_owned())
        }
    }

    fn button(label: &str, action: &str, look: Look) -> Button {
        Button { label: label.into(), action: action.into(), look }
    }

    #[test]
    fn a_card_is_an_embed_with_its_mention_outside() {
        let due = chrono::DateTime::from_timestamp(1_772_460_300, 0).unwrap();
        let view = View {
            title: Text::plain("NEW  L-1042"),
            tone: Tone::New,
            lines: vec![
                Text::default().data(&Untrusted::new("Dana K. @everyone")),
                Text::plain("offered to ").person(PersonId(7), "Ann").and(", due ").at(due, When::Relative),
            ],
            footer: Text::plain("lb L-1042"),
            rows: vec![Row::Buttons(vec![
                button("Claim", "lb1:claim:sy:1", Look::Primary),
                button("Drop", "lb1:dq:sy:1", Look::Danger),
            ])],
            mentions: vec![
                Mention::Person(PersonId(7)),
                Mention::Role("sales".into()),
                Mention::Person(PersonId(8)),
                Mention::Person(PersonId(7)),
            ],
            ..View::default()
        };
        assert_eq!(
            serde_json::to_value(message(&view, &Town)).unwrap(),
            json!({
                "content": "<@900000000000000021> <@&900000000000000030>",
                "embeds": [{
                    "title": "NEW  L-1042",
                    "description": "Dana K. @\u{200B}everyone\noffered to **Ann**, due <t:1772460300:R>",
                    "color": 0x3498DB,
                    "footer": {"text": "lb L-1042"},
                }],
                "components": [{"type": 1, "components": [
                    {"type": 2, "style": 1, "label": "Claim", "custom_id": "lb1:claim:sy:1"},
                    {"type": 2, "style": 4, "label": "Drop", "custom_id": "lb1:dq:sy:1"},
                ]}],
                "allowed_mentions": {"parse": [], "users": ["900000000000000021"], "roles": ["900000000000000030"]},
                "attachments": [],
            })
        );
    }

    #[test]
    fn a_view_of_lines_only_is_plain_text_and_clears_what_was_there() {
        let view = View { lines: vec!["Noted.".into(), "Next: call.".into()], ..View::default() };
        assert_eq!(
            serde_json::to_value(message(&view, &Town)).unwrap(),
            json!({
                "content": "Noted.\nNext: call.", "embeds": [], "components": [], "attachments": [],
                "allowed_mentions": {"parse": [], "users": [], "roles": []},
            })
        );
    }

    #[test]
    fn an_empty_view_is_still_a_message() {
        assert_eq!(message(&View::default(), &Town).content, "—");
    }

    #[test]
    fn a_picture_is_shown_and_a_table_goes_beside_it() {
        let files = vec![
            Attachment { name: "speed.csv".into(), bytes: vec![1], alt: String::new() },
            Attachment { name: "speed.png".into(), bytes: vec![2], alt: "How fast".into() },
        ];
        let message = serde_json::to_value(message(&View { title: "Speed".into(), files, ..View::default() }, &Town)).unwrap();
        assert_eq!(message["embeds"][0]["image"], json!({"url": "attachment://speed.png"}));
        assert_eq!(
            message["attachments"],
            json!([{"id": "0", "filename": "speed.csv"}, {"id": "1", "filename": "speed.png", "description": "How fast"}])
        );
    }

    #[test]
    fn lines_keep_their_width_when_a_picture_goes_with_them() {
        let files = vec![Attachment { name: "speed.png".into(), bytes: vec![2], alt: String::new() }];
        let lines =
            vec![Text::default().strong("Speed"), Text(vec![crate::domain::text::Span::Code("Rep  Leads\nAnn  `4`".into())])];
        let message = message(&View { lines, files, ..View::default() }, &Town);
        assert_eq!((message.content.as_str(), message.embeds.len()), ("**Speed**\n```\nRep  Leads\nAnn  ˋ4ˋ\n```", 0));
        assert_eq!(message.attachments.len(), 1, "the chat shows a picture below plain text by itself");
    }

    #[test]
    fn whatever_its_length_a_message_fits() {
        let long = || Text::default().data(&Untrusted::new(&"é*🙂".repeat(3000)));
        let choice = Choice { label: "l".repeat(200), value: "v".into(), hint: "h".repeat(200) };
        let view = View {
            title: long(),
            lines: vec![long(), long()],
            footer: long(),
            rows: (0..9)
                .map(|n| match n % 2 {
                    0 => Row::Buttons(vec![button(&"b".repeat(100), "lb1:claim:1:1", Look::Good); 7]),
                    _ => Row::Select(Select {
                        action: "lb1:log:1:1".into(),
                        placeholder: "p".repeat(200),
                        options: vec![choice.clone(); 30],
                    }),
                })
                .collect(),
            ..View::default()
        };
        let shown = message(&view, &Town);
        let embed = &shown.embeds[0];
        let footer = &embed.footer.as_ref().unwrap().text;
        assert!(units(&embed.title) <= 256 && units(&embed.description) <= 4096 && units(footer) <= 2048);
        assert!(units(&embed.title) + units(&embed.description) + units(footer) <= 6000);
        assert!(embed.title.ends_with('…') && embed.description.ends_with('…') && footer.ends_with('…'));
        let wire = serde_json::to_value(&shown).unwrap();
        assert_eq!(wire["components"].as_array().unwrap().len(), 5);
        assert_eq!(wire["components"][0]["components"].as_array().unwrap().len(), 5);
        assert_eq!(wire["components"][0]["components"][0]["label"].as_str().unwrap().chars().count(), 80);
        assert_eq!(wire["components"][1]["components"][0]["options"].as_array().unwrap().len(), 25);
        let plain = message(&View { lines: vec![long()], ..View::default() }, &Town);
        assert!(plain.embeds.is_empty() && units(&plain.content) <= 2000 && plain.content.ends_with('…'));
    }

    #[test]
    fn a_form_asks_within_discords_limits() {
        let form = Form {
            action: "lb1:note:1:1".into(),
            title: "T".repeat(60),
            inputs: vec![Input {
                key: "note".into(),
                label: "What happened?".into(),
                size: InputSize::Paragraph,
                min: 1,
                max: 1000,
                value: "line one\nline two".into(),
                example: String::new(),
            }],
        };
        let modal = serde_json::to_value(modal(&form)).unwrap();
        assert_eq!(modal["title"], format!("{}…", "T".repeat(44)));
        assert_eq!(
            modal["components"][0],
            json!({"type": 1, "components": [{"type": 4, "custom_id": "note", "style": 2, "label": "What happened?",
                "min_length": 1, "max_length": 1000, "required": true, "value": "line one\nline two"}]})
        );
    }

    #[test]
    fn a_list_with_nothing_to_choose_is_left_out() {
        let empty = Row::Select(Select { action: "lb1:log:1:1".into(), placeholder: String::new(), options: vec![] });
        assert!(message(&View { title: "x".into(), rows: vec![empty], ..View::default() }, &Town).components.is_empty());
    }

    #[test]
    fn a_suggestion_that_would_change_its_meaning_is_left_out() {
        let choices = vec![("ok".to_owned(), "1".to_owned()), ("too long".to_owned(), "x".repeat(101))];
        assert_eq!(suggestions(&choices), [wire::Suggestion { name: "ok".into(), value: "1".into() }]);
    }
}
