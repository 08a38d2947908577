//! Is it alive, is it ready, how is it doing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::metrics::Metrics;
use crate::store::Store;

/// What the probes look at.
#[derive(Debug, Clone)]
pub struct Health {
    /// Asked for a write and for counts.
    pub store: Store,
    /// The figures.
    pub metrics: Arc<Metrics>,
}

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database takes writes. The chat may be away: leads are taken all the same.
pub async fn readyz(State(health): State<Health>) -> Response {
    match health.store.notice_others().await {
        Ok(()) if health.metrics.chat_connected.get() == 1 => "ready\n".into_response(),
        Ok(()) => "ready; the chat is not connected: leads are kept and posted when it is\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// Figures for Prometheus.
pub async fn metrics(State(health): State<Health>) -> Response {
    if let Ok(counts) = health.store.counts().await {
        health.metrics.leads_open.set(counts.open);
        health.metrics.deliveries_new.set(counts.deliveries_new);
        health.metrics.deliveries_quarantined.set(counts.quarantined);
        health.metrics.notices_pending.set(counts.notices_pending);
        health.metrics.dead.set(counts.notices_dead + counts.cards_dead);
    }
    match health.metrics.encode() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
