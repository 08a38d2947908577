//! The stream of events to the page, each only to those who may see it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::snowflake::Snowflake;
use crate::store::{Hub, Live};

/// How often a quiet stream says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(super) struct Viewer {
    #[serde(rename = "as")]
    viewer: Snowflake,
}

pub(super) async fn live(
    State(hub): State<Hub>,
    Query(query): Query<Viewer>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = hub.store().live.subscribe();
    let stream = unfold((hub, events, query.viewer), |(hub, mut events, viewer)| async move {
        loop {
            let event = match events.recv().await {
                Ok(live) => seen(&hub, &live, viewer),
                // Too far behind: everything must be loaded anew.
                Err(RecvError::Lagged(_)) => Some(("STATE", json!({}))),
                Err(RecvError::Closed) => return None,
            };
            if let Some((name, data)) = event {
                let event = Event::default().event(name).data(data.to_string());
                return Some((Ok(event), (hub, events, viewer)));
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The event as this person sees it, if at all.
fn seen(hub: &Hub, live: &Live, viewer: Snowflake) -> Option<(&'static str, Value)> {
    let store = hub.store();
    if !store.may_see(viewer, live.audience) {
        return None;
    }
    let data = match (live.message, live.name) {
        (Some(key), _) => store.message_json(store.messages.get(&key)?, viewer),
        (None, "COMMANDS") => {
            let commands: Vec<_> = store.commands_for(viewer).into_iter().map(|c| c.json()).collect();
            json!({"commands": commands})
        }
        (None, _) => live.data.as_ref().clone(),
    };
    Some((live.name, data))
}
