//! What is put before people, as plain values: cards, notices, private answers, pickers, forms.
//! A chat adapter renders them; nothing here knows how.

use serde::{Deserialize, Serialize};

use super::ids::PersonId;
use super::text::Text;

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The first line; may be empty.
    pub title: Text,
    /// The colour of the whole, where the chat has one; every tone also has its word in the title.
    pub tone: Tone,
    /// The lines below.
    pub lines: Vec<Text>,
    /// Small print.
    pub footer: Text,
    /// Buttons and selects, at most five rows.
    pub rows: Vec<Row>,
    /// Who is notified; nobody else ever is.
    pub mentions: Vec<Mention>,
    /// Posted without a sound.
    pub quiet: bool,
    /// Files that go with it; a picture is shown.
    pub files: Vec<Attachment>,
}

impl View {
    /// The most buttons that stand in one row.
    const IN_A_ROW: usize = 5;

    /// With these buttons beside the last ones, in as few rows as can be.
    #[must_use]
    pub fn with_buttons(mut self, buttons: Vec<Button>) -> Self {
        for button in buttons {
            match self.rows.last_mut() {
                Some(Row::Buttons(row)) if row.len() < Self::IN_A_ROW => row.push(button),
                Some(Row::Buttons(_) | Row::Select(_)) | None => self.rows.push(Row::Buttons(vec![button])),
            }
        }
        self
    }
}

/// What a colour says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// New, nobody's yet.
    New,
    /// Claimed, not worked yet.
    Claimed,
    /// Being worked.
    Working,
    /// Asleep.
    Resting,
    /// Won, or done well.
    Good,
    /// Over.
    Over,
    /// Something is wrong.
    Alarm,
}

/// Who is notified by a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mention {
    /// One person.
    Person(PersonId),
    /// A chat role, by name or id as the playbook has it.
    Role(String),
}

/// A row of controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Row {
    /// At most five buttons.
    Buttons(Vec<Button>),
    /// One select.
    Select(Select),
}

/// A button. `action` is at most 64 bytes and is read by `chat::action`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does, as a token.
    pub action: String,
    /// How it looks.
    pub look: Look,
}

/// How a button looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// The thing to do next.
    Primary,
    /// Anything else.
    #[default]
    Plain,
    /// Something good.
    Good,
    /// Something final.
    Danger,
}

/// A list to choose from, at most 25 options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Select {
    /// What choosing does, as a token.
    pub action: String,
    /// What stands there before a choice.
    pub placeholder: String,
    /// The options.
    pub options: Vec<Choice>,
}

/// An option of a select.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says, at most 100 characters.
    pub label: String,
    /// What it means.
    pub value: String,
    /// A second line, at most 100 characters; may be empty.
    pub hint: String,
}

/// A dialogue with one to five inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What sending it does, as a token.
    pub action: String,
    /// Its title, at most 45 characters.
    pub title: String,
    /// What is asked.
    pub inputs: Vec<Input>,
}

/// One input of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The name under which the value comes back.
    pub key: String,
    /// What is asked, at most 45 characters.
    pub label: String,
    /// One line or several.
    pub size: InputSize,
    /// Fewest characters; 0 makes it optional.
    pub min: u16,
    /// Most characters.
    pub max: u16,
    /// What stands there already.
    pub value: String,
    /// An example, shown while empty.
    pub example: String,
}

/// How much room an input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputSize {
    /// One line.
    Line,
    /// Several lines.
    Paragraph,
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// `pipeline.png`; the ending says what it is.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What a picture shows, for those who do not see it; empty for other files.
    #[serde(default)]
    pub alt: String,
}
