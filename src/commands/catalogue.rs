//! Every command, from the files under `commands/`: what Discord's menu shows, what help says, and the right that each needs.
//! The files are in Discord's own field names, with `rights` and `help` added, so that one list serves registration, checking and help.
//! Invariant: what is read here is what Discord accepts; the checks are Discord's documented ones.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fields::{self, CommandFile, CommandKind, OptionKind, OptionSpec};
use crate::domain::person::Rights;

/// In the order in which help lists them.
const FILES: [(&str, &str); 15] = [
    ("lead", include_str!("../../commands/lead.toml")),
    ("me", include_str!("../../commands/me.toml")),
    ("queue", include_str!("../../commands/queue.toml")),
    ("team", include_str!("../../commands/team.toml")),
    ("fairness", include_str!("../../commands/fairness.toml")),
    ("route", include_str!("../../commands/route.toml")),
    ("segment", include_str!("../../commands/segment.toml")),
    ("sequence", include_str!("../../commands/sequence.toml")),
    ("template", include_str!("../../commands/template.toml")),
    ("report", include_str!("../../commands/report.toml")),
    ("digest", include_str!("../../commands/digest.toml")),
    ("intake", include_str!("../../commands/intake.toml")),
    ("playbook", include_str!("../../commands/playbook.toml")),
    ("help", include_str!("../../commands/help.toml")),
    ("log-on-lead", include_str!("../../commands/log-on-lead.toml")),
];

/// A file does not make a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("commands/{file}.toml: {why}")]
pub struct CatalogueError {
    /// Which file, without its ending.
    pub file: String,
    /// What is wrong.
    pub why: String,
}

/// Every command.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    entries: Vec<Entry>,
    registration: Value,
}

/// One command as people give it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `["lead", "show"]`; a message command's name is one word with spaces.
    pub path: Vec<String>,
    /// One line.
    pub description: String,
    /// A sentence or two.
    pub help: String,
    /// Who may give it; checked on every use, whatever the menu shows.
    pub rights: Rights,
    /// Its options, in order.
    pub options: Vec<Argument>,
    /// Typed, or chosen on a message.
    pub given: Given,
}

/// How a command is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Typed after a slash.
    Typed,
    /// Chosen from a message's menu.
    OnMessage,
}

/// One option of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Must be given.
    pub required: bool,
    /// Suggestions are asked for while it is typed.
    pub suggests: bool,
}

impl Catalogue {
    /// The one that this program is built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::read(&FILES).expect("the embedded files are checked by a test"));
        &BUILT_IN
    }

    /// Reads and checks command files, given by name and content.
    ///
    /// # Errors
    /// The first file that is not a command as Discord takes it, and why.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, CatalogueError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut registration = Vec::new();
        for (file, content) in files {
            let wrong = |why: String| CatalogueError { file: (*file).to_owned(), why };
            let command =
                toml::Deserializer::parse(content).and_then(CommandFile::deserialize).map_err(|e| wrong(e.to_string()))?;
            fields::check(&command).map_err(wrong)?;
            let new = entries_of(&command).map_err(wrong)?;
            if let Some(twice) = new.iter().find(|n| entries.iter().any(|e| e.path == n.path)) {
                return Err(wrong(format!("{twice} stands in two files")));
            }
            entries.extend(new);
            registration.push(command_json(&command));
        }
        Ok(Self { entries, registration: Value::Array(registration) })
    }

    /// All commands as Discord registers them.
    #[must_use]
    pub fn registration(&self) -> &Value {
        &self.registration
    }

    /// The command of a path.
    #[must_use]
    pub fn find(&self, path: &[impl AsRef<str>]) -> Option<&Entry> {
        self.entries.iter().find(|e| e.path.iter().map(String::as_str).eq(path.iter().map(AsRef::as_ref)))
    }

    /// Those that somebody with these rights may give, in the order of help.
    pub fn for_rights(&self, rights: Rights) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |e| e.rights <= rights)
    }
}

impl Entry {
    /// `/lead log lead channel outcome [note]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let words = self.options.iter().map(|o| if o.required { o.name.clone() } else { format!("[{}]", o.name) });
        std::iter::once(self.to_string()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Entry {
    /// `/lead log`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given {
            Given::Typed => write!(f, "/{}", self.path.join(" ")),
            Given::OnMessage => f.write_str(&self.path.join(" ")),
        }
    }
}

fn entries_of(command: &CommandFile) -> Result<Vec<Entry>, String> {
    let given = match command.kind {
        CommandKind::ChatInput => Given::Typed,
        CommandKind::Message => Given::OnMessage,
    };
    let root = Entry {
        path: vec![command.name.clone()],
        description: command.description.clone(),
        help: command.help.clone(),
        rights: command.rights.unwrap_or(Rights::Admin),
        options: Vec::new(),
        given,
    };
    let has_subcommands = command.options.iter().any(OptionSpec::is_subcommand);
    if !has_subcommands {
        command.rights.ok_or_else(|| format!("{root} has no rights"))?;
        return Ok(vec![Entry { options: command.options.iter().map(argument).collect(), ..root }]);
    }
    let mut entries = Vec::new();
    for option in &command.options {
        below(option, &root, &mut entries)?;
    }
    Ok(entries)
}

fn below(option: &OptionSpec, parent: &Entry, entries: &mut Vec<Entry>) -> Result<(), String> {
    let mut entry = Entry {
        path: [parent.path.as_slice(), std::slice::from_ref(&option.name)].concat(),
        description: option.description.clone(),
        help: option.help.clone().unwrap_or_default(),
        ..parent.clone()
    };
    if option.kind == OptionKind::SubcommandGroup {
        return option.options.iter().try_for_each(|o| below(o, &entry, entries));
    }
    entry.rights = option.rights.ok_or_else(|| format!("{entry} has no rights"))?;
    entry.options = option.options.iter().map(argument).collect();
    entries.push(entry);
    Ok(())
}

fn argument(option: &OptionSpec) -> Argument {
    Argument {
        name: option.name.clone(),
        description: option.description.clone(),
        required: option.required,
        suggests: option.autocomplete,
    }
}

fn command_json(command: &CommandFile) -> Value {
    let mut json = Map::new();
    json.insert("name".to_owned(), json!(command.name));
    json.insert("type".to_owned(), json!(command.kind.number()));
    if command.kind == CommandKind::ChatInput {
        json.insert("description".to_owned(), json!(command.description));
        json.insert("options".to_owned(), command.options.iter().map(option_json).collect());
    }
    Value::Object(json)
}

fn option_json(option: &OptionSpec) -> Value {
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() && value != json!(false) && value != json!([]) {
            json.insert(key.to_owned(), value);
        }
    };
    put("type", json!(option.kind.number()));
    put("name", json!(option.name));
    put("description", json!(option.description));
    put("required", json!(option.required));
    put("autocomplete", json!(option.autocomplete));
    put("choices", option.choices.iter().map(|c| json!({"name": c.name, "value": c.value})).collect());
    put("min_value", json!(option.min_value));
    put("max_value", json!(option.max_value));
    put("min_length", json!(option.min_length));
    put("max_length", json!(option.max_length));
    put("channel_types", json!(option.channel_types));
    put("options", option.options.iter().map(option_json).collect());
    Value::Object(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{Channel, Outcome};

    #[test]
    fn the_embedded_files_are_commands() {
        let catalogue = Catalogue::read(&FILES).unwrap();
        let paths: Vec<String> = catalogue.entries.iter().map(Entry::to_string).collect();
        assert_eq!(
            paths.join(" "),
            "/lead next /lead list /lead show /lead why /lead add /lead log /lead note /lead follow /lead release /lead dq /lead merge /lead undo /lead assign /lead help /lead trade /lead tag /lead convert /lead won /lead stage \
             /me status /me leave /me hours /me notify /me agenda /me stats /queue show /queue triage /queue drain /team show /team add /team remove /team weight /team cap /team skill /team pause /team whoison \
             /fairness /route list /route test /route replay /segment list /segment run /sequence list /sequence stop /template list /template use /report pipeline /report speed /report sla /report reps /report sources \
             /report scores /report fairness /report coverage /report aging /report pool /report lost /report funnel /digest set /digest list /digest remove /intake add /intake sources /intake quarantine /intake replay \
             /playbook show /playbook check /playbook apply /playbook history /playbook rollback /help Log on lead"
        );
        assert!(catalogue.entries.iter().all(|e| !e.help.is_empty()), "each is explained");
    }

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("commands");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let mut embedded = FILES.map(|(name, _)| name.to_owned());
        there.sort();
        embedded.sort();
        assert_eq!(there, embedded);
    }

    #[test]
    fn each_command_needs_the_right_that_its_file_says() {
        let catalogue = Catalogue::built_in();
        for (path, rights) in [
            (["lead", "log"].as_slice(), Rights::Rep),
            (&["lead", "assign"], Rights::Manager),
            (&["playbook", "apply"], Rights::Admin),
            (&["help"], Rights::Guest),
            (&["Log on lead"], Rights::Rep),
        ] {
            assert_eq!(catalogue.find(path).map(|e| e.rights), Some(rights), "{path:?}");
        }
        assert!(catalogue.find(&["lead"]).is_none() && catalogue.find(&["lead", "eat"]).is_none());
        let guest: Vec<String> = catalogue.for_rights(Rights::Guest).map(Entry::to_string).collect();
        assert_eq!(guest, ["/help"]);
    }

    #[test]
    fn a_command_is_registered_in_discords_own_words() {
        let registration = Catalogue::built_in().registration();
        let help = registration.as_array().unwrap().iter().find(|c| c["name"] == "help").unwrap();
        assert_eq!(
            *help,
            json!({"name": "help", "type": 1, "description": "What you can do here", "options": [
                {"type": 3, "name": "command", "description": "Which command", "autocomplete": true, "max_length": 100}]})
        );
        let note = &registration[0]["options"][6];
        assert_eq!(
            *note,
            json!({"type": 1, "name": "note", "description": "Write a note on a lead", "options": [
                {"type": 3, "name": "lead", "description": "Number, name or company", "required": true, "autocomplete": true, "max_length": 100},
                {"type": 3, "name": "text", "description": "The note", "required": true, "min_length": 1, "max_length": 1000}]})
        );
        assert_eq!(registration.as_array().unwrap().last(), Some(&json!({"name": "Log on lead", "type": 3})));
    }

    #[test]
    fn what_can_be_logged_is_what_the_domain_knows() {
        let log = &Catalogue::built_in().registration()[0]["options"][5];
        let choices = |at: usize| log["options"][at]["choices"].clone();
        let channels: Value = Channel::ALL.iter().map(|c| json!({"name": c.words(), "value": c.key()})).collect();
        let outcomes: Value = Outcome::ALL.iter().map(|o| json!({"name": o.words(), "value": o.key()})).collect();
        assert_eq!((choices(1), choices(2)), (channels, outcomes));
    }

    #[test]
    fn usage_shows_what_may_be_left_out() {
        let usage = |path: &[&str]| Catalogue::built_in().find(path).unwrap().usage();
        assert_eq!(usage(&["lead", "log"]), "/lead log lead channel outcome [note]");
        assert_eq!(usage(&["Log on lead"]), "Log on lead");
    }

    #[test]
    fn a_wrong_file_is_named_with_what_is_wrong() {
        let leaf = |rest: &str| format!("name = \"x\"\ndescription = \"y\"\nrights = \"rep\"\nhelp = \"z\"\n{rest}");
        let option = |rest: &str| leaf(&format!("[[options]]\nname = \"a\"\ndescription = \"b\"\n{rest}"));
        for (content, expected) in [
            (leaf("colour = 1"), "unknown field `colour`"),
            ("name = \"X\"\ndescription = \"y\"\nrights = \"rep\"\nhelp = \"z\"".to_owned(), "\"X\" is no name"),
            ("name = \"x\"\ndescription = \"y\"\nhelp = \"z\"".to_owned(), "/x has no rights"),
            (option("type = \"subcommand\""), "/x a has no rights"),
            (option("type = \"boolean\"\nautocomplete = true"), "a: only text and numbers are completed"),
            (
                option("type = \"string\"\nautocomplete = true\nchoices = [{name=\"n\",value=\"v\"}]"),
                "a: choices are not completed",
            ),
            (
                option("type = \"string\"\n[[options]]\nname=\"c\"\ndescription=\"d\"\ntype=\"string\"\nrequired=true"),
                "c: what must be given comes first",
            ),
            (option("type = \"string\"\nmin_value = 1"), "a: only numbers have a least and a most"),
            (option("type = \"string\"\n[[options]]\nname=\"a\"\ndescription=\"d\"\ntype=\"string\""), "a stands there twice"),
        ] {
            let error = Catalogue::read(&[("x", &content)]).unwrap_err();
            assert!(error.why.contains(expected), "{error} should say {expected}");
        }
    }
}
