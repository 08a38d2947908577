//! What stands in the guild when the stand-in starts: people, roles, channels, the application and its panels.
//! Ids are the same at every start for the same world, so that a bot may write them down.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::permissions::Permissions;
use crate::snowflake::{Mint, Snowflake};

/// A role to be.
#[derive(Clone, Debug)]
pub struct Role {
    pub(crate) name: String,
    pub(crate) id: Option<Snowflake>,
    pub(crate) color: u32,
    pub(crate) permissions: Permissions,
    pub(crate) mentionable: bool,
}

impl Role {
    /// A role that adds nothing to what everyone may do.
    pub fn new(name: &str) -> Self {
        let permissions = Permissions::NONE;
        Self { name: name.to_owned(), id: None, color: 0, permissions, mentionable: true }
    }

    /// Fixes the id.
    #[must_use]
    pub fn id(mut self, id: impl Into<Snowflake>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the colour, `0xRRGGBB`.
    #[must_use]
    pub fn color(mut self, rgb: u32) -> Self {
        self.color = rgb;
        self
    }

    /// Sets what the role adds.
    #[must_use]
    pub fn permissions(mut self, permissions: Permissions) -> Self {
        self.permissions = permissions;
        self
    }
}

/// A person to be.
#[derive(Clone, Debug)]
pub struct Person {
    pub(crate) name: String,
    pub(crate) id: Option<Snowflake>,
    pub(crate) display: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) note: String,
    pub(crate) locale: String,
}

impl Person {
    /// A member with this user name and no roles.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: None,
            display: None,
            roles: Vec::new(),
            note: String::new(),
            locale: "en-US".to_owned(),
        }
    }

    /// Fixes the id.
    #[must_use]
    pub fn id(mut self, id: impl Into<Snowflake>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the name that is shown.
    #[must_use]
    pub fn display(mut self, name: &str) -> Self {
        self.display = Some(name.to_owned());
        self
    }

    /// Gives a role, by its name.
    #[must_use]
    pub fn role(mut self, name: &str) -> Self {
        self.roles.push(name.to_owned());
        self
    }

    /// Sets a word that the page shows beside the name, such as "rep".
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = note.to_owned();
        self
    }

    /// Sets the language of this person's client, such as "de".
    #[must_use]
    pub fn locale(mut self, locale: &str) -> Self {
        self.locale = locale.to_owned();
        self
    }
}

/// Whom a channel overwrite is for.
#[derive(Clone, Debug)]
pub enum For {
    /// Every member.
    Everyone,
    /// The holders of a role, by its name.
    Role(String),
    /// One person, by user name.
    Person(String),
    /// The bot.
    Bot,
}

/// A text channel to be.
#[derive(Clone, Debug)]
pub struct TextChannel {
    pub(crate) name: String,
    pub(crate) id: Option<Snowflake>,
    pub(crate) topic: Option<String>,
    pub(crate) overwrites: Vec<(For, Permissions, Permissions)>,
}

impl TextChannel {
    /// A channel that everyone sees.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), id: None, topic: None, overwrites: Vec::new() }
    }

    /// Fixes the id.
    #[must_use]
    pub fn id(mut self, id: impl Into<Snowflake>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the topic.
    #[must_use]
    pub fn topic(mut self, topic: &str) -> Self {
        self.topic = Some(topic.to_owned());
        self
    }

    /// Changes what someone may do here: first what is added, then what is taken.
    #[must_use]
    pub fn overwrite(mut self, whom: For, allow: Permissions, deny: Permissions) -> Self {
        self.overwrites.push((whom, allow, deny));
        self
    }

    /// Hides the channel from all but the holders of these roles, and the bot.
    #[must_use]
    pub fn only_for(mut self, roles: &[&str]) -> Self {
        let sight = Permissions::VIEW_CHANNEL;
        self.overwrites.push((For::Everyone, Permissions::NONE, sight));
        self.overwrites.push((For::Bot, sight, Permissions::NONE));
        let chosen = roles.iter().map(|role| (For::Role((*role).to_owned()), sight, Permissions::NONE));
        self.overwrites.extend(chosen);
        self
    }
}

/// How a panel's form is sent on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encode {
    /// As `application/json`.
    #[default]
    Json,
    /// As `application/x-www-form-urlencoded`.
    Form,
}

/// A form on the page whose content is sent on to a URL of the embedding program.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Panel {
    /// Its name in URLs.
    pub id: String,
    /// The heading.
    pub title: String,
    /// A sentence of help.
    #[serde(default)]
    pub text: String,
    /// Something to copy, such as a curl line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The fields, each `{name, label, kind, value, options, required}`.
    #[serde(default)]
    pub fields: Vec<Value>,
    /// The buttons, each `{label, values}`.
    #[serde(default)]
    pub buttons: Vec<Value>,
    /// Where the form goes; never told to the page.
    #[serde(skip_serializing)]
    pub post: String,
    /// How the form is written.
    #[serde(default)]
    pub encode: Encode,
    /// Examples that a button cycles through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shuffle: Vec<Map<String, Value>>,
    /// Further headers of the request, such as a key; never told to the page.
    #[serde(default, skip_serializing)]
    pub headers: Vec<(String, String)>,
}

/// The world to start with.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) guild: String,
    pub(crate) title: String,
    pub(crate) bot: String,
    pub(crate) bot_permissions: Permissions,
    pub(crate) everyone: Permissions,
    pub(crate) privileged_intents: bool,
    pub(crate) token: Option<String>,
    pub(crate) key: [u8; 32],
    pub(crate) endpoint: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) people: Vec<Person>,
    pub(crate) channels: Vec<TextChannel>,
    pub(crate) panels: Vec<Panel>,
}

impl World {
    /// A guild of this name with a bot and nobody else.
    pub fn new(guild: &str) -> Self {
        Self {
            guild: guild.to_owned(),
            title: guild.to_owned(),
            bot: "bot".to_owned(),
            bot_permissions: Permissions::of_a_bot(),
            everyone: Permissions::everyday(),
            privileged_intents: true,
            token: None,
            key: *b"a local stand-in, nothing secret",
            endpoint: None,
            owner: None,
            roles: Vec::new(),
            people: Vec::new(),
            channels: Vec::new(),
            panels: Vec::new(),
        }
    }

    /// Sets the heading of the page.
    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// Names the bot.
    #[must_use]
    pub fn bot(mut self, name: &str) -> Self {
        self.bot = name.to_owned();
        self
    }

    /// Sets what the bot's own role allows.
    #[must_use]
    pub fn bot_permissions(mut self, permissions: Permissions) -> Self {
        self.bot_permissions = permissions;
        self
    }

    /// Sets what everyone may do.
    #[must_use]
    pub fn everyone(mut self, permissions: Permissions) -> Self {
        self.everyone = permissions;
        self
    }

    /// Sets the bot's token; without it, one is made up that has the usual shape.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Refuses the privileged intents (members, presences, message content), as before they are switched on.
    #[must_use]
    pub fn without_privileged_intents(mut self) -> Self {
        self.privileged_intents = false;
        self
    }

    /// Sets the secret half of the pair that signs interactions over HTTP.
    #[must_use]
    pub fn signing_key(mut self, seed: [u8; 32]) -> Self {
        self.key = seed;
        self
    }

    /// Sends interactions to this URL instead of the gateway, without trying it first.
    #[must_use]
    pub fn interactions_endpoint(mut self, url: &str) -> Self {
        self.endpoint = Some(url.to_owned());
        self
    }

    /// Makes a person the owner of the guild, who may do everything.
    #[must_use]
    pub fn owner(mut self, person: &str) -> Self {
        self.owner = Some(person.to_owned());
        self
    }

    /// Adds a role; later ones stand higher.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// Adds a person.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// Adds a text channel.
    #[must_use]
    pub fn channel(mut self, channel: TextChannel) -> Self {
        self.channels.push(channel);
        self
    }

    /// Adds a panel to the page.
    #[must_use]
    pub fn panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }
}

/// Mints the ids of a world: one second apart from the first day of 2020.
#[derive(Default)]
pub(crate) struct WorldIds {
    mint: Mint,
    made: i64,
}

impl WorldIds {
    /// The day on which every world begins.
    pub(crate) fn birth() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).single().expect("a date without ambiguity")
    }

    pub(crate) fn next(&mut self) -> Snowflake {
        self.made += 1;
        self.mint.next(Self::birth() + TimeDelta::seconds(self.made))
    }
}
