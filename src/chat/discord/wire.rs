//! Discord's JSON as this adapter writes it.
//! Our own thin types: the library's builders know neither every part nor when to leave one out, and a message that is replaced must say
//! all of its parts, or old ones stay.

use serde::Serialize;

/// Only the person who asked sees it.
pub(super) const EPHEMERAL: u32 = 1 << 6;
/// Posted without a sound.
pub(super) const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;

/// A message: to create, to replace, or as the answer to an interaction.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Message {
    /// Mentions, and the text of a message that has no embed.
    pub(super) content: String,
    /// At most one here.
    pub(super) embeds: Vec<Embed>,
    /// Rows of controls.
    pub(super) components: Vec<Component>,
    /// Always said, or Discord notifies whom the text names.
    pub(super) allowed_mentions: AllowedMentions,
    /// The files uploaded beside; all others are taken away.
    pub(super) attachments: Vec<File>,
    /// Left out when a message is replaced: what was set stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flags: Option<u32>,
    /// Makes a repeated post harmless.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    /// Makes Discord act on the nonce.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enforce_nonce: Option<bool>,
}

/// The box of a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Embed {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// 0xRRGGBB.
    pub(super) color: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) footer: Option<Footer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<Image>,
}

/// Small print.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Footer {
    pub(super) text: String,
}

/// A picture, by `attachment://name`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Image {
    pub(super) url: String,
}

/// Who may be notified.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct AllowedMentions {
    /// Always empty: nobody is notified because a text looks like a mention.
    pub(super) parse: Vec<String>,
    /// People, by id.
    pub(super) users: Vec<String>,
    /// Roles, by id.
    pub(super) roles: Vec<String>,
}

/// A file that goes with the message, by its place among the uploads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct File {
    /// A number, as text.
    pub(super) id: String,
    pub(super) filename: String,
    /// What a picture shows, for those who do not see it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
}

/// A part that people act on, with the type number that Discord knows it by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Component {
    /// Type 1.
    Row(Row),
    /// Type 2.
    Button(Button),
    /// Type 3.
    Select(Select),
    /// Type 4.
    TextInput(TextInput),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    #[serde(rename = "type")]
    kind: u8,
    components: Vec<Component>,
}

impl Row {
    pub(super) fn of(components: Vec<Component>) -> Component {
        Component::Row(Self { kind: 1, components })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Button {
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) style: u8,
    pub(super) label: String,
    pub(super) custom_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Select {
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) custom_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) placeholder: String,
    pub(super) options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Choice {
    pub(super) label: String,
    pub(super) value: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct TextInput {
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) custom_id: String,
    /// 1 one line, 2 several.
    pub(super) style: u8,
    pub(super) label: String,
    pub(super) min_length: u16,
    pub(super) max_length: u16,
    pub(super) required: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) value: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) placeholder: String,
}

/// A dialogue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Modal {
    pub(super) custom_id: String,
    pub(super) title: String,
    pub(super) components: Vec<Component>,
}

/// One thing that could be typed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Suggestion {
    pub(super) name: String,
    pub(super) value: String,
}

/// The first answer to an interaction.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Callback {
    /// Type 1: still here.
    Pong,
    /// Type 4: a new message.
    Post(Message),
    /// Type 5: a new message, in a moment; only they see it, or everybody.
    PostLater { flags: u32 },
    /// Type 6: the message with the control changes in a moment, or not at all.
    UpdateLater,
    /// Type 7: the message with the control becomes this.
    Update(Message),
    /// Type 8.
    Suggest(Vec<Suggestion>),
    /// Type 9.
    Open(Modal),
}

impl Serialize for Callback {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", &self.kind())?;
        match self {
            Callback::Pong | Callback::UpdateLater => {}
            Callback::Post(message) | Callback::Update(message) => map.serialize_entry("data", message)?,
            Callback::PostLater { flags } => map.serialize_entry("data", &serde_json::json!({ "flags": flags }))?,
            Callback::Suggest(choices) => map.serialize_entry("data", &serde_json::json!({ "choices": choices }))?,
            Callback::Open(modal) => map.serialize_entry("data", modal)?,
        }
        map.end()
    }
}

impl Callback {
    fn kind(&self) -> u8 {
        match self {
            Callback::Pong => 1,
            Callback::Post(_) => 4,
            Callback::PostLater { .. } => 5,
            Callback::UpdateLater => 6,
            Callback::Update(_) => 7,
            Callback::Suggest(_) => 8,
            Callback::Open(_) => 9,
        }
    }
}
