//! The table of routes: method, template, who may call, the usual limit, the handler.

use axum::http::Method;

use super::call::{Call, Handled, Params};
use super::{application, channels, guild, interactions, messages, reactions, threads, users};
use crate::refusal::Reason;
use crate::store::Store;

/// What a request must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The bot's token; counts towards the global limit.
    Bot,
    /// Nothing: the path carries a token of its own, or the answer is public.
    Open,
}

/// One route.
pub(crate) struct Route {
    method: Method,
    template: &'static str,
    pub(crate) access: Access,
    /// Requests and milliseconds.
    pub(crate) limit: Option<(u32, u32)>,
    pub(crate) handler: fn(&mut Store, &Call) -> Handled,
}

impl Route {
    /// Method and template: the name of the route, and of its bucket.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// Whether a parameter has a bucket of its own for each value.
    pub(crate) fn major(&self, name: &str) -> bool {
        matches!(name, "channel" | "guild" | "token")
    }
}

macro_rules! route {
    ($method:ident $template:literal $access:ident $limit:expr => $handler:path) => {
        Route { method: Method::$method, template: $template, access: Access::$access, limit: $limit, handler: $handler }
    };
}

const USUAL: Option<(u32, u32)> = Some((50, 1000));
const POSTING: Option<(u32, u32)> = Some((5, 5000));
const FREE: Option<(u32, u32)> = None;

/// Literal parts stand before templates that would match them too.
static ROUTES: &[Route] = &[
    route!(GET "gateway" Open FREE => users::gateway),
    route!(GET "gateway/bot" Bot Some((2, 5000)) => users::gateway_bot),
    route!(GET "users/@me" Bot USUAL => users::me),
    route!(GET "users/@me/guilds" Bot USUAL => users::my_guilds),
    route!(POST "users/@me/channels" Bot Some((10, 10_000)) => users::open_direct),
    route!(GET "users/{user}" Bot USUAL => users::user),
    route!(GET "oauth2/applications/@me" Bot USUAL => application::get),
    route!(GET "applications/@me" Bot USUAL => application::get),
    route!(PATCH "applications/@me" Bot USUAL => application::edit),
    route!(GET "applications/{application}/commands" Bot USUAL => application::list_global),
    route!(PUT "applications/{application}/commands" Bot USUAL => application::replace_global),
    route!(POST "applications/{application}/commands" Bot USUAL => application::add_global),
    route!(GET "applications/{application}/commands/{command}" Bot USUAL => application::get_global),
    route!(PATCH "applications/{application}/commands/{command}" Bot USUAL => application::edit_global),
    route!(DELETE "applications/{application}/commands/{command}" Bot USUAL => application::delete_global),
    route!(GET "applications/{application}/guilds/{guild}/commands" Bot USUAL => application::list_guild),
    route!(PUT "applications/{application}/guilds/{guild}/commands" Bot USUAL => application::replace_guild),
    route!(POST "applications/{application}/guilds/{guild}/commands" Bot USUAL => application::add_guild),
    route!(GET "applications/{application}/guilds/{guild}/commands/{command}" Bot USUAL => application::get_guild),
    route!(PATCH "applications/{application}/guilds/{guild}/commands/{command}" Bot USUAL => application::edit_guild),
    route!(DELETE "applications/{application}/guilds/{guild}/commands/{command}" Bot USUAL => application::delete_guild),
    route!(GET "guilds/{guild}" Bot USUAL => guild::get),
    route!(GET "guilds/{guild}/channels" Bot USUAL => guild::channels),
    route!(POST "guilds/{guild}/channels" Bot USUAL => guild::create_channel),
    route!(GET "guilds/{guild}/roles" Bot USUAL => guild::roles),
    route!(GET "guilds/{guild}/threads/active" Bot USUAL => threads::active),
    route!(GET "guilds/{guild}/members" Bot Some((10, 10_000)) => guild::members),
    route!(GET "guilds/{guild}/members/search" Bot Some((10, 10_000)) => guild::search),
    route!(GET "guilds/{guild}/members/{user}" Bot USUAL => guild::member),
    route!(PATCH "guilds/{guild}/members/{user}" Bot Some((10, 10_000)) => guild::edit_member),
    route!(PUT "guilds/{guild}/members/{user}/roles/{role}" Bot Some((10, 10_000)) => guild::give_role),
    route!(DELETE "guilds/{guild}/members/{user}/roles/{role}" Bot Some((10, 10_000)) => guild::take_role),
    route!(GET "channels/{channel}" Bot USUAL => channels::get),
    route!(PATCH "channels/{channel}" Bot Some((5, 15_000)) => channels::edit),
    route!(DELETE "channels/{channel}" Bot USUAL => channels::delete),
    route!(POST "channels/{channel}/typing" Bot POSTING => channels::typing),
    route!(GET "channels/{channel}/messages" Bot POSTING => messages::list),
    route!(POST "channels/{channel}/messages" Bot POSTING => messages::create),
    route!(GET "channels/{channel}/messages/{message}" Bot USUAL => messages::get),
    route!(PATCH "channels/{channel}/messages/{message}" Bot POSTING => messages::edit),
    route!(DELETE "channels/{channel}/messages/{message}" Bot Some((5, 1000)) => messages::delete),
    route!(POST "channels/{channel}/messages/{message}/threads" Bot Some((50, 300_000)) => threads::from_message),
    route!(POST "channels/{channel}/threads" Bot Some((50, 300_000)) => threads::alone),
    route!(GET "channels/{channel}/threads/archived/public" Bot USUAL => threads::archived),
    route!(GET "channels/{channel}/thread-members" Bot USUAL => threads::members),
    route!(GET "channels/{channel}/thread-members/{user}" Bot USUAL => threads::member),
    route!(PUT "channels/{channel}/thread-members/{user}" Bot POSTING => threads::add_member),
    route!(DELETE "channels/{channel}/thread-members/{user}" Bot POSTING => threads::remove_member),
    route!(PUT "channels/{channel}/messages/{message}/reactions/{emoji}/{user}" Bot Some((1, 250)) => reactions::add),
    route!(DELETE "channels/{channel}/messages/{message}/reactions/{emoji}/{user}" Bot Some((1, 250)) => reactions::remove),
    route!(GET "channels/{channel}/messages/{message}/reactions/{emoji}" Bot USUAL => reactions::list),
    route!(DELETE "channels/{channel}/messages/{message}/reactions/{emoji}" Bot Some((1, 250)) => reactions::clear_one),
    route!(DELETE "channels/{channel}/messages/{message}/reactions" Bot Some((1, 250)) => reactions::clear),
    route!(POST "interactions/{interaction}/{token}/callback" Open FREE => interactions::callback),
    route!(POST "webhooks/{application}/{token}" Open POSTING => interactions::follow_up),
    route!(GET "webhooks/{application}/{token}/messages/{message}" Open POSTING => interactions::get),
    route!(PATCH "webhooks/{application}/{token}/messages/{message}" Open POSTING => interactions::edit),
    route!(DELETE "webhooks/{application}/{token}/messages/{message}" Open POSTING => interactions::delete),
];

/// Finds the route of a path, with the values of its parameters.
pub(crate) fn find(method: &Method, segments: &[String]) -> Result<(&'static Route, Params), Reason> {
    let mut path_known = false;
    for route in ROUTES {
        let Some(params) = fit(route.template, segments) else { continue };
        if route.method == *method {
            return Ok((route, params));
        }
        path_known = true;
    }
    Err(if path_known { Reason::MethodNotAllowed } else { Reason::NotFound })
}

fn fit(template: &'static str, segments: &[String]) -> Option<Params> {
    let mut params = Vec::new();
    let mut parts = template.split('/');
    for segment in segments {
        let part = parts.next()?;
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => params.push((name, segment.clone())),
            None if part == segment => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(params)
}
