//! `/fairness`: whose turn it is in each team. Everybody who works leads may read it: what can be counted again needs no trust.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::fairness;
use crate::wording::turns;

/// The teams' members in order of turn.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, Stop> {
    let counted = call.desk.store.turns(call.now).await?;
    let order = |team| fairness::order(&counted.ledger, team, (&call.roster, call.now), &counted.asked);
    let teams: Vec<_> = call.teams_or_all()?.into_iter().map(|team| (team, order(&team.key))).collect();
    let view = turns::shown(&teams, call.world());
    Ok(if call.says("public") { Answer::Public(view) } else { Answer::Private(view) })
}
