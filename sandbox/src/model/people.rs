//! The guild, its roles, its people and the application under test.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::timestamp;
use crate::permissions::Permissions;
use crate::snowflake::Snowflake;

/// The one guild.
#[derive(Debug)]
pub(crate) struct Guild {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) owner: Snowflake,
}

impl Guild {
    /// The guild without its roles, which the store adds.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "description": null, "home_header": null,
            "splash": null, "discovery_splash": null, "features": [], "banner": null, "owner_id": self.owner,
            "application_id": null, "region": "deprecated", "afk_channel_id": null, "afk_timeout": 300,
            "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false,
            "widget_channel_id": null, "verification_level": 0, "default_message_notifications": 0,
            "mfa_level": 0, "explicit_content_filter": 0, "max_presences": null, "max_members": 500_000,
            "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
            "rules_channel_id": null, "safety_alerts_channel_id": null, "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "incidents_data": null, "emojis": [], "stickers": [],
        })
    }
}

/// A role.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) color: u32,
    pub(crate) position: u32,
    pub(crate) permissions: Permissions,
    pub(crate) managed: bool,
    pub(crate) mentionable: bool,
}

impl Role {
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "description": null,
            "permissions": self.permissions.bits().to_string(), "position": self.position, "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "managed": self.managed, "mentionable": self.mentionable, "icon": null,
            "unicode_emoji": null, "flags": 0,
        })
    }
}

/// A person or the bot.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) display: Option<String>,
    pub(crate) bot: bool,
    pub(crate) locale: String,
    pub(crate) note: String,
    /// Whether the bot may write to this person directly.
    pub(crate) dms_open: bool,
}

impl User {
    pub(crate) fn json(&self) -> Value {
        let mut user = json!({
            "id": self.id, "username": self.name, "avatar": null, "discriminator": "0", "public_flags": 0,
            "flags": 0, "banner": null, "accent_color": null, "global_name": self.display,
            "avatar_decoration_data": null, "collectibles": null, "display_name_styles": null,
            "banner_color": null, "clan": null, "primary_guild": null,
        });
        if self.bot {
            user["bot"] = json!(true);
        }
        user
    }

    /// The user as the bot sees itself.
    pub(crate) fn own_json(&self) -> Value {
        let mut user = self.json();
        user["mfa_enabled"] = json!(true);
        user["locale"] = json!(self.locale);
        user["premium_type"] = json!(0);
        user["email"] = Value::Null;
        user["verified"] = json!(true);
        user
    }
}

/// What a user is in the guild.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) joined: DateTime<Utc>,
    pub(crate) nick: Option<String>,
}

impl Member {
    /// The member without its user, as inside a message.
    pub(crate) fn bare_json(&self) -> Value {
        json!({
            "avatar": null, "banner": null, "communication_disabled_until": null, "flags": 0,
            "joined_at": timestamp(self.joined), "nick": self.nick, "pending": false, "premium_since": null,
            "roles": self.roles, "collectibles": null, "mute": false, "deaf": false,
        })
    }

    /// The member with its user.
    pub(crate) fn json(&self, user: &User) -> Value {
        let mut member = self.bare_json();
        member["user"] = user.json();
        member
    }
}

/// The application under test.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) id: Snowflake,
    pub(crate) bot: Snowflake,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) token: String,
    pub(crate) verify_key: String,
    pub(crate) endpoint: Option<String>,
    /// Whether the privileged intents are switched on.
    pub(crate) privileged_intents: bool,
}

impl Application {
    pub(crate) fn json(&self, bot: &User, owner: &User) -> Value {
        // GATEWAY_PRESENCE_LIMITED, GATEWAY_GUILD_MEMBERS_LIMITED and GATEWAY_MESSAGE_CONTENT_LIMITED.
        let flags = if self.privileged_intents { (1 << 13) | (1 << 15) | (1 << 19) } else { 0 };
        json!({
            "id": self.id, "name": self.name, "icon": null, "description": self.description, "type": null,
            "bot": bot.json(), "summary": "", "is_monetized": false, "is_verified": false,
            "is_discoverable": false, "bot_public": true, "bot_require_code_grant": false,
            "verify_key": self.verify_key, "flags": flags, "hook": true, "storefront_available": false,
            "redirect_uris": [], "interactions_endpoint_url": self.endpoint,
            "role_connections_verification_url": null, "owner": owner.json(), "team": null, "tags": [],
            "approximate_guild_count": 1, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
            "event_webhooks_url": null, "event_webhooks_status": 1, "event_webhooks_types": [],
            "integration_types_config": {"0": {}}, "eligible_oauth2_scopes": [], "flags_new": flags.to_string(),
        })
    }
}
