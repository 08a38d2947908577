//! The guild: its channels, roles and members.

use serde_json::{Value, json};

use super::call::{Call, Handled, Reply};
use crate::permissions::{Permissions, in_guild};
use crate::refusal::{Problems, Reason, Refusal};
use crate::snowflake::{Snowflake, from_json};
use crate::store::{Audience, Store};
use crate::validate::Fields;

/// Refuses other guilds than the one.
fn check(store: &Store, call: &Call) -> Result<(), Refusal> {
    if call.id("guild")? == store.guild.id { Ok(()) } else { Err(Reason::UnknownGuild.into()) }
}

fn need(store: &Store, permission: Permissions) -> Result<(), Refusal> {
    if in_guild(store, store.bot()).has(permission) { Ok(()) } else { Err(Reason::MissingPermissions.into()) }
}

pub(super) fn get(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let mut guild = store.guild_json();
    if call.asked("with_counts") == Some("true") {
        guild["approximate_member_count"] = json!(store.members.len());
        guild["approximate_presence_count"] = json!(store.members.len());
    }
    Ok(Reply::ok(guild))
}

pub(super) fn channels(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let list = store.channels.values().filter(|c| !c.is_direct() && c.thread.is_none());
    Ok(Reply::ok(list.map(|channel| store.channel_json(channel, store.bot())).collect()))
}

pub(super) fn create_channel(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    need(store, Permissions::MANAGE_CHANNELS)?;
    let mut problems = Problems::default();
    let fields = Fields::of(call.json(), "", &mut problems);
    let name = fields.required_text("name", 1..=100, &mut problems).unwrap_or_default().to_owned();
    let topic = fields.text("topic", 0..=1024, &mut problems).map(ToOwned::to_owned);
    fields.choice("type", &[0], &mut problems);
    problems.settle()?;
    let id = store.text_channel(&name, topic);
    Ok(Reply::created(store.channel_json(store.channel(id)?, store.bot())))
}

pub(super) fn roles(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    Ok(Reply::ok(store.roles.values().map(|role| role.json()).collect()))
}

pub(super) fn members(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let limit = call.asked_number("limit", 1, 1, 1000)?;
    let after = call.asked_id("after")?.unwrap_or(Snowflake::new(0));
    let ids = store.members.keys().filter(|id| **id > after).take(limit);
    Ok(Reply::ok(ids.filter_map(|id| store.member_json(*id)).collect()))
}

pub(super) fn search(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let limit = call.asked_number("limit", 1, 1, 1000)?;
    let required = || Refusal::field("query", "BASE_TYPE_REQUIRED", "This field is required");
    let query = call.asked("query").filter(|query| !query.is_empty()).ok_or_else(required)?.to_lowercase();
    let starts = |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase().starts_with(&query));
    let fits = |id: &Snowflake| {
        store.users.get(id).is_some_and(|user| user.name.to_lowercase().starts_with(&query) || starts(&user.display))
            || store.members.get(id).is_some_and(|member| starts(&member.nick))
    };
    let ids = store.members.keys().filter(|id| fits(id)).take(limit);
    Ok(Reply::ok(ids.filter_map(|id| store.member_json(*id)).collect()))
}

pub(super) fn member(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let id = call.id("user")?;
    store.member_json(id).map(Reply::ok).ok_or_else(|| Reason::UnknownMember.into())
}

pub(super) fn edit_member(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    let id = call.id("user")?;
    let member = store.members.get(&id).ok_or(Reason::UnknownMember)?;
    if let Some(list) = call.json()["roles"].as_array() {
        let wanted: Vec<Snowflake> = list.iter().filter_map(from_json).collect();
        let changed =
            wanted.iter().filter(|r| !member.roles.contains(r)).chain(member.roles.iter().filter(|r| !wanted.contains(r)));
        for role in changed {
            check_role(store, *role)?;
        }
        store.set_roles(id, wanted);
    }
    if let Some(nick) = call.json().get("nick") {
        let member = store.members.get_mut(&id).ok_or(Reason::UnknownMember)?;
        member.nick = nick.as_str().filter(|nick| !nick.is_empty()).map(ToOwned::to_owned);
        store.tell_member(id);
    }
    store.member_json(id).map(Reply::ok).ok_or_else(|| Reason::UnknownMember.into())
}

/// A role may be given and taken by a bot that may manage roles and stands higher.
fn check_role(store: &Store, role: Snowflake) -> Result<(), Refusal> {
    need(store, Permissions::MANAGE_ROLES)?;
    let role = store.roles.get(&role).ok_or(Reason::UnknownRole)?;
    let own = store.members.get(&store.bot()).map_or(&[][..], |member| member.roles.as_slice());
    let top = own.iter().filter_map(|id| store.roles.get(id)).map(|role| role.position).max().unwrap_or(0);
    let fits = role.id != store.guild.id && !role.managed && role.position < top;
    if fits { Ok(()) } else { Err(Reason::MissingPermissions.into()) }
}

pub(super) fn give_role(store: &mut Store, call: &Call) -> Handled {
    change_role(store, call, |roles, role| {
        if !roles.contains(&role) {
            roles.push(role);
        }
    })
}

pub(super) fn take_role(store: &mut Store, call: &Call) -> Handled {
    change_role(store, call, |roles, role| roles.retain(|id| *id != role))
}

fn change_role(store: &mut Store, call: &Call, change: impl Fn(&mut Vec<Snowflake>, Snowflake)) -> Handled {
    check(store, call)?;
    let (user, role) = (call.id("user")?, call.id("role")?);
    let member = store.members.get(&user).ok_or(Reason::UnknownMember)?;
    let mut roles = member.roles.clone();
    check_role(store, role)?;
    change(&mut roles, role);
    store.set_roles(user, roles);
    Ok(Reply::nothing())
}

impl Store {
    /// Somebody lets the bot write directly, or no longer.
    pub(crate) fn take_direct(&mut self, user: Snowflake, open: bool) {
        if let Some(user) = self.users.get_mut(&user) {
            user.dms_open = open;
        }
    }

    /// Gives a member exactly these roles.
    pub(crate) fn set_roles(&mut self, user: Snowflake, roles: Vec<Snowflake>) {
        let Some(member) = self.members.get_mut(&user) else { return };
        if member.roles != roles {
            member.roles = roles;
            self.tell_member(user);
        }
    }

    /// Tells of a changed member; what each person sees may have changed with it.
    pub(crate) fn tell_member(&mut self, user: Snowflake) {
        let Some(mut data) = self.member_json(user) else { return };
        data["guild_id"] = json!(self.guild.id);
        self.dispatch("GUILD_MEMBER_UPDATE", None, data);
        self.show(Audience::Everyone, "STATE", Value::Object(serde_json::Map::new()));
    }
}
