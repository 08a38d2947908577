//! The page that shows the guild, and the calls that it makes.

mod api;
mod assets;
mod live;
mod panels;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(crate) use api::set_endpoint;

use crate::rest::BODY_BYTES;
use crate::store::Hub;

/// Everything outside Discord's own paths.
pub(crate) fn router() -> Router<Hub> {
    Router::new()
        .route("/", get(assets::index))
        .route("/assets/{name}", get(assets::asset))
        .route("/attachments/{channel}/{id}/{filename}", get(assets::attachment))
        .route("/sandbox/state", get(api::state))
        .route("/sandbox/messages", get(api::messages))
        .route("/sandbox/act", post(api::act))
        .route("/sandbox/faults", post(api::faults))
        .route("/sandbox/endpoint", post(api::endpoint))
        .route("/sandbox/live", get(live::live))
        .route("/sandbox/panel/{id}", post(panels::send))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}
