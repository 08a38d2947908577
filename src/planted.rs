//! Bugs put in on purpose. A simulation that finds nothing proves nothing until it has been seen finding these.
//! Invariant: without the feature `planted`, which nothing that is shipped has, no bug can be planted and no code is left of the question.

#[cfg(feature = "planted")]
use std::sync::RwLock;

#[cfg(feature = "planted")]
static PLANTED: RwLock<Vec<&'static str>> = RwLock::new(Vec::new());

/// Is this bug planted?
#[cfg(feature = "planted")]
#[must_use]
pub fn is(bug: &str) -> bool {
    PLANTED.read().is_ok_and(|planted| planted.contains(&bug))
}

/// Is this bug planted? Never, without the feature.
#[cfg(not(feature = "planted"))]
#[must_use]
#[inline(always)]
pub const fn is(_bug: &str) -> bool {
    false
}

/// Plants these bugs and no others, for the whole process.
#[cfg(feature = "planted")]
pub fn plant(bugs: &[&'static str]) {
    if let Ok(mut planted) = PLANTED.write() {
        planted.clear();
        planted.extend_from_slice(bugs);
    }
}
