//! Somebody who sits before the chat.

use sandbox::{Act, Outcome, Snowflake};
use serde_json::{Value, json};

use super::Bed;
use super::sight::Seen;

pub(crate) struct Somebody<'a> {
    bed: &'a Bed,
    id: Snowflake,
}

/// What came of something that somebody did.
#[derive(Debug)]
pub(crate) struct Answered {
    outcome: Outcome,
    private: Vec<Seen>,
}

impl<'a> Somebody<'a> {
    pub(super) fn new(bed: &'a Bed, handle: &str) -> Self {
        let id = bed.sandbox.user_by_name(handle).unwrap_or_else(|| panic!("somebody called {handle}"));
        Self { bed, id }
    }

    /// Presses a button, by what it says; everything then comes to rest.
    pub(crate) async fn press(&self, on: &Seen, label: &str) -> Answered {
        self.act(Act::click(self.id, (on.channel(), on.id()), &on.button(label))).await
    }

    /// Chooses from a select, by what the option says.
    pub(crate) async fn choose(&self, on: &Seen, option: &str) -> Answered {
        let (token, options) = on.select();
        let found = options.iter().find(|(label, _)| label.contains(option));
        let (_, value) = found.unwrap_or_else(|| panic!("an option {option:?} among {options:?}"));
        self.act(Act::select(self.id, (on.channel(), on.id()), &token, &[value])).await
    }

    /// Sends off the form that an answer brought.
    pub(crate) async fn send(&self, form: &Answered, fields: &[(&str, &str)]) -> Answered {
        let interaction = form.outcome.interaction.expect("a form came of an interaction");
        self.act(Act::submit(self.id, interaction, fields)).await
    }

    /// Gives a command in a channel: `lead show`, with options by name.
    pub(crate) async fn command(&self, words: &str, options: &[(&str, &str)]) -> Answered {
        self.command_in("general", words, options).await
    }

    pub(crate) async fn command_in(&self, channel: &str, words: &str, options: &[(&str, &str)]) -> Answered {
        let channel = self.bed.sandbox.channel_by_name(channel).expect("a channel");
        let (name, tree) = self.tree(words, options);
        let command = self.bed.sandbox.command_by_name(&name).unwrap_or_else(|| panic!("a command {name}"));
        self.act(Act::command(self.id, channel, command, tree)).await
    }

    /// Gives a command on a message, from its menu.
    pub(crate) async fn menu(&self, name: &str, channel: Snowflake, message: Snowflake) -> Answered {
        let command = self.bed.sandbox.command_by_name(name).unwrap_or_else(|| panic!("a command {name}"));
        self.act(Act::menu(self.id, channel, command, message)).await
    }

    /// Gives a command whose answer takes a while to be drawn, and waits until it says this.
    pub(crate) async fn reads(&self, words: &str, says: &str) -> String {
        self.command(words, &[]).await;
        let told = |sandbox: &sandbox::Sandbox| {
            sandbox.ephemeral_for(self.id).into_iter().map(|message| Seen(message).text()).find(|text| text.contains(says))
        };
        let told = self.bed.sandbox.wait_for(super::SOON, told).await;
        told.unwrap_or_else(|| panic!("an answer to {words} that says {says}"))
    }

    /// Gives a command with a file under the option `file`.
    pub(crate) async fn command_with_file(
        &self,
        words: &str,
        options: &[(&str, &str)],
        (name, content): (&str, &str),
    ) -> Answered {
        let channel = self.bed.sandbox.channel_by_name("general").expect("a channel");
        let (command, mut tree) = self.tree(words, options);
        let command = self.bed.sandbox.command_by_name(&command).unwrap_or_else(|| panic!("a command {command}"));
        let file = json!({"name": "file", "type": 11});
        match tree.first_mut().and_then(|sub| sub["options"].as_array_mut()) {
            Some(options) => options.push(file),
            None => tree.push(file),
        }
        let files = json!({"file": {"filename": name, "content": content}});
        let act =
            json!({"as": self.id, "do": "command", "channel": channel, "command": command, "options": tree, "files": files});
        self.act(serde_json::from_value(act).expect("an act")).await
    }

    /// The options as the chat sends them, with the types that were registered.
    fn tree(&self, words: &str, options: &[(&str, &str)]) -> (String, Vec<Value>) {
        let mut words = words.split(' ');
        let name = words.next().expect("a command has a name").to_owned();
        let sub = words.next();
        let commands = self.bed.sandbox.commands();
        let command = commands.iter().find(|c| c["name"] == name.as_str()).unwrap_or_else(|| panic!("a command {name}"));
        let known = match sub {
            Some(sub) => command["options"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|o| o["name"] == sub)
                .unwrap_or_else(|| panic!("{name} {sub}"))["options"]
                .clone(),
            None => command["options"].clone(),
        };
        let given: Vec<Value> = options.iter().map(|(option, value)| self.option(&known, option, value)).collect();
        let tree = match sub {
            Some(sub) => vec![json!({"name": sub, "type": 1, "options": given})],
            None => given,
        };
        (name, tree)
    }

    fn option(&self, known: &Value, option: &str, value: &str) -> Value {
        let kind =
            known.as_array().into_iter().flatten().find(|o| o["name"] == option).unwrap_or_else(|| panic!("an option {option}"))
                ["type"]
                .clone();
        let value = match kind.as_u64() {
            Some(4) => json!(value.parse::<i64>().expect("a number")),
            Some(5) => json!(value == "true"),
            Some(6) => json!(self.bed.sandbox.user_by_name(value).expect("a person").to_string()),
            Some(7) => json!(self.bed.sandbox.channel_by_name(value).expect("a channel").to_string()),
            _ => json!(value),
        };
        json!({"name": option, "type": kind, "value": value})
    }

    /// What the bot wrote to them directly, oldest first.
    pub(crate) fn direct(&self) -> Vec<Seen> {
        let bot = self.bed.sandbox.bot_id().to_string();
        let messages = self.bed.sandbox.messages(self.bed.sandbox.direct_channel(self.id));
        messages.into_iter().filter(|m| m["author"]["id"] == bot.as_str()).map(Seen).collect()
    }

    /// The newest of it.
    pub(crate) fn last_direct(&self) -> Seen {
        self.direct().pop().expect("a direct message")
    }

    pub(crate) fn id(&self) -> Snowflake {
        self.id
    }

    async fn act(&self, act: Act) -> Answered {
        let before: Vec<Snowflake> = self.private().iter().map(Seen::id).collect();
        let outcome = self.bed.sandbox.act(act).await;
        assert!(outcome.ok, "{:?}", outcome.error);
        let answered_privately = outcome.answer_message().is_some_and(|m| m["flags"].as_u64().unwrap_or(0) & 64 != 0);
        if outcome.kind() == "update" && !answered_privately {
            // A private word may follow the update of a public message.
            let new = |s: &sandbox::Sandbox| {
                s.ephemeral_for(self.id).into_iter().any(|m| !before.contains(&Seen(m).id())).then_some(())
            };
            self.bed.sandbox.wait_for(std::time::Duration::from_millis(1_500), new).await;
        }
        // What takes a while is answered with a message that is still empty, and filled later.
        let filled = |s: &sandbox::Sandbox| {
            let waits = |m: &Value| m["flags"].as_u64().unwrap_or(0) & 128 != 0;
            (!s.ephemeral_for(self.id).iter().any(waits)).then_some(())
        };
        self.bed.sandbox.wait_for(super::SOON, filled).await;
        self.bed.rest().await;
        let private = self.private().into_iter().filter(|m| !before.contains(&m.id())).collect();
        Answered { outcome, private }
    }

    fn private(&self) -> Vec<Seen> {
        self.bed.sandbox.ephemeral_for(self.id).into_iter().map(Seen).collect()
    }
}

impl Answered {
    /// What only they see of it: a new private message, or the private one that was replaced.
    pub(crate) fn private(&self) -> Seen {
        self.private
            .last()
            .cloned()
            .or_else(|| self.outcome.answer_message().cloned().map(Seen))
            .unwrap_or_else(|| panic!("a private answer, not {:?}", self.outcome))
    }

    /// The form that came up.
    pub(crate) fn form(&self) -> &Value {
        self.outcome.modal().unwrap_or_else(|| panic!("a form, not {:?}", self.outcome))
    }

    /// `message`, `update`, `modal`, ...
    pub(crate) fn kind(&self) -> &str {
        self.outcome.kind()
    }
}
