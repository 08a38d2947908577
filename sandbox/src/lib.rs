//! A local stand-in for Discord: REST v10, the gateway, and a page on which to act as people.
//!
//! It speaks enough for unmodified serenity, discord.js and discord.py, refuses what Discord refuses, and makes trouble
//! on demand. It knows nothing of any bot: give it a `World`, start a `Sandbox`, point a bot at `base_url`.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use sandbox::{Act, Person, Sandbox, SandboxOptions, TextChannel, World};
//! let world = World::new("Acme").person(Person::new("ada")).channel(TextChannel::new("general"));
//! let sandbox = Sandbox::start(world, "127.0.0.1:0", SandboxOptions::default()).await?;
//! // Point a bot at sandbox.base_url() with sandbox.token(), then act:
//! let (ada, general) = (sandbox.user_by_name("ada").unwrap(), sandbox.channel_by_name("general").unwrap());
//! sandbox.act(Act::write(ada, general, "Good morning")).await;
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Modules in reading order: `world` says what there is, `build` makes the `store` of it; `rest`, `gateway` and `page` are
//! the three doors; `people` act, `interactions` carry that to the bot; `validate` refuses.

mod build;
mod channels;
mod commands;
mod control;
mod drafts;
mod faults;
mod finishing;
mod gateway;
mod interactions;
mod journal;
mod limits;
mod mentions;
mod messages;
mod model;
mod nonces;
mod page;
mod people;
mod permissions;
mod refusal;
mod rest;
mod server;
mod snowflake;
mod store;
mod validate;
mod views;
mod world;

pub use control::{Clock, Faults, Sandbox, SandboxOptions};
pub use faults::{Ordered, RestFault};
pub use gateway::GatewayFault;
pub use journal::Recorded;
pub use limits::{Limits, Scope};
pub use people::{Act, Deed, Encoding, File, Outcome, Use};
pub use permissions::Permissions;
pub use snowflake::Snowflake;
pub use world::{Encode, For, Panel, Person, Role, TextChannel, World};
