//! `/team …`: who works where and how much they get. Teams themselves are made in the playbook.

use super::{Call, Stop};
use crate::chat::{Answer, Visitor};
use crate::domain::eligibility;
use crate::domain::ids::PersonId;
use crate::domain::lead::Profile;
use crate::domain::message::View;
use crate::domain::person::{Pause, Person, Rights};
use crate::domain::preview;
use crate::playbook::Team;
use crate::store::PlaceChange;
use crate::wording::teams::{self, Member};

/// The people of a team, with their shares.
pub(super) async fn show(call: &Call<'_>) -> Result<Answer, Stop> {
    let loads = call.desk.store.loads().await?;
    let view = teams::shown(call.teams_or_all()?.iter().map(|team| (*team, members(call, team, &loads))), call.world());
    Ok(Answer::Private(view))
}

/// Who could take a lead now, and why not the others.
pub(super) async fn who_is_on(call: &Call<'_>) -> Result<Answer, Stop> {
    let loads = call.desk.store.loads().await?;
    let snapshot = call.desk.store.glance(call.now).await?;
    // A lead that nobody has had before: eligibility is then about the person alone.
    let any = preview::made_up(Profile::blank("any".into(), call.now), call.now);
    let mut told = Vec::new();
    for team in call.teams_or_all()? {
        let people = members(call, team, &loads);
        let checked = people.into_iter().map(|member| {
            let refusal = eligibility::check(&snapshot, &any, &team.key, member.person, call.now).err();
            (member, refusal)
        });
        told.push((team, checked.collect()));
    }
    Ok(Answer::Private(teams::who_is_on(&told, call.world())))
}

impl Call<'_> {
    /// As `teams`, and for those who work in none, all: everybody may look.
    pub(super) fn teams_or_all(&self) -> Result<Vec<&Team>, Stop> {
        let own = self.teams()?;
        Ok(if own.is_empty() { self.playbook.teams.iter().collect() } else { own })
    }

    /// The team that must be given.
    fn needed_team(&self) -> Result<&Team, Stop> {
        self.needed("team")?;
        self.team()?.ok_or_else(|| crate::wording::lists::left_out("team").into())
    }
}

fn members<'a>(
    call: &'a Call<'_>,
    team: &'a Team,
    loads: &std::collections::BTreeMap<PersonId, crate::store::Load>,
) -> Vec<Member<'a>> {
    let member = |(person, membership): (&'a Person, _)| Member {
        person,
        membership,
        load: loads.get(&person.id).copied().unwrap_or_default(),
    };
    call.roster.members(&team.key).map(member).collect()
}

/// Puts somebody into a team; whoever was a guest works leads from now on.
pub(super) async fn add(call: &Call<'_>) -> Result<Answer, Stop> {
    let (team, visitor) = (call.needed_team()?, call.visitor("person")?);
    let known = call.roster.by_chat_id(&visitor.chat_id);
    let person = match known {
        Some(person) if person.rights >= Rights::Rep => person.id,
        Some(_) | None => call.desk.store.meet(visitor.clone(), Rights::Rep, Vec::new(), call.now).await?,
    };
    let new = change(call, person, team, PlaceChange::Join).await?;
    if let Some(weight) = call.whole("weight") {
        change(call, person, team, PlaceChange::Weight(weight)).await?;
    }
    if let Some(cap) = call.whole("cap") {
        change(call, person, team, PlaceChange::Cap(Some(cap))).await?;
    }
    told(call, |world| if new { teams::added(person, team, world) } else { teams::there_already(person, team, world) })
}

/// Takes somebody out of a team.
pub(super) async fn remove(call: &Call<'_>) -> Result<Answer, Stop> {
    let (team, visitor) = (call.needed_team()?, call.visitor("person")?);
    let person = placed(call, visitor, team).ok_or_else(|| teams::not_there_anyway(&visitor.name, team))?;
    let owned = call.desk.store.loads().await?.get(&person).map_or(0, |load| load.owned);
    change(call, person, team, PlaceChange::Leave).await?;
    let role = team.role.clone().filter(|role| visitor.roles.contains(role));
    told(call, |world| teams::removed(person, team, teams::Keeps { owned, role: role.as_deref() }, world))
}

/// Sets somebody's share.
pub(super) async fn weight(call: &Call<'_>) -> Result<Answer, Stop> {
    let (team, visitor) = (call.needed_team()?, call.visitor("person")?);
    let person = place(call, visitor, team)?;
    let weight = call.whole("weight").ok_or_else(|| crate::wording::lists::left_out("weight"))?;
    change(call, person, team, PlaceChange::Weight(weight)).await?;
    told(call, |world| teams::weighs(person, team, weight, world))
}

/// Sets somebody's most untouched leads, or most leads a day, or leaves it to the playbook.
pub(super) async fn cap(call: &Call<'_>) -> Result<Answer, Stop> {
    let (team, visitor) = (call.needed_team()?, call.visitor("person")?);
    let person = place(call, visitor, team)?;
    let cap = call.whole("cap");
    if call.text("per") == Some("day") {
        change(call, person, team, PlaceChange::Daily(cap)).await?;
        return told(call, |world| teams::limited(person, team, cap, world));
    }
    change(call, person, team, PlaceChange::Cap(cap)).await?;
    told(call, |world| teams::capped(person, team, cap, world))
}

/// Gives somebody nothing new for a while, or ends that.
pub(super) async fn pause(call: &Call<'_>) -> Result<Answer, Stop> {
    let (team, visitor) = (call.needed_team()?, call.visitor("person")?);
    let person = place(call, visitor, team)?;
    if call.says("resume") {
        change(call, person, team, PlaceChange::Pause(None)).await?;
        return told(call, |world| teams::resumed(person, team, world));
    }
    let until = call.time("until", team.hours.zone())?;
    if until.is_some_and(|until| until <= call.now) {
        return Err(teams::back_in_the_past().into());
    }
    change(call, person, team, PlaceChange::Pause(Some(Pause { until }))).await?;
    told(call, |world| teams::paused(person, team, until, world))
}

/// The person, who must have a place in the team.
fn place(call: &Call<'_>, visitor: &Visitor, team: &Team) -> Result<PersonId, Stop> {
    placed(call, visitor, team).ok_or_else(|| teams::not_there(&visitor.name, team).into())
}

/// The person, if they have a place in the team.
fn placed(call: &Call<'_>, visitor: &Visitor, team: &Team) -> Option<PersonId> {
    call.roster.by_chat_id(&visitor.chat_id).filter(|p| p.membership(&team.key).is_some()).map(|p| p.id)
}

async fn change(call: &Call<'_>, person: PersonId, team: &Team, change: PlaceChange) -> Result<bool, Stop> {
    let (deed, value) = match &change {
        PlaceChange::Join => ("team.add", String::new()),
        PlaceChange::Leave => ("team.remove", String::new()),
        PlaceChange::Weight(weight) => ("team.weight", weight.to_string()),
        PlaceChange::Cap(cap) => ("team.cap", cap.map_or_else(|| "the playbook's".to_owned(), |c| c.to_string())),
        PlaceChange::Daily(most) => ("team.daily", most.map_or_else(|| "the playbook's".to_owned(), |c| c.to_string())),
        PlaceChange::Pause(None) => ("team.pause", "over".to_owned()),
        PlaceChange::Pause(Some(Pause { until })) => {
            ("team.pause", until.map_or_else(|| "until it is ended".to_owned(), |u| format!("until {}", u.to_rfc3339())))
        }
    };
    let about = format!("person {} in {} {value}", person.0, team.key).trim_end().to_owned();
    let there = call.desk.store.change_place(person, team.key.clone(), change, call.deed(deed, about)).await?;
    Ok(there)
}

/// Words that name people as they are now, after the change.
fn told(call: &Call<'_>, words: impl FnOnce(crate::wording::World<'_>) -> View) -> Result<Answer, Stop> {
    let roster = call.desk.store.roster();
    let world = crate::wording::World { playbook: &call.playbook, roster: &roster, now: call.now };
    Ok(Answer::Private(words(world)))
}
