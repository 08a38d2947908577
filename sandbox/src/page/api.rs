//! What the page asks: the state, the messages of a channel, acts, faults.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use chrono::SecondsFormat;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::{FaultOrder, Sorted};
use crate::interactions::probe;
use crate::model::{Channel, Message};
use crate::people::{Act, Trouble, perform};
use crate::rest::json_response;
use crate::snowflake::Snowflake;
use crate::store::{Hub, Store};

/// Whose eyes the page looks through.
#[derive(Deserialize)]
pub(super) struct Viewer {
    #[serde(rename = "as")]
    viewer: Option<Snowflake>,
}

fn malformed(text: &str) -> Response<Body> {
    json_response(StatusCode::BAD_REQUEST, &json!({"ok": false, "error": text}))
}

/// The state as one person sees it; without a person, as the first one does.
pub(super) async fn state(State(hub): State<Hub>, Query(query): Query<Viewer>) -> Response<Body> {
    let store = hub.store();
    let first = || store.users.values().find(|user| !user.bot && store.members.contains_key(&user.id)).map(|u| u.id);
    match query.viewer.or_else(first) {
        Some(viewer) if store.users.contains_key(&viewer) => json_response(StatusCode::OK, &state_json(&store, viewer)),
        _ => malformed("There is no such person."),
    }
}

fn state_json(store: &Store, viewer: Snowflake) -> Value {
    let people = store.users.values().filter(|user| !user.bot);
    let people = people.filter_map(|user| {
        let member = store.members.get(&user.id)?;
        Some(json!({"user": user.json(), "roles": member.roles, "status": "online", "note": user.note}))
    });
    let seen = |c: &&Channel| match c.recipient {
        Some(person) => person == viewer,
        None => store.channel_seen_by(c.id, viewer).is_ok(),
    };
    let channels = store.channels.values().filter(seen).map(|c| store.channel_json(c, viewer));
    json!({
        "now": store.now().to_rfc3339_opts(SecondsFormat::Millis, true),
        "guild": {"id": store.guild.id, "name": store.guild.name}, "bot": store.user_json(store.bot()),
        "me": store.user_json(viewer), "people": people.collect::<Vec<_>>(),
        "roles": store.roles.values().map(|role| role.json()).collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
        "commands": store.commands_for(viewer).into_iter().map(|c| c.json()).collect::<Vec<_>>(),
        "panels": store.panels, "title": store.title, "connected": store.connected(),
    })
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(rename = "as")]
    viewer: Snowflake,
    channel: Snowflake,
    limit: Option<usize>,
    before: Option<Snowflake>,
}

pub(super) async fn messages(State(hub): State<Hub>, Query(which): Query<Which>) -> Response<Body> {
    let store = hub.store();
    if let Err(refusal) = store.channel_seen_by(which.channel, which.viewer) {
        return json_response(refusal.status, &refusal.body());
    }
    let mine = |message: &&Message| {
        message.only_for.is_none_or(|person| person == which.viewer) && which.before.is_none_or(|end| message.id < end)
    };
    let limit = which.limit.unwrap_or(50).min(500);
    let mut list: Vec<_> = store.messages_in(which.channel).rev().filter(mine).take(limit).collect();
    list.reverse();
    let list = list.into_iter().map(|message| store.message_json(message, which.viewer)).collect();
    json_response(StatusCode::OK, &list)
}

pub(super) async fn act(State(hub): State<Hub>, body: Result<Json<Act>, JsonRejection>) -> Response<Body> {
    let act = match body {
        Ok(Json(act)) => act,
        Err(rejection) => return malformed(&rejection.body_text()),
    };
    match perform(&hub, act).await {
        Ok(outcome) => json_response(StatusCode::OK, &json!(outcome)),
        Err(Trouble::Told(text)) => json_response(StatusCode::OK, &json!({"ok": false, "error": text})),
        Err(Trouble::Malformed(text)) => malformed(&text),
    }
}

/// Takes one fault or a list of them.
pub(super) async fn faults(State(hub): State<Hub>, body: Result<Json<Value>, JsonRejection>) -> Response<Body> {
    let orders = match body {
        Ok(Json(Value::Array(list))) => list,
        Ok(Json(one)) => vec![one],
        Err(rejection) => return malformed(&rejection.body_text()),
    };
    let orders: Result<Vec<FaultOrder>, _> = orders.into_iter().map(serde_json::from_value).collect();
    let orders = match orders {
        Ok(orders) => orders,
        Err(error) => return malformed(&error.to_string()),
    };
    let mut store = hub.store();
    for order in orders {
        store.order_fault(order.into());
    }
    json_response(StatusCode::OK, &json!({"ok": true, "pending": store.faults.pending()}))
}

impl Store {
    pub(crate) fn order_fault(&mut self, order: Sorted) {
        match order {
            Sorted::Rest(ordered) => self.faults.add(ordered),
            Sorted::Gateway(fault) => self.sessions.fault(fault),
            Sorted::Clear => self.faults.clear(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Endpoint {
    url: Option<String>,
}

/// Sets or takes away the interactions endpoint, as the developer portal does: it is tried first.
pub(super) async fn endpoint(State(hub): State<Hub>, Json(body): Json<Endpoint>) -> Response<Body> {
    match set_endpoint(&hub, body.url).await {
        Ok(()) => json_response(StatusCode::OK, &json!({"ok": true})),
        Err(why) => json_response(StatusCode::OK, &json!({"ok": false, "error": why})),
    }
}

/// Tries a URL and takes it; `None` goes back to the gateway.
pub(crate) async fn set_endpoint(hub: &Hub, url: Option<String>) -> Result<(), String> {
    if let Some(url) = &url {
        probe(hub, url).await?;
    }
    let mut store = hub.store();
    store.application.endpoint = url;
    store.reload_page();
    Ok(())
}
