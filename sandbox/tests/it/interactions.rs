//! Interactions from the click to the last follow-up.

use chrono::TimeDelta;
use sandbox::{Act, Outcome, Snowflake};
use serde_json::{Value, json};

use crate::bed::{Answer, Bed, Bot, button, id, text};

const EPHEMERAL: u64 = 64;

/// Clicks, lets the bot answer with this, and returns the interaction, the bot's answer and what the person saw.
async fn answered(bed: &Bed, bot: &mut Bot, act: Act, body: Value) -> (Value, Answer, Outcome) {
    let (outcome, (interaction, answer)) = tokio::join!(bed.sandbox.act(act), async {
        let interaction = bot.event("INTERACTION_CREATE").await;
        let answer = bed.reply(&interaction, body).await;
        (interaction, answer)
    });
    (interaction, answer, outcome)
}

/// A message with a button, and where it stands.
async fn with_button(bed: &Bed) -> (Snowflake, Snowflake) {
    let message = bed.post("general", json!({"content": "ready?", "components": [button("go")]})).await;
    (bed.channel("general"), id(&message))
}

#[tokio::test]
async fn without_a_bot_it_fails_at_once() {
    let bed = Bed::new().await;
    let at = with_button(&bed).await;
    let outcome = bed.sandbox.act(Act::click(bed.user("ada"), at, "go")).await;
    assert_eq!((outcome.ok, outcome.error.as_deref()), (false, Some("The application did not respond")));
}

#[tokio::test]
async fn a_silent_bot_fails_and_comes_too_late() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let outcome = bed.sandbox.act(Act::click(bed.user("ada"), at, "go")).await;
    assert_eq!(outcome.error.as_deref(), Some("This interaction failed"));
    let interaction = bot.event("INTERACTION_CREATE").await;
    let late = bed.reply(&interaction, json!({"type": 6})).await;
    assert_eq!((late.status, late.code()), (404, 10062));
}

#[tokio::test]
async fn a_click_carries_person_place_and_message() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let act = Act::click(bed.user("ada"), at, "go");
    let (interaction, answer, outcome) =
        answered(&bed, &mut bot, act, json!({"type": 7, "data": {"content": "done", "components": []}})).await;
    assert_eq!((answer.status, outcome.kind()), (204, "update"));
    assert_eq!((&interaction["type"], &interaction["locale"]), (&json!(3), &json!("de")));
    assert_eq!(id(&interaction["member"]["user"]), bed.user("ada"));
    assert!(interaction["member"]["permissions"].is_string());
    assert_eq!(interaction["data"], json!({"custom_id": "go", "component_type": 2, "id": 2}));
    assert_eq!(id(&interaction["message"]), at.1);
    let now = bed.sandbox.message(at.1).unwrap();
    assert_eq!((&now["content"], &now["components"]), (&json!("done"), &json!([])));
}

#[tokio::test]
async fn an_interaction_is_answered_once_in_time_with_its_token() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let click = || Act::click(bed.user("ada"), at, "go");
    let (interaction, ..) = answered(&bed, &mut bot, click(), json!({"type": 6})).await;
    let twice = bed.reply(&interaction, json!({"type": 6})).await;
    assert_eq!((twice.status, twice.code()), (400, 40060));
    let mut forged = interaction.clone();
    forged["token"] = json!("forged");
    assert_eq!(bed.reply(&forged, json!({"type": 6})).await.code(), 10062);
    assert_eq!(bed.get(&bed.webhook(&forged, "/messages/@original")).await.code(), 10015);

    let (outcome, late) = tokio::join!(bed.sandbox.act(click()), async {
        let interaction = bot.event("INTERACTION_CREATE").await;
        bed.forward(TimeDelta::seconds(4));
        bed.reply(&interaction, json!({"type": 6})).await
    });
    assert_eq!((outcome.ok, late.code()), (false, 10062));

    bed.forward(TimeDelta::minutes(16));
    let expired = bed.call("PATCH", &bed.webhook(&interaction, "/messages/@original"), json!({"content": "x"})).await;
    assert_eq!((expired.status, expired.code()), (401, 50027));
}

#[tokio::test]
async fn an_ephemeral_answer_is_for_one_person() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let (ada, ben) = (bed.user("ada"), bed.user("ben"));
    let body = json!({"type": 4, "data": {"content": "psst", "flags": EPHEMERAL}});
    let (interaction, _, outcome) = answered(&bed, &mut bot, Act::click(ada, at, "go"), body).await;
    assert_eq!((outcome.kind(), &outcome.answer_message().unwrap()["content"]), ("message", &json!("psst")));
    assert_eq!(bed.sandbox.ephemeral_for(ada).len(), 1);
    assert!(bed.sandbox.ephemeral_for(ben).is_empty());
    assert_eq!(bed.sandbox.messages(at.0).len(), 1);
    let hidden = id(outcome.answer_message().unwrap());
    assert_eq!(bed.get(&format!("/channels/{}/messages/{hidden}", at.0)).await.code(), 10008);
    let shown = bed.get(&bed.webhook(&interaction, "/messages/@original")).await;
    assert_eq!(shown.body["content"], "psst");
    let dismissed = json!({"as": ada, "do": "dismiss", "message": hidden});
    assert!(bed.sandbox.act(serde_json::from_value(dismissed).unwrap()).await.ok);
    assert!(bed.sandbox.ephemeral_for(ada).is_empty());
}

#[tokio::test]
async fn a_deferred_answer_is_filled_in_and_followed_up() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    let command = bed.register(json!({"name": "slow", "description": "d"})).await;
    let act = Act::command(ada, general, command, vec![]);
    let (interaction, _, outcome) = answered(&bed, &mut bot, act, json!({"type": 5, "data": {"flags": EPHEMERAL}})).await;
    assert_eq!(outcome.kind(), "deferred");
    assert_eq!(outcome.answer_message().unwrap()["flags"], 128 + 64);
    let edited = bed.call("PATCH", &bed.webhook(&interaction, "/messages/@original"), json!({"content": "at last"})).await;
    assert_eq!((&edited.body["content"], &edited.body["flags"]), (&json!("at last"), &json!(64)));
    let more = bed.call("POST", &bed.webhook(&interaction, "?wait=true"), json!({"content": "and more"})).await;
    assert_eq!(more.status, 200);
    assert_eq!(bed.sandbox.messages(general).len(), 1, "the follow-up is public");
    assert_eq!(bed.sandbox.ephemeral_for(ada)[0]["content"], "at last");
    let own = format!("/messages/{}", id(&more.body));
    assert_eq!(bed.call("DELETE", &bed.webhook(&interaction, &own), Value::Null).await.status, 204);
    assert!(bed.sandbox.messages(general).is_empty());
}

#[tokio::test]
async fn the_first_follow_up_fills_a_deferred_answer() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let (interaction, _, outcome) = answered(&bed, &mut bot, Act::click(bed.user("ada"), at, "go"), json!({"type": 5})).await;
    let filled = bed.call("POST", &bed.webhook(&interaction, ""), json!({"content": "here"})).await;
    assert_eq!(id(&filled.body), id(outcome.answer_message().unwrap()));
}

#[tokio::test]
async fn a_modal_opens_is_checked_and_sent() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, at) = (bed.user("ada"), with_button(&bed).await);
    let input = json!({"type": 4, "custom_id": "why", "label": "Reason", "style": 1, "min_length": 3});
    let modal =
        json!({"type": 9, "data": {"custom_id": "m", "title": "Why?", "components": [{"type": 1, "components": [input]}]}});
    let (_, _, outcome) = answered(&bed, &mut bot, Act::click(ada, at, "go"), modal).await;
    assert_eq!((outcome.kind(), &outcome.modal().unwrap()["title"]), ("modal", &json!("Why?")));
    let opener = outcome.interaction.unwrap();
    let short = bed.sandbox.act(Act::submit(ada, opener, &[("why", "no")])).await;
    assert_eq!(short.error.as_deref(), Some("Reason: must be between 3 and 4000 characters long."));
    let act = Act::submit(ada, opener, &[("why", "because")]);
    let (interaction, _, outcome) = answered(&bed, &mut bot, act, json!({"type": 7, "data": {"content": "changed"}})).await;
    assert_eq!((&interaction["type"], outcome.kind()), (&json!(5), "update"));
    assert_eq!(interaction["data"]["components"][0]["components"][0]["value"], "because");
    assert_eq!(bed.sandbox.message(at.1).unwrap()["content"], "changed");
}

#[tokio::test]
async fn modals_have_limits_and_do_not_open_modals() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, at) = (bed.user("ada"), with_button(&bed).await);
    let label =
        json!({"type": 18, "label": "L", "component": {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}});
    let bad = json!({"type": 9, "data": {"custom_id": "m", "title": "T".repeat(46), "components": [label]}});
    let good = json!({"type": 9, "data": {"custom_id": "m", "title": "T", "components": [label]}});
    let (outcome, (refused, taken)) = tokio::join!(bed.sandbox.act(Act::click(ada, at, "go")), async {
        let interaction = bot.event("INTERACTION_CREATE").await;
        (bed.reply(&interaction, bad).await, bed.reply(&interaction, good.clone()).await)
    });
    assert_eq!(refused.errors("data.title"), ["BASE_TYPE_BAD_LENGTH"]);
    assert_eq!(taken.status, 204, "a refused answer can be tried again");
    let act = Act::submit(ada, outcome.interaction.unwrap(), &[("s", "a")]);
    let (interaction, answer, _) = answered(&bed, &mut bot, act, good).await;
    assert_eq!(interaction["data"]["components"][0]["component"]["values"], json!(["a"]));
    assert_eq!(answer.errors("type"), ["BASE_TYPE_CHOICES"]);
}

#[tokio::test]
async fn options_come_resolved_and_checked() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, ben, general) = (bed.user("ada"), bed.user("ben"), bed.channel("general"));
    let command = bed
        .register(json!({"name": "give", "description": "d", "options": [
            {"type": 6, "name": "to", "description": "d", "required": true},
            {"type": 4, "name": "count", "description": "d", "max_value": 5},
            {"type": 11, "name": "file", "description": "d"},
        ]}))
        .await;
    let to = json!({"name": "to", "type": 6, "value": ben});
    let missing = bed.sandbox.act(Act::command(ada, general, command, vec![])).await;
    assert_eq!(missing.error.as_deref(), Some("This option is required: to."));
    let many = vec![to.clone(), json!({"name": "count", "type": 4, "value": 9})];
    assert!(!bed.sandbox.act(Act::command(ada, general, command, many)).await.ok);
    let act = json!({"as": ada, "do": "command", "channel": general, "command": command,
        "options": [to, {"name": "count", "type": 4, "value": "3"}, {"name": "file", "type": 11}],
        "files": {"file": {"filename": "a.csv", "content": "eCx5", "encoding": "base64"}}});
    let act = serde_json::from_value(act).unwrap();
    let (interaction, ..) = answered(&bed, &mut bot, act, json!({"type": 4, "data": {"content": "ok"}})).await;
    let data = &interaction["data"];
    assert_eq!((&data["options"][0]["value"], &data["options"][1]["value"]), (&json!(ben), &json!(3)));
    assert_eq!(data["resolved"]["users"][ben.to_string()]["username"], "ben");
    assert!(data["resolved"]["members"][ben.to_string()]["permissions"].is_string());
    let file = text(&data["options"][2]["value"]);
    let url = text(&data["resolved"]["attachments"][file]["url"]);
    assert_eq!(bed.http.get(url).send().await.unwrap().text().await.unwrap(), "x,y");
}

#[tokio::test]
async fn typing_offers_choices() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let command = bed
        .register(json!({"name": "find", "description": "d", "options": [
            {"type": 1, "name": "one", "description": "d", "options": [
                {"type": 3, "name": "text", "description": "d", "autocomplete": true, "required": true},
            ]},
        ]}))
        .await;
    let options = json!([{"name": "one", "type": 1, "options": [{"name": "text", "type": 3, "value": "he", "focused": true}]}]);
    let act = json!({"as": bed.user("ada"), "do": "autocomplete", "channel": bed.channel("general"), "command": command, "options": options});
    let act = serde_json::from_value(act).unwrap();
    let choices = json!([{"name": "hello", "value": "hello"}]);
    let (interaction, _, outcome) = answered(&bed, &mut bot, act, json!({"type": 8, "data": {"choices": choices}})).await;
    assert_eq!(interaction["data"]["options"][0]["options"][0]["focused"], true);
    assert_eq!(outcome.choices(), choices.as_array().unwrap());
}

#[tokio::test]
async fn selects_carry_values_and_what_they_mean() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, ben) = (bed.user("ada"), bed.user("ben"));
    let row = |select: Value| json!({"type": 1, "components": [select]});
    let options = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]);
    let rows = json!([row(json!({"type": 3, "custom_id": "s", "options": options})), row(json!({"type": 5, "custom_id": "u"}))]);
    let message = bed.post("general", json!({"content": "choose", "components": rows})).await;
    let at = (bed.channel("general"), id(&message));
    let wrong = bed.sandbox.act(Act::select(ada, at, "s", &["c"])).await;
    assert!(!wrong.ok);
    let (interaction, ..) = answered(&bed, &mut bot, Act::select(ada, at, "s", &["b"]), json!({"type": 6})).await;
    assert_eq!(interaction["data"]["values"], json!(["b"]));
    let ben_id = ben.to_string();
    let (interaction, ..) = answered(&bed, &mut bot, Act::select(ada, at, "u", &[&ben_id]), json!({"type": 6})).await;
    assert_eq!(interaction["data"]["resolved"]["users"][&ben_id]["username"], "ben");
}

#[tokio::test]
async fn menu_commands_carry_their_target() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    let command = bed.register(json!({"name": "Make a note", "type": 3})).await;
    let message = id(&bed.post("general", json!({"content": "note me"})).await);
    let act = Act::menu(ada, general, command, message);
    let (interaction, ..) = answered(&bed, &mut bot, act, json!({"type": 4, "data": {"content": "noted"}})).await;
    assert_eq!(interaction["data"]["target_id"], json!(message));
    assert_eq!(interaction["data"]["resolved"]["messages"][message.to_string()]["content"], "note me");
}

#[tokio::test]
async fn commands_can_be_for_some_only() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let command = bed.register(json!({"name": "admin", "description": "d", "default_member_permissions": "8"})).await;
    let general = bed.channel("general");
    let refused = bed.sandbox.act(Act::command(bed.user("ada"), general, command, vec![])).await;
    assert_eq!(refused.error.as_deref(), Some("You do not have permission to use this command here."));
    let act = Act::command(bed.user("cleo"), general, command, vec![]);
    let (.., outcome) = answered(&bed, &mut bot, act, json!({"type": 4, "data": {"content": "yes"}})).await;
    assert!(outcome.ok);
}

#[tokio::test]
async fn with_response_shows_what_was_made() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let at = with_button(&bed).await;
    let (_, answer) = tokio::join!(bed.sandbox.act(Act::click(bed.user("ada"), at, "go")), async {
        let interaction = bot.event("INTERACTION_CREATE").await;
        let path =
            format!("/interactions/{}/{}/callback?with_response=true", text(&interaction["id"]), text(&interaction["token"]));
        bed.call("POST", &path, json!({"type": 4, "data": {"content": "made"}})).await
    });
    assert_eq!((answer.status, &answer.body["resource"]["type"]), (200, &json!(4)));
    assert_eq!(answer.body["resource"]["message"]["content"], "made");
    assert_eq!(answer.body["interaction"]["response_message_ephemeral"], false);
}
