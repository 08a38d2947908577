//! The fields of a command file, and the rules that Discord has for them.

use serde::Deserialize;

use crate::domain::person::Rights;

/// A command file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommandFile {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(rename = "type", default)]
    pub(super) kind: CommandKind,
    /// Who may give it; of a command with subcommands, each of those says.
    pub(super) rights: Option<Rights>,
    pub(super) help: String,
    #[serde(default)]
    pub(super) options: Vec<OptionSpec>,
}

/// Discord's command types that we have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CommandKind {
    #[default]
    ChatInput,
    Message,
}

impl CommandKind {
    pub(super) fn number(self) -> u8 {
        match self {
            CommandKind::ChatInput => 1,
            CommandKind::Message => 3,
        }
    }
}

/// An option, a subcommand or a group of those.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionSpec {
    pub(super) name: String,
    pub(super) description: String,
    #[serde(rename = "type")]
    pub(super) kind: OptionKind,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) autocomplete: bool,
    #[serde(default)]
    pub(super) choices: Vec<ChoiceSpec>,
    pub(super) min_value: Option<i64>,
    pub(super) max_value: Option<i64>,
    pub(super) min_length: Option<u16>,
    pub(super) max_length: Option<u16>,
    #[serde(default)]
    pub(super) channel_types: Vec<u8>,
    #[serde(default)]
    pub(super) options: Vec<OptionSpec>,
    /// Of subcommands.
    pub(super) rights: Option<Rights>,
    /// Of subcommands.
    pub(super) help: Option<String>,
}

impl OptionSpec {
    pub(super) fn is_subcommand(&self) -> bool {
        matches!(self.kind, OptionKind::Subcommand | OptionKind::SubcommandGroup)
    }
}

/// A fixed choice; ours are all text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceSpec {
    pub(super) name: String,
    pub(super) value: String,
}

/// Discord's option types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OptionKind {
    Subcommand,
    SubcommandGroup,
    String,
    Integer,
    Boolean,
    User,
    Channel,
    Role,
    Mentionable,
    Number,
    Attachment,
}

impl OptionKind {
    pub(super) fn number(self) -> u8 {
        match self {
            OptionKind::Subcommand => 1,
            OptionKind::SubcommandGroup => 2,
            OptionKind::String => 3,
            OptionKind::Integer => 4,
            OptionKind::Boolean => 5,
            OptionKind::User => 6,
            OptionKind::Channel => 7,
            OptionKind::Role => 8,
            OptionKind::Mentionable => 9,
            OptionKind::Number => 10,
            OptionKind::Attachment => 11,
        }
    }
}

/// Of options in one list, choices in one option, and subcommands in one command.
const LIST_MAX: usize = 25;
/// Of all names, descriptions and choices of one command together.
const TOTAL_MAX: usize = 8000;

/// Whether Discord would take it; the first thing that is wrong, in words.
pub(super) fn check(command: &CommandFile) -> Result<(), String> {
    match command.kind {
        CommandKind::ChatInput => {
            check_name(&command.name)?;
            check_words(&command.name, "a description", &command.description)?;
        }
        CommandKind::Message => {
            check_words(&command.name, "a name", &command.name)?;
            ensure(command.description.is_empty() && command.options.is_empty(), || {
                format!("{}: a message command has neither description nor options", command.name)
            })?;
        }
    }
    check_options(&command.options, 0)?;
    let total = weight(&command.name, &command.description, &command.options);
    ensure(total <= TOTAL_MAX, || format!("{}: {total} characters, at most {TOTAL_MAX}", command.name))
}

fn check_options(options: &[OptionSpec], depth: u8) -> Result<(), String> {
    ensure(options.len() <= LIST_MAX, || format!("{} options, at most {LIST_MAX}", options.len()))?;
    let subcommands = options.iter().filter(|o| o.is_subcommand()).count();
    ensure(subcommands == 0 || subcommands == options.len(), || {
        "subcommands and other options do not stand side by side".to_owned()
    })?;
    ensure(subcommands == 0 || depth < 2, || "subcommands are nested too deep".to_owned())?;
    for (at, option) in options.iter().enumerate() {
        ensure(!options[..at].iter().any(|o| o.name == option.name), || format!("{} stands there twice", option.name))?;
        ensure(!option.required || options[..at].iter().all(|o| o.required), || {
            format!("{}: what must be given comes first", option.name)
        })?;
        check_option(option, depth)?;
    }
    Ok(())
}

fn check_option(option: &OptionSpec, depth: u8) -> Result<(), String> {
    use OptionKind::{Integer, Number, String as Text};
    let say = |what: &str| format!("{}: {what}", option.name);
    check_name(&option.name)?;
    check_words(&option.name, "a description", &option.description)?;
    if option.is_subcommand() {
        ensure(!option.required, || say("a subcommand is not required"))?;
        return check_options(&option.options, depth + 1);
    }
    let number = matches!(option.kind, Integer | Number);
    ensure(option.rights.is_none() && option.help.is_none(), || say("rights and help belong to commands"))?;
    ensure(option.options.is_empty(), || say("only subcommands have options"))?;
    ensure(!option.autocomplete || number || option.kind == Text, || say("only text and numbers are completed"))?;
    ensure(!option.autocomplete || option.choices.is_empty(), || say("choices are not completed"))?;
    ensure(option.choices.is_empty() || option.kind == Text, || say("only text has choices here"))?;
    ensure(option.choices.len() <= LIST_MAX, || say("too many choices"))?;
    for choice in &option.choices {
        check_words(&option.name, "a choice", &choice.name)?;
        check_words(&option.name, "a choice's value", &choice.value)?;
    }
    ensure(number || (option.min_value.is_none() && option.max_value.is_none()), || say("only numbers have a least and a most"))?;
    ensure(option.kind == Text || (option.min_length.is_none() && option.max_length.is_none()), || {
        say("only text has a length")
    })?;
    ensure(option.max_length.is_none_or(|m| (1..=6000).contains(&m)), || say("max_length is 1 to 6000"))?;
    ensure(option.kind == OptionKind::Channel || option.channel_types.is_empty(), || say("only channels have channel_types"))
}

/// `^[-_'\p{L}\p{N}]{1,32}$`, lower case.
fn check_name(name: &str) -> Result<(), String> {
    let fits = (1..=32).contains(&name.chars().count());
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) && name == name.to_lowercase();
    ensure(fits && plain, || format!("{name:?} is no name: up to 32 small letters, digits, - and _"))
}

fn check_words(of: &str, what: &str, words: &str) -> Result<(), String> {
    let length = words.chars().count();
    ensure((1..=100).contains(&length), || format!("{of}: {what} has 1 to 100 characters, not {length}"))
}

fn weight(name: &str, description: &str, options: &[OptionSpec]) -> usize {
    let chars = |text: &str| text.chars().count();
    let below = options.iter().map(|o| {
        let choices: usize = o.choices.iter().map(|c| chars(&c.name) + chars(&c.value)).sum();
        weight(&o.name, &o.description, &o.options) + choices
    });
    chars(name) + chars(description) + below.sum::<usize>()
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
