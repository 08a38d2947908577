//! Trouble on demand: what the next requests and the gateway should suffer.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;

use crate::gateway::GatewayFault;
use crate::limits::Scope;

/// What happens to a REST request.
#[derive(Clone, Debug, PartialEq)]
pub enum RestFault {
    /// Answered 429, without any effect.
    RateLimited {
        /// Seconds to wait.
        retry_after: f64,
        /// Whom it is about.
        scope: Scope,
    },
    /// Answered with this status, without any effect.
    ErrorBefore(u16),
    /// Takes effect, but is answered with this status.
    ErrorAfter(u16),
    /// The connection ends before anything happens.
    CutBefore,
    /// Takes effect, but the connection ends without an answer.
    CutAfter,
    /// Takes this much longer (real time).
    Delay(Duration),
}

/// A fault and the requests it is meant for.
#[derive(Clone, Debug)]
pub struct Ordered {
    method: Option<String>,
    path: String,
    times: u32,
    fault: RestFault,
}

impl Ordered {
    /// The next request of any kind.
    pub fn next(fault: RestFault) -> Self {
        Self { method: None, path: String::new(), times: 1, fault }
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_uppercase());
        self
    }

    /// Only requests whose path contains this.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        part.clone_into(&mut self.path);
        self
    }

    /// That many requests, not just one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method) && path.contains(&self.path)
    }
}

/// The faults that wait for their requests, in the order in which they were asked for.
#[derive(Default)]
pub(crate) struct FaultQueue(VecDeque<Ordered>);

impl FaultQueue {
    pub(crate) fn add(&mut self, ordered: Ordered) {
        self.0.push_back(ordered);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// How many requests are still going to suffer.
    pub(crate) fn pending(&self) -> u32 {
        self.0.iter().map(|ordered| ordered.times).sum()
    }

    /// The fault that this request suffers, if any.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<RestFault> {
        let index = self.0.iter().position(|ordered| ordered.times > 0 && ordered.meets(method, path))?;
        let ordered = &mut self.0[index];
        ordered.times -= 1;
        let fault = ordered.fault.clone();
        if ordered.times == 0 {
            self.0.remove(index);
        }
        Some(fault)
    }
}

/// A fault as `POST /sandbox/faults` takes it:
/// `{"fault": "error_after", "status": 502, "method": "POST", "path": "/messages", "times": 2}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(crate) enum FaultOrder {
    RateLimited {
        #[serde(default = "one_second")]
        retry_after: f64,
        #[serde(default)]
        scope: Scope,
        #[serde(flatten)]
        aim: Aim,
    },
    ErrorBefore {
        #[serde(default = "bad_gateway")]
        status: u16,
        #[serde(flatten)]
        aim: Aim,
    },
    ErrorAfter {
        #[serde(default = "bad_gateway")]
        status: u16,
        #[serde(flatten)]
        aim: Aim,
    },
    CutBefore {
        #[serde(flatten)]
        aim: Aim,
    },
    CutAfter {
        #[serde(flatten)]
        aim: Aim,
    },
    Delay {
        ms: u64,
        #[serde(flatten)]
        aim: Aim,
    },
    /// Without a code: a close frame without one.
    Close {
        code: Option<u16>,
    },
    Cut,
    Zombie,
    Reconnect,
    InvalidSession {
        #[serde(default)]
        resumable: bool,
    },
    DropSession,
    DuplicateInteraction,
    ReorderInteractions,
    UnknownEvent,
    /// Forgets all REST faults that wait.
    Clear,
}

/// Which requests a fault is meant for.
#[derive(Debug, Deserialize)]
pub(crate) struct Aim {
    method: Option<String>,
    #[serde(default)]
    path: String,
    #[serde(default = "once")]
    times: u32,
}

fn one_second() -> f64 {
    1.0
}

fn bad_gateway() -> u16 {
    502
}

fn once() -> u32 {
    1
}

/// An order, sorted by where it goes.
pub(crate) enum Sorted {
    Rest(Ordered),
    Gateway(GatewayFault),
    Clear,
}

impl From<FaultOrder> for Sorted {
    fn from(order: FaultOrder) -> Self {
        let aimed = |aim: Aim, fault| {
            let method = aim.method.map(|method| method.to_uppercase());
            Self::Rest(Ordered { method, path: aim.path, times: aim.times, fault })
        };
        match order {
            FaultOrder::RateLimited { retry_after, scope, aim } => aimed(aim, RestFault::RateLimited { retry_after, scope }),
            FaultOrder::ErrorBefore { status, aim } => aimed(aim, RestFault::ErrorBefore(status)),
            FaultOrder::ErrorAfter { status, aim } => aimed(aim, RestFault::ErrorAfter(status)),
            FaultOrder::CutBefore { aim } => aimed(aim, RestFault::CutBefore),
            FaultOrder::CutAfter { aim } => aimed(aim, RestFault::CutAfter),
            FaultOrder::Delay { ms, aim } => aimed(aim, RestFault::Delay(Duration::from_millis(ms))),
            FaultOrder::Close { code: Some(code) } => Self::Gateway(GatewayFault::Close(code)),
            FaultOrder::Close { code: None } => Self::Gateway(GatewayFault::CloseWithoutCode),
            FaultOrder::Cut => Self::Gateway(GatewayFault::Cut),
            FaultOrder::Zombie => Self::Gateway(GatewayFault::Zombie),
            FaultOrder::Reconnect => Self::Gateway(GatewayFault::Reconnect),
            FaultOrder::InvalidSession { resumable } => Self::Gateway(GatewayFault::InvalidSession { resumable }),
            FaultOrder::DropSession => Self::Gateway(GatewayFault::DropSession),
            FaultOrder::DuplicateInteraction => Self::Gateway(GatewayFault::DuplicateInteraction),
            FaultOrder::ReorderInteractions => Self::Gateway(GatewayFault::ReorderInteractions),
            FaultOrder::UnknownEvent => Self::Gateway(GatewayFault::UnknownEvent),
            FaultOrder::Clear => Self::Clear,
        }
    }
}
