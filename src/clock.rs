//! The only place where the time of day is taken. Everything else is handed a `Clock`, so that tests and the demo can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Tells the time, in whole milliseconds.
#[derive(Debug, Clone)]
pub struct Clock(Inner);

#[derive(Debug, Clone)]
enum Inner {
    System,
    /// The system's time plus so many milliseconds.
    Shifted(Arc<AtomicI64>),
    /// Stands still until moved; milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own.
    #[must_use]
    pub fn system() -> Self {
        Self(Inner::System)
    }

    /// Runs like the machine's own, and can be moved on: for the demo.
    #[must_use]
    pub fn shifted() -> Self {
        Self(Inner::Shifted(Arc::default()))
    }

    /// Stands still until moved: for tests.
    #[must_use]
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self(Inner::Manual(Arc::new(AtomicI64::new(at.timestamp_millis()))))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match &self.0 {
            Inner::System => system_millis(),
            Inner::Shifted(by) => system_millis().saturating_add(by.load(Ordering::SeqCst)),
            Inner::Manual(at) => at.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Moves a clock that can be moved; the machine's own stays.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Inner::System => {}
            Inner::Shifted(at) | Inner::Manual(at) => {
                at.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_millis() -> i64 {
    Utc::now().timestamp_millis()
}
