//! Who may do what: permission bits and the sum of roles and channel overwrites.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use crate::model::{Channel, Overwrite};
use crate::snowflake::Snowflake;
use crate::store::Store;

/// A set of Discord's permission bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u64);

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Permissions { $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)* }
    };
}

bits! {
    /// May do everything and sees every channel.
    ADMINISTRATOR = 3;
    /// May edit and create channels.
    MANAGE_CHANNELS = 4;
    /// May edit the guild.
    MANAGE_GUILD = 5;
    /// May add a reaction that nobody has given yet.
    ADD_REACTIONS = 6;
    /// Sees the channel.
    VIEW_CHANNEL = 10;
    /// May write messages.
    SEND_MESSAGES = 11;
    /// May delete the messages of others.
    MANAGE_MESSAGES = 13;
    /// Embeds are shown.
    EMBED_LINKS = 14;
    /// May attach files.
    ATTACH_FILES = 15;
    /// May read what was written before.
    READ_MESSAGE_HISTORY = 16;
    /// May ping everyone and roles that are not mentionable.
    MENTION_EVERYONE = 17;
    /// May give and take roles.
    MANAGE_ROLES = 28;
    /// May use the commands of applications.
    USE_APPLICATION_COMMANDS = 31;
    /// May edit, archive and delete threads.
    MANAGE_THREADS = 34;
    /// May make public threads.
    CREATE_PUBLIC_THREADS = 35;
    /// May make private threads.
    CREATE_PRIVATE_THREADS = 36;
    /// May write in threads.
    SEND_MESSAGES_IN_THREADS = 38;
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self(0);
    /// Every bit that Discord has today.
    pub const ALL: Self = Self((1 << 53) - 1);

    /// Takes raw bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The raw bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Both sets together; usable in constants.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a member can do in a guild where nothing was changed.
    pub const fn everyday() -> Self {
        Self::VIEW_CHANNEL
            .with(Self::SEND_MESSAGES)
            .with(Self::ADD_REACTIONS)
            .with(Self::EMBED_LINKS)
            .with(Self::ATTACH_FILES)
            .with(Self::READ_MESSAGE_HISTORY)
            .with(Self::USE_APPLICATION_COMMANDS)
            .with(Self::CREATE_PUBLIC_THREADS)
            .with(Self::SEND_MESSAGES_IN_THREADS)
    }

    /// What a bot is usually invited with: an everyday member that also tends messages, threads and roles.
    pub const fn of_a_bot() -> Self {
        Self::everyday()
            .with(Self::MANAGE_MESSAGES)
            .with(Self::MANAGE_THREADS)
            .with(Self::CREATE_PRIVATE_THREADS)
            .with(Self::MENTION_EVERYONE)
            .with(Self::MANAGE_ROLES)
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What a member may do in the guild, before any channel changes it.
pub(crate) fn in_guild(store: &Store, user: Snowflake) -> Permissions {
    if user == store.guild.owner {
        return Permissions::ALL;
    }
    let Some(member) = store.members.get(&user) else { return Permissions::NONE };
    let mut sum = store.roles.get(&store.guild.id).map_or(Permissions::NONE, |role| role.permissions);
    for role in member.roles.iter().filter_map(|id| store.roles.get(id)) {
        sum |= role.permissions;
    }
    if sum.has(Permissions::ADMINISTRATOR) { Permissions::ALL } else { sum }
}

/// What a user may do in a channel; a thread follows its parent, a direct message is open to its two people.
pub(crate) fn in_channel(store: &Store, user: Snowflake, channel: &Channel) -> Permissions {
    if let Some(person) = channel.recipient {
        let inside = user == person || user == store.application.bot;
        return if inside { Permissions::everyday() } else { Permissions::NONE };
    }
    let base = in_guild(store, user);
    if base.has(Permissions::ADMINISTRATOR) {
        return base;
    }
    let home = channel.parent.and_then(|id| store.channels.get(&id)).unwrap_or(channel);
    let Some(member) = store.members.get(&user) else { return Permissions::NONE };
    let sum = overwritten(base, &home.overwrites, store.guild.id, &member.roles, user);
    // Without sight of the channel nothing else counts.
    if sum.has(Permissions::VIEW_CHANNEL) { sum } else { Permissions::NONE }
}

/// Applies overwrites in Discord's order: everyone, then the roles as one, then the member.
fn overwritten(
    base: Permissions,
    overwrites: &[Overwrite],
    everyone: Snowflake,
    roles: &[Snowflake],
    user: Snowflake,
) -> Permissions {
    let apply = |sum: Permissions, chosen: &dyn Fn(&Overwrite) -> bool| {
        let (mut deny, mut allow) = (Permissions::NONE, Permissions::NONE);
        for overwrite in overwrites.iter().filter(|o| chosen(o)) {
            deny |= overwrite.deny;
            allow |= overwrite.allow;
        }
        (sum & !deny) | allow
    };
    let sum = apply(base, &|o| !o.of_member && o.id == everyone);
    let sum = apply(sum, &|o| !o.of_member && o.id != everyone && roles.contains(&o.id));
    apply(sum, &|o| o.of_member && o.id == user)
}
