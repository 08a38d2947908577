//! The commands that the application registered.

use serde_json::{Value, json};

use crate::permissions::{Permissions, in_guild};
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::{Audience, Store};
use crate::validate;

/// How many commands of one kind a place may have: chat input, user and message commands.
const LIMITS: [(i64, usize); 3] = [(1, 100), (2, 15), (3, 15)];

/// One command.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: Snowflake,
    /// Whether it is the guild's; others are global.
    pub(crate) of_guild: bool,
    pub(crate) kind: i64,
    pub(crate) name: String,
    /// The body as registered, completed with defaults.
    body: Value,
}

impl Command {
    /// The command as Discord writes it.
    pub(crate) fn json(&self) -> &Value {
        &self.body
    }

    /// Whether it can be used in direct messages.
    fn works_in_direct(&self) -> bool {
        let contexts = self.body["contexts"].as_array();
        !self.of_guild && self.body["dm_permission"] != false && contexts.is_none_or(|list| list.iter().any(|c| *c == 1))
    }

    /// Whether it can be used in the guild.
    fn works_in_guild(&self) -> bool {
        let contexts = self.body["contexts"].as_array();
        contexts.is_none_or(|list| list.iter().any(|c| *c == 0))
    }
}

/// Where commands are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Global,
    Guild,
}

impl Store {
    /// The commands of a place, in the order of their making.
    pub(crate) fn commands_of(&self, place: Place) -> Vec<&Command> {
        self.commands.values().filter(|c| c.of_guild == (place == Place::Guild)).collect()
    }

    /// The commands that this person may use: a command of the guild hides a global one of its name.
    pub(crate) fn commands_for(&self, user: Snowflake) -> Vec<&Command> {
        let hidden =
            |c: &Command| !c.of_guild && self.commands.values().any(|o| o.of_guild && o.kind == c.kind && o.name == c.name);
        self.commands.values().filter(|c| !hidden(c) && self.may_use(user, c, false)).collect()
    }

    /// Whether this person may use a command here.
    pub(crate) fn may_use(&self, user: Snowflake, command: &Command, in_direct: bool) -> bool {
        if in_direct {
            return command.works_in_direct();
        }
        let needed = command.body["default_member_permissions"].as_str().and_then(|bits| bits.parse().ok());
        let granted = in_guild(self, user);
        let allowed = match needed {
            // "0" means administrators only.
            Some(0) => granted.has(Permissions::ADMINISTRATOR),
            Some(bits) => granted.has(Permissions::from_bits(bits)),
            None => true,
        };
        command.works_in_guild() && allowed
    }

    /// Registers one command; the same name and kind replaces the old one. Says whether it is new.
    pub(crate) fn add_command(&mut self, place: Place, body: &Value) -> Result<(Value, bool), Refusal> {
        validate::command(body, "")?;
        let kind = body["type"].as_i64().unwrap_or(1);
        let name = body["name"].as_str().unwrap_or_default();
        let old = self.commands_of(place).into_iter().find(|c| c.kind == kind && c.name == name).map(|c| c.id);
        if old.is_none() {
            self.check_room(place, kind, 1)?;
        }
        let id = old.unwrap_or_else(|| self.id());
        let command = self.complete(place, id, body);
        let json = command.json().clone();
        self.commands.insert(id, command);
        self.commands_changed();
        Ok((json, old.is_none()))
    }

    /// Replaces all commands of a place.
    pub(crate) fn replace_commands(&mut self, place: Place, bodies: &[Value]) -> Result<Value, Refusal> {
        for (index, body) in bodies.iter().enumerate() {
            validate::command(body, &index.to_string())?;
            let twin = |other: &Value| {
                other["name"] == body["name"] && other["type"].as_i64().unwrap_or(1) == body["type"].as_i64().unwrap_or(1)
            };
            if bodies[..index].iter().any(twin) {
                let message = "Application command names must be unique";
                return Err(Refusal::field(&index.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message));
            }
        }
        for (kind, limit) in LIMITS {
            if bodies.iter().filter(|b| b["type"].as_i64().unwrap_or(1) == kind).count() > limit {
                return Err(Reason::TooManyCommands.into());
            }
        }
        let old: Vec<Command> = self.commands_of(place).into_iter().cloned().collect();
        self.commands.retain(|_, c| c.of_guild != (place == Place::Guild));
        let mut list = Vec::new();
        for body in bodies {
            let kind = body["type"].as_i64().unwrap_or(1);
            let same = old.iter().find(|c| c.kind == kind && body["name"] == c.name.as_str());
            let id = same.map_or_else(|| self.id(), |c| c.id);
            let command = self.complete(place, id, body);
            list.push(command.json().clone());
            self.commands.insert(id, command);
        }
        self.commands_changed();
        Ok(Value::Array(list))
    }

    /// Changes some fields of a command.
    pub(crate) fn change_command(&mut self, place: Place, id: Snowflake, change: &Value) -> Result<Value, Refusal> {
        let old = self.command(place, id)?;
        let mut body = old.json().clone();
        for (key, value) in change.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        validate::command(&body, "")?;
        let command = self.complete(place, id, &body);
        let json = command.json().clone();
        self.commands.insert(id, command);
        self.commands_changed();
        Ok(json)
    }

    /// A command of this place.
    pub(crate) fn command(&self, place: Place, id: Snowflake) -> Result<&Command, Refusal> {
        let command = self.commands.get(&id).filter(|c| c.of_guild == (place == Place::Guild));
        command.ok_or_else(|| Reason::UnknownCommand.into())
    }

    pub(crate) fn remove_command(&mut self, place: Place, id: Snowflake) -> Result<(), Refusal> {
        self.command(place, id)?;
        self.commands.remove(&id);
        self.commands_changed();
        Ok(())
    }

    fn check_room(&self, place: Place, kind: i64, more: usize) -> Result<(), Refusal> {
        let limit = LIMITS.iter().find(|(k, _)| *k == kind).map_or(1, |(_, limit)| *limit);
        let there = self.commands_of(place).into_iter().filter(|c| c.kind == kind).count();
        if there + more > limit { Err(Reason::TooManyCommands.into()) } else { Ok(()) }
    }

    /// The command with all that Discord adds.
    fn complete(&mut self, place: Place, id: Snowflake, body: &Value) -> Command {
        let kind = body["type"].as_i64().unwrap_or(1);
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let field = |key: &str, or: Value| body.get(key).filter(|v| !v.is_null()).cloned().unwrap_or(or);
        let permissions = match &body["default_member_permissions"] {
            Value::Number(bits) => json!(bits.to_string()),
            other => other.clone(),
        };
        let mut json = json!({
            "id": id, "application_id": self.application.id, "version": self.id(), "type": kind, "name": name,
            "name_localizations": field("name_localizations", Value::Null),
            "description": field("description", json!("")),
            "description_localizations": field("description_localizations", Value::Null),
            "default_member_permissions": permissions, "nsfw": field("nsfw", json!(false)),
            "dm_permission": field("dm_permission", json!(true)),
            "contexts": field("contexts", Value::Null),
            "integration_types": field("integration_types", json!([0])),
        });
        if let Some(options) = body.get("options").filter(|o| o.as_array().is_some_and(|l| !l.is_empty())) {
            json["options"] = options.clone();
        }
        if place == Place::Guild {
            json["guild_id"] = json!(self.guild.id);
        }
        Command { id, of_guild: place == Place::Guild, kind, name, body: json }
    }

    /// Tells every page which commands there are now; each asks again for its own.
    fn commands_changed(&mut self) {
        let all: Vec<_> = self.commands.values().map(|c| c.json().clone()).collect();
        self.show(Audience::Everyone, "COMMANDS", json!({"commands": all}));
    }
}
