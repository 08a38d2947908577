//! What people do to a lead, one flow a file: from the first press to the last question.

pub(super) mod attempt;
pub(super) mod deal;
pub(super) mod disqualify;
pub(super) mod follow_up;
pub(super) mod hand_over;
pub(super) mod help;
pub(super) mod look;
pub(super) mod merge;
pub(super) mod pile;
pub(super) mod reason;
pub(super) mod repair;
pub(super) mod stage;
pub(super) mod take;
pub(super) mod template;
pub(super) mod trade;
