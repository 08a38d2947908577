//! What people do in Discord, from Discord's JSON to `chat::Inbound`.
//! Both doors come through here: the gateway's typed events are written back as JSON first, so that there is one reading and one set of
//! rules. Lenient about what is new, strict about who it is.
//! Invariant: nothing gets through without a real person of the company's own server, or of a direct message.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use serenity::model::Permissions;

use super::directory::Known;
use crate::chat::{Deed, Inbound, OptionValue, Receipt, Visitor};

/// The library's stand-in for a user that was not sent.
const NOBODY: &str = "1";

/// An interaction as Discord sends it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Interaction {
    pub(super) id: String,
    pub(super) application_id: String,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) token: String,
    #[serde(default)]
    guild_id: Option<String>,
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    member: Option<Member>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    message: Option<Value>,
    #[serde(default)]
    data: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Member {
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    nick: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    permissions: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct User {
    id: String,
    username: String,
    #[serde(default)]
    global_name: Option<String>,
    #[serde(default)]
    bot: bool,
}

/// What an answer can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    /// A command, or a form that a command opened: there is no message yet.
    Nothing,
    /// Somebody is typing: only suggestions.
    Typing,
    /// A control of a message that everybody sees.
    PublicMessage,
    /// A control of a message that only they see.
    PrivateMessage,
}

/// An interaction that is ours to answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) inbound: Inbound,
    pub(super) line: Line,
}

/// How to answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) application: String,
    pub(super) token: String,
    pub(super) surface: Surface,
}

/// Why an interaction is not ours to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotOurs {
    /// It names no person.
    Nobody,
    /// A program did it.
    Bot,
    /// From another server.
    OtherGuild,
    /// Of a kind that is not known here.
    Unknown,
}

impl NotOurs {
    /// What the person is told.
    pub(super) fn words(self) -> &'static str {
        match self {
            NotOurs::Nobody => "Discord did not say who you are. Please try again.",
            NotOurs::Bot => "Leads are for people; programs cannot act on them.",
            NotOurs::OtherGuild => "This bot works for another server. Please use it there.",
            NotOurs::Unknown => "This is not something I know. Please use the buttons or a command.",
        }
    }
}

impl Interaction {
    /// How to answer it, whatever becomes of it.
    pub(super) fn line(&self) -> Line {
        let private = |m: &Value| m["flags"].as_u64().is_some_and(|f| f & u64::from(super::wire::EPHEMERAL) != 0);
        let surface = match (self.kind, &self.message) {
            (4, _) => Surface::Typing,
            (3 | 5, Some(message)) if private(message) => Surface::PrivateMessage,
            (3 | 5, Some(_)) => Surface::PublicMessage,
            _ => Surface::Nothing,
        };
        Line { id: self.id.clone(), application: self.application_id.clone(), token: self.token.clone(), surface }
    }

    /// The roles of the person, by id.
    pub(super) fn roles(&self) -> &[String] {
        self.member.as_ref().map(|m| m.roles.as_slice()).unwrap_or_default()
    }

    /// As the core understands it. `guild` is the company's own server.
    pub(super) fn read(&self, guild: u64, known: &Known) -> Result<Asked, NotOurs> {
        let in_guild = match &self.guild_id {
            Some(id) if *id == guild.to_string() => true,
            Some(_) => return Err(NotOurs::OtherGuild),
            None => false,
        };
        let user = self.member.as_ref().and_then(|m| m.user.as_ref()).or(self.user.as_ref());
        let user = user.filter(|u| u.id != NOBODY && !u.id.is_empty()).ok_or(NotOurs::Nobody)?;
        if user.bot {
            return Err(NotOurs::Bot);
        }
        // A server's interaction always has a member; without one the roles are unknown, so it is nobody.
        let member = self.member.as_ref().filter(|_| in_guild);
        if in_guild && member.is_none() {
            return Err(NotOurs::Nobody);
        }
        let mut by = visitor(user, member, known);
        by.locale = self.locale.clone().unwrap_or_else(|| "en-US".to_owned());
        by.in_guild = in_guild;
        let deed = self.deed(known)?;
        let inbound = Inbound { id: self.id.clone(), by, channel: self.channel_id.clone().unwrap_or_default(), deed };
        Ok(Asked { inbound, line: self.line() })
    }

    fn deed(&self, known: &Known) -> Result<Deed, NotOurs> {
        let data = &self.data;
        match self.kind {
            2 if data["type"] == 3 => self.on_message(),
            2 if data["type"].is_null() || data["type"] == 1 => {
                let given = Given::read(data, known)?;
                Ok(Deed::Commanded { path: given.path, options: given.options })
            }
            4 => {
                let given = Given::read(data, known)?;
                let (option, typed) = given.typing.ok_or(NotOurs::Unknown)?;
                Ok(Deed::Completing { path: given.path, options: given.options, option, typed })
            }
            3 => Ok(Deed::Pressed {
                action: text(data, "custom_id")?,
                values: strings(&data["values"]),
                on: self.message.as_ref().and_then(|m| self.receipt(m)).ok_or(NotOurs::Unknown)?,
            }),
            5 => {
                let mut values = BTreeMap::new();
                collect_inputs(&data["components"], &mut values);
                Ok(Deed::Sent { action: text(data, "custom_id")?, values })
            }
            _ => Err(NotOurs::Unknown),
        }
    }

    fn on_message(&self) -> Result<Deed, NotOurs> {
        let target = text(&self.data, "target_id")?;
        let message = &self.data["resolved"]["messages"][&target];
        let on = self.receipt(message).ok_or(NotOurs::Unknown)?;
        let content = [&message["content"], &message["embeds"][0]["description"]];
        let content = content.into_iter().filter_map(Value::as_str).find(|c| !c.is_empty()).unwrap_or_default().to_owned();
        Ok(Deed::OnMessage { command: text(&self.data, "name")?, on, content })
    }

    fn receipt(&self, message: &Value) -> Option<Receipt> {
        let channel = message["channel_id"].as_str().map(str::to_owned).or_else(|| self.channel_id.clone())?;
        Some(Receipt { channel, message: message["id"].as_str()?.to_owned() })
    }
}

/// A command's options, flattened.
struct Given {
    path: Vec<String>,
    options: BTreeMap<String, OptionValue>,
    /// The option being typed, and what stands there.
    typing: Option<(String, String)>,
}

impl Given {
    fn read(data: &Value, known: &Known) -> Result<Self, NotOurs> {
        let mut given = Given { path: vec![text(data, "name")?], options: BTreeMap::new(), typing: None };
        let mut level = &data["options"];
        // Subcommands nest at most twice.
        for _ in 0..3 {
            let options = level.as_array().map(Vec::as_slice).unwrap_or_default();
            match options.first() {
                Some(sub) if sub["type"] == 1 || sub["type"] == 2 => {
                    given.path.push(text(sub, "name")?);
                    level = &sub["options"];
                }
                _ => {
                    for option in options {
                        given.take(option, &data["resolved"], known)?;
                    }
                    break;
                }
            }
        }
        Ok(given)
    }

    fn take(&mut self, option: &Value, resolved: &Value, known: &Known) -> Result<(), NotOurs> {
        let name = text(option, "name")?;
        if option["focused"] == true {
            let typed = option["value"].as_str().map_or_else(|| option["value"].to_string(), str::to_owned);
            self.typing = Some((name, typed));
            return Ok(());
        }
        if let Some(value) = option_value(option, resolved, known) {
            self.options.insert(name, value);
        }
        Ok(())
    }
}

fn option_value(option: &Value, resolved: &Value, known: &Known) -> Option<OptionValue> {
    let value = &option["value"];
    match option["type"].as_u64()? {
        4 => value.as_i64().map(OptionValue::Integer),
        5 => value.as_bool().map(OptionValue::Flag),
        6 => {
            let id = value.as_str()?;
            let user = User::deserialize(&resolved["users"][id]).ok()?;
            let member = Member::deserialize(&resolved["members"][id]).ok();
            let mut person = visitor(&user, member.as_ref(), known);
            person.in_guild = member.is_some();
            Some(OptionValue::Person(person))
        }
        7 => {
            let id = value.as_str()?;
            let name = resolved["channels"][id]["name"].as_str().unwrap_or_default();
            Some(OptionValue::Channel { id: id.to_owned(), name: name.to_owned() })
        }
        10 => value.as_f64().map(OptionValue::Number),
        11 => {
            let file = &resolved["attachments"][value.as_str()?];
            Some(OptionValue::File {
                name: file["filename"].as_str()?.to_owned(),
                url: file["url"].as_str()?.to_owned(),
                size: file["size"].as_u64()?,
            })
        }
        _ => value.as_str().map(|t| OptionValue::Text(t.to_owned())),
    }
}

pub(super) fn visitor(user: &User, member: Option<&Member>, known: &Known) -> Visitor {
    let said = [member.and_then(|m| m.nick.as_ref()), user.global_name.as_ref()];
    let name = said.into_iter().flatten().find(|n| !n.trim().is_empty()).unwrap_or(&user.username);
    let ids = member.map(|m| m.roles.clone()).unwrap_or_default();
    let names: Vec<String> = ids.iter().filter_map(|id| known.role_name(id).map(str::to_owned)).collect();
    let bits = member.and_then(|m| m.permissions.as_ref()).and_then(|p| p.parse().ok()).unwrap_or(0);
    let may = Permissions::from_bits_truncate(bits);
    Visitor {
        chat_id: user.id.clone(),
        handle: user.username.to_lowercase(),
        name: name.clone(),
        roles: ids.into_iter().chain(names).collect(),
        administers: may.intersects(Permissions::ADMINISTRATOR | Permissions::MANAGE_GUILD),
        locale: "en-US".to_owned(),
        in_guild: false,
    }
}

/// Inputs stand in rows or in labels, today's and tomorrow's forms alike.
fn collect_inputs(components: &Value, values: &mut BTreeMap<String, String>) {
    for component in components.as_array().into_iter().flatten() {
        if let (Some(key), Some(value)) = (component["custom_id"].as_str(), component["value"].as_str()) {
            values.insert(key.to_owned(), value.to_owned());
        }
        collect_inputs(&component["components"], values);
        if component["component"].is_object() {
            collect_inputs(&Value::Array(vec![component["component"].clone()]), values);
        }
    }
}

fn text(object: &Value, key: &str) -> Result<String, NotOurs> {
    object[key].as_str().map(str::to_owned).ok_or(NotOurs::Unknown)
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A typed event of the gateway as the JSON that it came from.
pub(super) fn from_library(interaction: &serenity::model::application::Interaction) -> Option<Value> {
    let mut json = serde_json::to_value(interaction).ok()?;
    let kind = interaction.kind();
    let map: &mut Map<String, Value> = json.as_object_mut()?;
    map.insert("type".to_owned(), serde_json::to_value(kind).ok()?);
    Some(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GUILD: u64 = 900_000_000_000_000_010;

    fn known() -> Known {
        Known { channels: vec![], roles: serde_json::from_value(json!([{"id": "30", "name": "sales"}])).unwrap() }
    }

    /// A press of *Claim* by Ann, as the gateway sends it.
    fn press() -> Value {
        json!({
            "id": "1000", "application_id": "901", "type": 3, "token": "tok", "version": 1, "channel_id": "11", "locale": "de",
            "entitlements": [], "attachment_size_limit": 10_485_760, "guild_id": GUILD.to_string(),
            "member": {"user": {"id": "21", "username": "Ann", "global_name": "Ann A."}, "roles": ["30"], "permissions": "32",
                "joined_at": "2026-01-01T00:00:00.000000+00:00", "deaf": false, "mute": false, "flags": 0},
            "data": {"custom_id": "lb1:claim:sy:1", "component_type": 2},
            "message": {"id": "5", "channel_id": "11", "author": {"id": "901", "username": "bot"}, "content": "hi", "flags": 0,
                "timestamp": "2026-01-01T00:00:00.000000+00:00", "tts": false, "mention_everyone": false, "mentions": [],
                "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0},
        })
    }

    fn read(json: &Value) -> Result<Asked, NotOurs> {
        Interaction::deserialize(json).unwrap().read(GUILD, &known())
    }

    fn with(path: &str, value: Value) -> Value {
        let mut json = press();
        let (parent, key) = path.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        json
    }

    #[test]
    fn a_press_says_who_what_and_on_which_message() {
        let asked = read(&press()).unwrap();
        assert_eq!(asked.line.surface, Surface::PublicMessage);
        assert_eq!(
            asked.inbound,
            Inbound {
                id: "1000".into(),
                channel: "11".into(),
                by: Visitor {
                    chat_id: "21".into(),
                    handle: "ann".into(),
                    name: "Ann A.".into(),
                    roles: vec!["30".into(), "sales".into()],
                    administers: true,
                    locale: "de".into(),
                    in_guild: true,
                },
                deed: Deed::Pressed {
                    action: "lb1:claim:sy:1".into(),
                    values: vec![],
                    on: Receipt { channel: "11".into(), message: "5".into() },
                },
            }
        );
    }

    #[test]
    fn both_doors_lead_to_the_same() {
        let typed: serenity::model::application::Interaction = serde_json::from_value(press()).unwrap();
        assert_eq!(read(&from_library(&typed).unwrap()), read(&press()));
    }

    #[test]
    fn nobody_programs_and_strangers_are_refused() {
        for (json, why) in [
            (with("/member", Value::Null), NotOurs::Nobody),
            (with("/member/user/id", json!("1")), NotOurs::Nobody),
            (with("/member/user/bot", json!(true)), NotOurs::Bot),
            (with("/guild_id", json!("77")), NotOurs::OtherGuild),
            (with("/type", json!(9)), NotOurs::Unknown),
        ] {
            assert_eq!(read(&json), Err(why), "{json}");
        }
        let mut outside = with("/member", Value::Null);
        outside["user"] = json!({"id": "21", "username": "ann"});
        assert_eq!(read(&outside), Err(NotOurs::Nobody), "on a server, a user without a membership is nobody");
        outside.as_object_mut().unwrap().remove("guild_id");
        assert!(!read(&outside).unwrap().inbound.by.in_guild, "in direct messages it is them");
    }

    #[test]
    fn the_librarys_user_that_was_not_sent_is_nobody() {
        let mut json = press();
        json.as_object_mut().unwrap().remove("member");
        let typed: serenity::model::application::Interaction = serde_json::from_value(json).unwrap();
        assert_eq!(read(&from_library(&typed).unwrap()), Err(NotOurs::Nobody));
    }

    #[test]
    fn a_private_message_is_told_from_a_card() {
        assert_eq!(read(&with("/message/flags", json!(64))).unwrap().line.surface, Surface::PrivateMessage);
    }

    #[test]
    fn a_command_comes_with_its_path_and_its_options() {
        let mut json = with("/type", json!(2));
        json["data"] = json!({
            "id": "77", "name": "team", "type": 1,
            "options": [{"name": "add", "type": 1, "options": [
                {"name": "person", "type": 6, "value": "22"}, {"name": "weight", "type": 4, "value": 50},
                {"name": "public", "type": 5, "value": true}, {"name": "file", "type": 11, "value": "8"}]}],
            "resolved": {
                "users": {"22": {"id": "22", "username": "ben"}}, "members": {"22": {"roles": [], "nick": "Ben B."}},
                "attachments": {"8": {"id": "8", "filename": "playbook.toml", "url": "https://cdn.example/8", "size": 12}}},
        });
        let Deed::Commanded { path, options } = read(&json).unwrap().inbound.deed else { panic!("a command") };
        assert_eq!(path, ["team", "add"]);
        assert!(matches!(&options["person"], OptionValue::Person(p) if p.name == "Ben B." && p.chat_id == "22"));
        assert_eq!(options["weight"], OptionValue::Integer(50));
        assert_eq!(options["public"], OptionValue::Flag(true));
        let file = OptionValue::File { name: "playbook.toml".into(), url: "https://cdn.example/8".into(), size: 12 };
        assert_eq!(options["file"], file);
    }

    #[test]
    fn typing_says_which_option_and_what_stands_there() {
        let mut json = with("/type", json!(4));
        json["data"] = json!({"id": "77", "name": "lead", "type": 1, "options": [{"name": "show", "type": 1,
            "options": [{"name": "lead", "type": 3, "value": "acm", "focused": true}]}]});
        let asked = read(&json).unwrap();
        assert_eq!(asked.line.surface, Surface::Typing);
        let completing = Deed::Completing {
            path: vec!["lead".into(), "show".into()],
            options: BTreeMap::new(),
            option: "lead".into(),
            typed: "acm".into(),
        };
        assert_eq!(asked.inbound.deed, completing);
    }

    #[test]
    fn a_form_brings_its_inputs_from_rows_and_labels() {
        let mut json = with("/type", json!(5));
        json["data"] = json!({"custom_id": "lb1:note:sy:1", "components": [
            {"type": 1, "components": [{"type": 4, "custom_id": "note", "value": "called"}]},
            {"type": 18, "component": {"type": 4, "custom_id": "when", "value": "tomorrow"}}]});
        let values = [("note", "called"), ("when", "tomorrow")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        assert_eq!(read(&json).unwrap().inbound.deed, Deed::Sent { action: "lb1:note:sy:1".into(), values });
    }

    #[test]
    fn a_message_command_brings_the_message() {
        let mut json = with("/type", json!(2));
        let message = press()["message"].clone();
        json["data"] =
            json!({"id": "78", "name": "Log on lead", "type": 3, "target_id": "5", "resolved": {"messages": {"5": message}}});
        let on = Receipt { channel: "11".into(), message: "5".into() };
        let deed = Deed::OnMessage { command: "Log on lead".into(), on, content: "hi".into() };
        assert_eq!(read(&json).unwrap().inbound.deed, deed);
    }
}
