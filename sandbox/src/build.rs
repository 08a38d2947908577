//! Turns a `World` into the store that the stand-in runs on.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use tokio::sync::watch;

use crate::control::Clock;
use crate::model::{Application, Channel, Guild, Kind, Member, Overwrite, Role, User};
use crate::permissions::Permissions;
use crate::snowflake::{Mint, Snowflake};
use crate::store::{Store, live_channel};
use crate::world::{For, World, WorldIds};

/// Names given in a world and the ids they got.
struct Named {
    everyone: Snowflake,
    bot: Snowflake,
    roles: BTreeMap<String, Snowflake>,
    people: BTreeMap<String, Snowflake>,
}

impl Named {
    fn role(&self, name: &str) -> Snowflake {
        *self.roles.get(name).unwrap_or_else(|| panic!("the world has no role called {name:?}"))
    }

    fn person(&self, name: &str) -> Snowflake {
        *self.people.get(name).unwrap_or_else(|| panic!("the world has no person called {name:?}"))
    }
}

/// Builds the store. A world that names a role or person it does not have is a mistake in the program: it panics.
pub(crate) fn build(world: World, clock: Clock, base_url: String) -> Store {
    let mut ids = WorldIds::default();
    let guild = ids.next();
    let (application, owner) = (ids.next(), ids.next());
    let bot_role = ids.next();
    let mut named = Named { everyone: guild, bot: application, roles: BTreeMap::new(), people: BTreeMap::new() };
    for role in &world.roles {
        named.roles.insert(role.name.clone(), role.id.unwrap_or_else(|| ids.next()));
    }
    for person in &world.people {
        named.people.insert(person.name.clone(), person.id.unwrap_or_else(|| ids.next()));
    }
    let signing = ed25519_dalek::SigningKey::from_bytes(&world.key);
    let token = world.token.clone().unwrap_or_else(|| token_for(application));
    let (mut users, mut members) = people(&world, &named);
    users.insert(owner, user(owner, "owner"));
    users.insert(named.bot, User { bot: true, ..user(named.bot, &world.bot) });
    members.insert(named.bot, member(vec![bot_role]));
    Store {
        mint: Mint::default(),
        guild: Guild {
            id: guild,
            name: world.guild.clone(),
            owner: world.owner.as_deref().map_or(owner, |name| named.person(name)),
        },
        application: Application {
            id: application,
            bot: named.bot,
            name: world.bot.clone(),
            description: String::new(),
            token,
            verify_key: hex::encode(signing.verifying_key().to_bytes()),
            endpoint: world.endpoint.clone(),
            privileged_intents: world.privileged_intents,
        },
        roles: roles(&world, &named, bot_role),
        channels: channels(&world, &named, &mut ids),
        title: world.title,
        panels: world.panels,
        users,
        members,
        signing,
        clock,
        base_url,
        messages: BTreeMap::new(),
        blobs: BTreeMap::new(),
        commands: BTreeMap::new(),
        ledger: crate::interactions::Ledger::default(),
        nonces: crate::nonces::Nonces::default(),
        sessions: crate::gateway::Sessions::default(),
        buckets: crate::limits::Buckets::default(),
        faults: crate::faults::FaultQueue::default(),
        journal: crate::journal::Journal::default(),
        live: live_channel(),
        changed: watch::Sender::new(0),
    }
}

/// A token in the shape that libraries expect: the id, a time, a signature.
fn token_for(application: Snowflake) -> String {
    let id = BASE64.encode(application.to_string());
    format!("{id}.Sandbo.a-token-of-the-local-stand-in-only")
}

fn user(id: Snowflake, name: &str) -> User {
    User { id, name: name.to_owned(), display: None, bot: false, locale: "en-US".to_owned(), note: String::new(), dms_open: true }
}

fn member(roles: Vec<Snowflake>) -> Member {
    Member { roles, joined: WorldIds::birth(), nick: None }
}

fn people(world: &World, named: &Named) -> (BTreeMap<Snowflake, User>, BTreeMap<Snowflake, Member>) {
    let (mut users, mut members) = (BTreeMap::new(), BTreeMap::new());
    for person in &world.people {
        let id = named.person(&person.name);
        let display = person.display.clone();
        let (locale, note) = (person.locale.clone(), person.note.clone());
        users.insert(id, User { display, locale, note, ..user(id, &person.name) });
        members.insert(id, member(person.roles.iter().map(|name| named.role(name)).collect()));
    }
    (users, members)
}

fn roles(world: &World, named: &Named, bot_role: Snowflake) -> BTreeMap<Snowflake, Role> {
    let plain = |id, name: &str, permissions: Permissions, position| Role {
        id,
        name: name.to_owned(),
        color: 0,
        position,
        permissions,
        managed: false,
        mentionable: false,
    };
    let mut roles = BTreeMap::new();
    roles.insert(named.everyone, plain(named.everyone, "@everyone", world.everyone, 0));
    let mut position = 0;
    for role in &world.roles {
        position += 1;
        let id = named.role(&role.name);
        let base = plain(id, &role.name, role.permissions, position);
        roles.insert(id, Role { color: role.color, mentionable: role.mentionable, ..base });
    }
    // The bot's own role stands highest, as after dragging it up, so that it may give the others.
    let own = plain(bot_role, &world.bot, world.bot_permissions, position + 1);
    roles.insert(bot_role, Role { managed: true, ..own });
    roles
}

fn channels(world: &World, named: &Named, ids: &mut WorldIds) -> BTreeMap<Snowflake, Channel> {
    let mut channels = BTreeMap::new();
    for (position, text) in (0u32..).zip(&world.channels) {
        let id = text.id.unwrap_or_else(|| ids.next());
        let overwrites = text.overwrites.iter().map(|(whom, allow, deny)| {
            let (id, of_member) = match whom {
                For::Everyone => (named.everyone, false),
                For::Role(name) => (named.role(name), false),
                For::Person(name) => (named.person(name), true),
                For::Bot => (named.bot, true),
            };
            Overwrite { id, of_member, allow: *allow, deny: *deny }
        });
        let channel = Channel {
            id,
            kind: Kind::Text,
            name: text.name.clone(),
            topic: text.topic.clone(),
            position,
            slow_mode: 0,
            overwrites: overwrites.collect(),
            parent: None,
            thread: None,
            recipient: None,
            last_message: None,
        };
        channels.insert(id, channel);
    }
    channels
}
