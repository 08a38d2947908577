//! The end of a seed: faults stop, everything comes to rest, and then all that was promised must be there to see.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Duration;
use leadbell::domain::decision::{News, Recipient};
use leadbell::domain::ids::LeadId;
use leadbell::domain::message::View;
use leadbell::domain::scoring;
use leadbell::store::Store;
use leadbell::wording::card::{CardFacts, card};
use leadbell::wording::notices::{Beside, NoticeFacts, Reach, notice};
use leadbell::wording::pile::pile;

use super::chat::{Chat, Message, card_of, words};
use super::eye::{CardRow, Eye, Kept, Told};
use super::life::Life;
use super::steps::settle;
use super::world::{State, World};
use super::{apart, days, laws, people};

/// Most rounds until delivery is idle.
const ROUNDS_MAX: usize = 400;

/// Ends the faults, lets time pass until delivery is idle, and checks everything.
pub(super) fn come_to_rest(life: &Life, world: &Arc<World>) {
    world.say("all is well from now on");
    {
        let mut state = world.state();
        state.healed = true;
        state.away = None;
        state.refuses = None;
    }
    life.see(async {
        apart::comes_back(world, &life.store).await;
        idle(life, world).await;
        world.pass(Duration::seconds(300));
        let now = world.now();
        let revived = (life.store.revive_cards(now).await, life.store.revive_notices(now).await);
        world.say(format!("revived: {revived:?}"));
        idle(life, world).await;
        for _ in 0..world.between(0, 6) {
            let Ok(Some(due)) = life.store.next_wake().await else { break };
            world.pass((due - world.now()).max(Duration::milliseconds(1)));
            idle(life, world).await;
        }
        laws::hold(world, &life.store, life.eye()).await;
        check(world, &life.store, life.eye()).await;
    });
}

/// Until no card, notice or delivery waits any more.
async fn idle(life: &Life, world: &World) {
    for _ in 0..ROUNDS_MAX {
        settle(life, world).await;
        let due = (life.store.next_card_due().await, life.store.next_notice_due().await);
        let (Ok(card), Ok(notice)) = due else { return world.wrong("what is due cannot be read") };
        let Some(due) = card.into_iter().chain(notice).min() else { return };
        // What waits behind something else is not due before that is.
        world.pass((due - world.now()).max(Duration::seconds(30)));
    }
    world.wrong("delivery does not come to rest");
}

async fn check(world: &World, store: &Store, eye: &Eye) {
    match store.audit(world.now()).await {
        Ok(findings) => {
            for finding in findings.iter().filter(|f| !f.broken.is_empty()) {
                world.wrong(format!("it does not hold that {}: {:?}", finding.holds, finding.broken));
            }
        }
        Err(error) => world.wrong(format!("the audit fails: {error}")),
    }
    let (deliveries, submissions) = (eye.deliveries().await, eye.submissions().await);
    let cards = eye.cards().await;
    let told = titles(world, store, eye.notices().await).await;
    let mut wrong = Vec::new();
    {
        let state = world.state();
        nothing_is_lost(&state, &deliveries, &mut wrong);
        people::submissions_are_made_once(&state, &submissions, &mut wrong);
        nothing_is_told_twice_or_never(&state.chat, &told, &mut wrong);
    }
    for lead in eye.leads().await {
        people::owners_hear_of_it(store, eye, lead.0, &mut wrong).await;
        is_worth_what_it_says(world, store, lead.0, &mut wrong).await;
    }
    people::known(world, store, &submissions, &mut wrong).await;
    days::came_once(world, store, eye, &mut wrong).await;
    for row in &cards {
        card_is_right(world, store, row, &mut wrong).await;
    }
    for what in wrong {
        world.wrong(what);
    }
}

/// An open lead is worth what the rules give it today, whatever it was worth when it came in.
async fn is_worth_what_it_says(world: &World, store: &Store, id: LeadId, wrong: &mut Vec<String>) {
    let Ok(Some(lead)) = store.lead(id).await else { return wrong.push(format!("{id} cannot be read")) };
    let (score, _) = scoring::of(&lead, &store.playbook(), world.now());
    if !lead.course.state.is_closed() && lead.course.score.as_ref() != Some(&score) {
        wrong.push(format!("{id} is worth {score:?}, and says {:?}", lead.course.score));
    }
}

/// What was answered "kept" is kept, and was worked.
fn nothing_is_lost(state: &State, deliveries: &[Kept], wrong: &mut Vec<String>) {
    for (nth, sent) in state.sent.iter().enumerate() {
        let there = deliveries.iter().filter(|d| d.body == sent.body).count();
        if there < sent.kept {
            wrong.push(format!("request {nth} was kept {} times, {there} are there", sent.kept));
        }
    }
    for delivery in deliveries {
        let Some(sent) = state.sent.iter().find(|s| s.body == delivery.body) else {
            wrong.push(format!("delivery {} was sent by nobody", delivery.id));
            continue;
        };
        let right = match delivery.state.as_str() {
            "done" => !sent.broken && (delivery.submissions > 0 || sent.signals > 0),
            "repeat" => !sent.broken,
            "quarantined" => sent.broken,
            _ => false,
        };
        if !right {
            wrong.push(format!(
                "delivery {} is {} with {} submissions, and broken is {}",
                delivery.id, delivery.state, delivery.submissions, sent.broken
            ));
        }
    }
}

/// What a card should look like, and the revision that it then shows.
async fn expected(world: &World, store: &Store, row: &CardRow) -> Option<(View, i64)> {
    let (roster, playbook) = (store.roster(), store.playbook());
    if row.lead == LeadId(0) {
        let mut waiting = Vec::new();
        for team in playbook.teams.iter().filter(|team| team.channel == row.channel) {
            waiting.extend(store.piled(&team.key).await.ok()?);
        }
        // Nobody has seen its revisions: where the copy that is recorded was taken away, nothing new has come since.
        return Some((pile(&waiting), 0));
    }
    let lead = store.lead(row.lead).await.ok()??;
    let facts = CardFacts { lead: &lead, playbook: &playbook, roster: &roster, channel: &row.channel, now: world.now() };
    Some((card(&facts), lead.rev))
}

/// One card that can be seen, and it shows the lead as it is.
async fn card_is_right(world: &World, store: &Store, row: &CardRow, wrong: &mut Vec<String>) {
    let CardRow { lead: id, channel, shown, wanted, message, dead, is_posted: _ } = row;
    if let Some(why) = dead {
        wrong.push(format!("the card of {id} was given up: {why}"));
    }
    let Some((expected, rev)) = expected(world, store, row).await else {
        wrong.push(format!("the card of {id} is of no lead"));
        return;
    };
    let state = world.state();
    let there = state.chat.cards(*id, channel);
    let recorded = |m: &&Message| message.as_deref() == Some(m.at.message.as_str());
    // What a person took away stays away until there is something new to show.
    let taken_away = state.chat.messages.iter().filter(recorded).any(|m| m.by_hand.is_some_and(|seen| seen >= rev));
    match there.as_slice() {
        [] if taken_away => {}
        [] => wrong.push(format!("{id} has no card in {channel}")),
        [one] => {
            let same = one.view.title == expected.title
                && one.view.tone == expected.tone
                && one.view.lines == expected.lines
                && one.view.rows == expected.rows;
            if !same {
                let lines = |view: &View| view.lines.iter().map(words).collect::<Vec<_>>();
                wrong.push(format!(
                    "{id} rev {rev} in {channel} (shown {shown}, wanted {wanted}) shows \"{}\" {:?} instead of \"{}\" {:?}",
                    words(&one.view.title),
                    lines(&one.view),
                    words(&expected.title),
                    lines(&expected)
                ));
            }
            if !recorded(one) {
                wrong.push(format!("{id} has its card at {}, and {message:?} is recorded", one.at.message));
            }
        }
        many => {
            let posted: Vec<String> =
                many.iter().map(|m| format!("{} at {}", m.at.message, m.posted.format("%m-%d %H:%M:%S"))).collect();
            wrong.push(format!("{id} has {} cards in {channel}: {posted:?}", many.len()));
        }
    }
}

/// A notice with the words under which it would be told.
struct Titled {
    row: Told,
    title: String,
}

async fn titles(world: &World, store: &Store, rows: Vec<Told>) -> Vec<Titled> {
    let (roster, playbook) = (store.roster(), store.playbook());
    let mut titled = Vec::new();
    for row in rows {
        let Ok(news) = serde_json::from_str::<News>(&row.news) else {
            world.wrong(format!("notice {} cannot be read", row.id));
            continue;
        };
        // Its words depend on the stage, which may have changed since, or stand beside it until they were told.
        let is_kept = matches!(news, News::Day { .. } | News::Digest { .. } | News::OtherNotes { .. });
        if is_kept || matches!(news, News::StageOverdue { .. }) {
            continue;
        }
        let lead = match row.lead {
            Some(id) => store.lead(id).await.ok().flatten(),
            None => None,
        };
        let facts = NoticeFacts {
            lead: lead.as_ref(),
            playbook: &playbook,
            roster: &roster,
            now: world.now(),
            reach: Reach::Private,
            beside: Beside::default(),
        };
        titled.push(Titled { title: words(&notice(&news, &facts).title), row });
    }
    titled
}

/// Each piece of news was told as often as it happened.
fn nothing_is_told_twice_or_never(chat: &Chat, told: &[Titled], wrong: &mut Vec<String>) {
    let mut footers: BTreeMap<String, usize> = BTreeMap::new();
    for message in chat.messages.iter().filter(|m| card_of(&m.view).is_none()) {
        *footers.entry(words(&message.view.footer)).or_default() += 1;
    }
    for (footer, times) in footers.iter().filter(|(_, times)| **times > 1) {
        wrong.push(format!("\"{footer}\" was told {times} times"));
    }
    let mut rows: BTreeMap<(String, &str, Option<LeadId>), (usize, usize)> = BTreeMap::new();
    for Titled { row, title } in told {
        let to = match &row.recipient {
            Recipient::Person(person) => format!("person {}", person.0),
            Recipient::Thread => "thread".to_owned(),
            Recipient::Managers => "managers".to_owned(),
            Recipient::Channel(id) => format!("channel {id}"),
        };
        let (sent, may) = rows.entry((to, title, row.lead)).or_default();
        *sent += usize::from(row.state == "sent");
        // What ended otherwise may have been told all the same, when its reason went while it was on its way.
        *may += 1;
    }
    // Two recipients may hear the same words: only the sum over all of them can be seen in the chat.
    let mut sums: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((_, title, _), (sent, may)) in &rows {
        let sum = sums.entry(title).or_default();
        *sum = (sum.0 + sent, sum.1 + may);
    }
    let (mut unheard, mut missing) = (0, Vec::new());
    for (title, (sent, may)) in sums {
        let heard = heard(chat, title);
        let what = || format!("\"{title}\" was told {heard} times; {sent} to {may} would be right");
        if heard > may {
            wrong.push(what());
        } else if heard < sent {
            unheard += sent - heard;
            missing.push(what());
        }
    }
    // Of a heap that is cut short, the rest is told by its number.
    if unheard > cut_short(chat) {
        wrong.append(&mut missing);
    }
}

/// How many things were told by their number only.
fn cut_short(chat: &Chat) -> usize {
    let more = |line: String| line.strip_prefix("and ")?.split_once(" more: ")?.0.parse::<usize>().ok();
    chat.messages.iter().flat_map(|m| &m.view.lines).filter_map(|line| more(words(line))).sum()
}

/// How often the words were told, alone or among others.
fn heard(chat: &Chat, title: &str) -> usize {
    let bullet = format!("• {title}");
    let times =
        |m: &Message| usize::from(words(&m.view.title) == title) + m.view.lines.iter().filter(|l| words(l) == bullet).count();
    chat.messages.iter().filter(|m| card_of(&m.view).is_none()).map(times).sum()
}
