//! Many leads at once, for those who want to see what becomes of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::Core;
use crate::store::{Holds, NewDelivery, Proof};

/// Invented people, who write all at once.
const PEOPLE: [&str; 8] =
    ["Amir Lodge", "Bea Novotna", "Cem Aydin", "Dara Quinn", "Elio Conti", "Faye Brandt", "Goran Ilic", "Hedda Lien"];

#[derive(Clone)]
struct Crowd {
    core: Core,
    /// Counts the rushes, so that each is of other people.
    rushes: Arc<AtomicU32>,
}

/// Where the page's button posts to.
pub(super) fn route(core: &Core) -> Router {
    let crowd = Crowd { core: core.clone(), rushes: Arc::default() };
    Router::new().route("/demo/rush", post(rush)).with_state(crowd)
}

async fn rush(State(crowd): State<Crowd>) -> Json<Value> {
    let round = crowd.rushes.fetch_add(1, Ordering::Relaxed) + 1;
    let mut kept = 0_u32;
    for name in PEOPLE {
        let house = name.split(' ').next_back().unwrap_or_default().to_lowercase();
        let body = json!({
            "name": name,
            "email": format!("hello{round}@{house}{round}.example"),
            "company": format!("{} {round}", name.split(' ').next_back().unwrap_or_default()),
            "country": "GB",
            "message": "We saw you on television. What does one cost?",
        });
        let delivery = NewDelivery {
            source: "website".into(),
            received_at: crowd.core.clock.now(),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
            proof: Proof::Url,
            holds: Holds::Leads,
        };
        match crowd.core.store.accept(delivery).await {
            Ok(_) => kept += 1,
            Err(error) => tracing::error!(%error, "a lead of the rush could not be kept"),
        }
    }
    crowd.core.nudge.notify_waiters();
    Json(json!({"sent": kept}))
}
