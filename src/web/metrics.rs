//! Figures for Prometheus. No label names a person, and each has few values.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Which source, and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The source; `unknown` for any that is not there.
    pub source: String,
    /// The status.
    pub status: u16,
}

/// All figures.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests to `/hooks`.
    pub hooks: Family<Answered, Counter>,
    /// Seconds from the last byte of a request to the commit of its delivery.
    pub accept_seconds: Histogram,
    /// 1 while the chat is connected.
    pub chat_connected: Gauge,
    /// Leads that are not closed.
    pub leads_open: Gauge,
    /// Deliveries that wait to be worked.
    pub deliveries_new: Gauge,
    /// Deliveries that could not be read.
    pub deliveries_quarantined: Gauge,
    /// Notices that wait.
    pub notices_pending: Gauge,
    /// Cards and notices that were given up.
    pub dead: Gauge,
    /// Requests kept in the spool because the database refused them.
    pub spooled: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("leadbell");
        let hooks = Family::<Answered, Counter>::default();
        registry.register("hook_requests", "Requests to /hooks by source and answer", hooks.clone());
        let accept_seconds = Histogram::new([0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5]);
        registry.register("accept_seconds", "Time to commit a delivery", accept_seconds.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let chat_connected = gauge("chat_connected", "1 while the chat is connected");
        let leads_open = gauge("leads_open", "Leads that are not closed");
        let deliveries_new = gauge("deliveries_new", "Deliveries that wait to be worked");
        let deliveries_quarantined = gauge("deliveries_quarantined", "Deliveries that could not be read");
        let notices_pending = gauge("notices_pending", "Notices that wait to be sent");
        let dead = gauge("dead", "Cards and notices that were given up");
        let spooled = Counter::default();
        registry.register("spooled", "Requests kept in the spool", spooled.clone());
        Self {
            registry,
            hooks,
            accept_seconds,
            chat_connected,
            leads_open,
            deliveries_new,
            deliveries_quarantined,
            notices_pending,
            dead,
            spooled,
        }
    }
}

impl Metrics {
    /// In the text format of OpenMetrics.
    ///
    /// # Errors
    /// When a figure cannot be written as text.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
