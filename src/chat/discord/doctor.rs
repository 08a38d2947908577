//! Looks whether Discord lets the bot do its work, and says of each thing what to do about it.
//! Asks only; changes nothing.

use serde_json::Value;
use serenity::http::Route;
use serenity::model::Permissions;
use serenity::model::id::UserId;

use super::directory::{Channel, Known, Role};
use super::failure::Failure;
use super::platform::{Discord, number};
use super::rest::Call;
use crate::chat::SendError;

/// What the playbook and the settings count on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Channels by name or id.
    pub channels: Vec<String>,
    /// Roles that are rung or give rights, by name or id.
    pub roles: Vec<String>,
    /// The application's id, where the settings name it.
    pub application: Option<String>,
    /// What is written in threads shall become notes.
    pub thread_notes: bool,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// It is as it should be.
    pub ok: bool,
    /// What was found.
    pub what: String,
    /// What to do about it; empty where nothing need be done.
    pub remedy: String,
}

fn good(what: String) -> Finding {
    Finding { ok: true, what, remedy: String::new() }
}

fn bad(what: String, remedy: impl Into<String>) -> Finding {
    Finding { ok: false, what, remedy: remedy.into() }
}

const INVITE: &str = "Invite the bot to the server with the scopes bot and applications.commands, and check [discord] guild.";

/// What to do about the one privileged intent.
pub(super) const GRANT_CONTENT: &str = "In Discord's developer portal, on the application's Bot page, switch on \"Message Content Intent\" and \
    start Leadbell again; or set [discord] thread_notes = false, and use the Note button.";

/// The application's flags by which Discord says so: granted to a large bot, and switched on for a small one.
const CONTENT_GRANTED: u64 = 1 << 18 | 1 << 19;

/// What the bot does in a channel, with Discord's words for it.
const NEEDED: [(Permissions, &str); 8] = [
    (Permissions::VIEW_CHANNEL, "View Channel"),
    (Permissions::SEND_MESSAGES, "Send Messages"),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::ATTACH_FILES, "Attach Files"),
    (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    (Permissions::CREATE_PUBLIC_THREADS, "Create Public Threads"),
    (Permissions::SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
    (Permissions::ADD_REACTIONS, "Add Reactions"),
];

/// Looks at everything; stops early where nothing further can be seen.
pub async fn examine(discord: &Discord, expected: &Expected) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(me) = token(discord, expected, &mut findings).await else { return findings };
    let Some(roles) = server(discord, me, &mut findings).await else { return findings };
    discord.0.directory.touch();
    let known = match discord.0.directory.knowing(|_| false).await {
        Ok(known) => known,
        Err(failure) => {
            findings.push(bad(format!("the server's channels cannot be listed: {}", say(failure)), INVITE));
            return findings;
        }
    };
    let bot = Bot { id: me.get().to_string(), guild: discord.0.guild.to_string(), roles };
    findings.extend(expected.channels.iter().map(|name| channel(name, &known, &bot)));
    findings.extend(expected.roles.iter().map(|name| role(name, &known, &bot)));
    findings
}

async fn token(discord: &Discord, expected: &Expected, findings: &mut Vec<Finding>) -> Option<UserId> {
    let rest = &discord.0.rest;
    let me = match rest.call(Call::get(Route::UserMe)).await {
        Ok(me) => me,
        Err(Failure::Halted) => {
            let remedy = "Copy the token again from the application's Bot page, and set it as [discord] token.";
            findings.push(bad("Discord does not accept the bot token".to_owned(), remedy));
            return None;
        }
        Err(failure) => {
            let remedy = "Check the network, [discord] api_url, and discordstatus.com.";
            findings.push(bad(format!("Discord cannot be reached at {}: {}", rest.base(), say(failure)), remedy));
            return None;
        }
    };
    findings.push(good(format!("the token works: the bot is {}", me["username"].as_str().unwrap_or("?"))));
    match rest.call(Call::get(Route::Oauth2ApplicationCurrent)).await {
        Ok(application) => {
            findings.push(same_application(&application, expected.application.as_deref()));
            findings.extend(expected.thread_notes.then(|| content(&application)));
        }
        Err(failure) => findings.push(bad(format!("the application cannot be read: {}", say(failure)), "Try again later.")),
    }
    number(me["id"].as_str().unwrap_or_default()).ok().map(UserId::new)
}

fn same_application(application: &Value, expected: Option<&str>) -> Finding {
    let id = application["id"].as_str().unwrap_or("?");
    let name = application["name"].as_str().unwrap_or("?");
    match expected {
        Some(wanted) if wanted != id => bad(
            format!("the token belongs to the application {name} ({id}), but the settings name {wanted}"),
            "Use the token of the application that the settings name, or change its id there.",
        ),
        _ => good(format!("the application is {name} ({id})")),
    }
}

/// Whether the bot may read what is written.
fn content(application: &Value) -> Finding {
    let granted = application["flags"].as_u64().is_some_and(|flags| flags & CONTENT_GRANTED != 0);
    if granted {
        return good("the bot may read what is written in threads".to_owned());
    }
    bad("[discord] thread_notes is on, but Discord does not let the bot read messages".to_owned(), GRANT_CONTENT)
}

/// The bot's own roles on the server.
async fn server(discord: &Discord, me: UserId, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    let guild_id = discord.0.guild;
    let guild = match discord.0.rest.call(Call::get(Route::Guild { guild_id })).await {
        Ok(guild) => guild,
        Err(failure) => {
            findings.push(bad(format!("the bot does not see the server {guild_id}: {}", say(failure)), INVITE));
            return None;
        }
    };
    findings.push(good(format!("the bot is on the server {}", guild["name"].as_str().unwrap_or("?"))));
    match discord.0.rest.call(Call::get(Route::GuildMember { guild_id, user_id: me })).await {
        Ok(member) => {
            let ids = member["roles"].as_array().into_iter().flatten().filter_map(Value::as_str);
            Some(ids.map(str::to_owned).collect())
        }
        Err(failure) => {
            findings.push(bad(format!("the bot's own roles cannot be read: {}", say(failure)), INVITE));
            None
        }
    }
}

fn channel(name: &str, known: &Known, bot: &Bot) -> Finding {
    let shown = name.trim_start_matches('#');
    let Some(channel) = known.channel(name) else {
        let remedy = format!(
            "Create a text channel #{shown}, or name another one in the playbook. If it is there, give the bot View Channel in it."
        );
        return bad(format!("there is no text channel #{shown} that the bot can see"), remedy);
    };
    let may = bot.may_in(channel, &known.roles);
    let missing: Vec<&str> = NEEDED.iter().filter(|(bit, _)| !may.contains(*bit)).map(|(_, words)| *words).collect();
    if missing.is_empty() {
        return good(format!("the bot can do all it needs in #{}", channel.name));
    }
    let remedy = format!("In #{}: Edit Channel, Permissions, add the bot's role and allow {}.", channel.name, missing.join(", "));
    bad(format!("in #{} the bot lacks {}", channel.name, missing.join(", ")), remedy)
}

fn role(name: &str, known: &Known, bot: &Bot) -> Finding {
    let shown = name.trim_start_matches('@');
    let Some(role) = known.role(name) else {
        let remedy = format!("Create the role in Server Settings, Roles, or name another one than {shown} in the playbook.");
        return bad(format!("there is no role @{shown}"), remedy);
    };
    if role.mentionable || bot.may(&known.roles).contains(Permissions::MENTION_EVERYONE) {
        return good(format!("the bot can ring @{}", role.name));
    }
    let remedy = format!("In Server Settings, Roles, {}: switch on \"Allow anyone to @mention this role\".", role.name);
    bad(format!("the bot cannot ring @{}: its members would not be notified", role.name), remedy)
}

struct Bot {
    id: String,
    /// Also the id of the role that everybody has.
    guild: String,
    roles: Vec<String>,
}

impl Bot {
    /// Server-wide.
    fn may(&self, roles: &[Role]) -> Permissions {
        let held = roles.iter().filter(|r| r.id == self.guild || self.roles.contains(&r.id));
        let may = held.fold(Permissions::empty(), |sum, role| sum | bits(&role.permissions));
        if may.contains(Permissions::ADMINISTRATOR) { Permissions::all() } else { may }
    }

    /// In one channel: everybody's overwrite, then the roles' together, then the bot's own.
    fn may_in(&self, channel: &Channel, roles: &[Role]) -> Permissions {
        let may = self.may(roles);
        if may.contains(Permissions::ADMINISTRATOR) {
            return may;
        }
        let all = &channel.permission_overwrites;
        let apply = |may: Permissions, ids: &dyn Fn(&str) -> bool| {
            let sum = |f: &dyn Fn(&super::directory::Overwrite) -> Permissions| {
                all.iter().filter(|o| ids(&o.id)).fold(Permissions::empty(), |sum, o| sum | f(o))
            };
            may.difference(sum(&|o| bits(&o.deny))) | sum(&|o| bits(&o.allow))
        };
        let may = apply(may, &|id| id == self.guild);
        let may = apply(may, &|id| id != self.guild && self.roles.iter().any(|r| r == id));
        apply(may, &|id| id == self.id)
    }
}

fn bits(text: &str) -> Permissions {
    Permissions::from_bits_truncate(text.parse().unwrap_or(0))
}

fn say(failure: Failure) -> String {
    match failure.told("View Channel") {
        SendError::Retry { .. } => "no answer".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ALL_NEEDED: u64 = 0x0000_0044_0001_CC40 | (1 << 35) | (1 << 38);

    fn known() -> Known {
        let channels = json!([
            {"id": "11", "type": 0, "name": "leads"},
            {"id": "12", "type": 0, "name": "muted", "permission_overwrites": [{"id": "1", "type": 0, "allow": "0", "deny": "2048"}]},
            {"id": "13", "type": 0, "name": "ours", "permission_overwrites": [
                {"id": "1", "type": 0, "allow": "0", "deny": "2048"}, {"id": "99", "type": 1, "allow": "2048", "deny": "0"}]},
        ]);
        let roles = json!([
            {"id": "1", "name": "@everyone", "permissions": ALL_NEEDED.to_string()},
            {"id": "2", "name": "sales", "permissions": "0", "mentionable": true},
            {"id": "3", "name": "managers", "permissions": "0"},
        ]);
        Known { channels: serde_json::from_value(channels).unwrap(), roles: serde_json::from_value(roles).unwrap() }
    }

    #[test]
    fn whether_threads_may_be_read_is_said_with_what_to_do() {
        assert!(content(&json!({"flags": 1 << 19})).ok && content(&json!({"flags": 1 << 18})).ok);
        let not = content(&json!({"flags": 1 << 15}));
        assert!(!not.ok && not.remedy.contains("Message Content Intent"), "{not:?}");
    }

    #[test]
    fn each_finding_brings_its_remedy() {
        let bot = Bot { id: "99".into(), guild: "1".into(), roles: vec![] };
        let known = known();
        assert!(channel("#leads", &known, &bot).ok);
        assert!(channel("ours", &known, &bot).ok, "the bot's own overwrite wins");
        let muted = channel("muted", &known, &bot);
        assert_eq!(muted.what, "in #muted the bot lacks Send Messages");
        assert_eq!(muted.remedy, "In #muted: Edit Channel, Permissions, add the bot's role and allow Send Messages.");
        assert_eq!(channel("nowhere", &known, &bot).what, "there is no text channel #nowhere that the bot can see");
        assert!(role("@Sales", &known, &bot).ok);
        assert_eq!(role("managers", &known, &bot).what, "the bot cannot ring @managers: its members would not be notified");
        assert_eq!(role("nobody", &known, &bot).what, "there is no role @nobody");
    }
}
