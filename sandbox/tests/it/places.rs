//! Who may be where and do what: tokens, permissions, roles, direct messages, the application.

use sandbox::Act;
use serde_json::{Value, json};

use crate::bed::{Bed, id, text};

#[tokio::test]
async fn a_wrong_token_is_refused_and_counted() {
    let bed = Bed::new().await;
    let request = bed.http.get(bed.url("/users/@me")).header("authorization", "Bot wrong");
    let answer = crate::bed::answer(request.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.body), (401, json!({"message": "401: Unauthorized", "code": 0})));
    assert_eq!(bed.sandbox.invalid_requests(), 1);
}

#[tokio::test]
async fn unknown_routes_methods_and_bodies_are_refused() {
    let bed = Bed::new().await;
    assert_eq!(bed.get("/no/such/route").await.status, 404);
    assert_eq!(bed.call("DELETE", "/users/@me", Value::Null).await.status, 405);
    let path = format!("/channels/{}/messages", bed.channel("general"));
    let bad = bed.request("POST", &path).header("content-type", "application/json").body("{").send().await.unwrap();
    assert_eq!(crate::bed::answer(bad).await.code(), 50109);
    assert_eq!(bed.get("/channels/abc").await.errors("channel_id"), ["NUMBER_TYPE_COERCE"]);
    assert_eq!(bed.get("/channels/1").await.code(), 10003);
    assert_eq!(bed.get("/guilds/1").await.code(), 10004);
}

#[tokio::test]
async fn paths_work_with_and_without_a_version() {
    let bed = Bed::new().await;
    for path in ["/api/users/@me", "/api/v10/users/%40me"] {
        let url = format!("{}{path}", bed.sandbox.base_url());
        let token = format!("Bot {}", bed.sandbox.token());
        let answer = bed.http.get(url).header("authorization", token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test]
async fn a_hidden_channel_is_out_of_reach() {
    let bed = Bed::new().await;
    let path = format!("/channels/{}/messages", bed.channel("secret"));
    let refused = bed.call("POST", &path, json!({"content": "hi"})).await;
    assert_eq!((refused.status, refused.code()), (403, 50001));
    bed.post("team", json!({"content": "the bot may come in here"})).await;

    let (ada, ben, team) = (bed.user("ada"), bed.user("ben"), bed.channel("team"));
    assert!(bed.sandbox.act(Act::write(ada, team, "me too")).await.ok);
    assert!(!bed.sandbox.act(Act::write(ben, team, "me not")).await.ok);
    bed.sandbox.set_roles(ben, &[bed.sandbox.role_by_name("Team").unwrap()]);
    assert!(bed.sandbox.act(Act::write(ben, team, "now I may")).await.ok);
    assert!(bed.sandbox.act(Act::write(bed.user("cleo"), bed.channel("secret"), "I may always")).await.ok);
}

#[tokio::test]
async fn what_a_bot_may_not_do_is_missing_permissions() {
    use sandbox::{Limits, Permissions};
    let world = crate::bed::world().bot_permissions(Permissions::NONE).everyone(Permissions::VIEW_CHANNEL);
    let bed = Bed::with(world, Limits::off()).await;
    let path = format!("/channels/{}/messages", bed.channel("general"));
    let refused = bed.call("POST", &path, json!({"content": "hi"})).await;
    assert_eq!((refused.status, refused.code()), (403, 50013));
}

#[tokio::test]
async fn direct_messages_open_once_and_can_be_closed() {
    let bed = Bed::new().await;
    let ada = bed.user("ada");
    let first = bed.call("POST", "/users/@me/channels", json!({"recipient_id": ada})).await;
    let again = bed.call("POST", "/users/@me/channels", json!({"recipient_id": ada.get()})).await;
    assert_eq!((id(&first.body), &first.body["type"]), (id(&again.body), &json!(1)));
    assert_eq!(id(&first.body["recipients"][0]), ada);
    let path = format!("/channels/{}/messages", id(&first.body));
    assert_eq!(bed.call("POST", &path, json!({"content": "psst"})).await.status, 200);
    bed.sandbox.set_dms_open(ada, false);
    let refused = bed.call("POST", &path, json!({"content": "psst"})).await;
    assert_eq!((refused.status, refused.code()), (403, 50007));
}

#[tokio::test]
async fn roles_are_given_up_to_the_bots_own() {
    let bed = Bed::new().await;
    let (guild, ben) = (bed.sandbox.guild_id(), bed.user("ben"));
    let team = bed.sandbox.role_by_name("Team").unwrap();
    let path = format!("/guilds/{guild}/members/{ben}/roles/{team}");
    assert_eq!(bed.call("PUT", &path, Value::Null).await.status, 204);
    let member = bed.get(&format!("/guilds/{guild}/members/{ben}")).await;
    assert_eq!(member.body["roles"], json!([team]));
    assert_eq!(bed.call("DELETE", &path, Value::Null).await.status, 204);
    let own = bed.sandbox.role_by_name("robot").unwrap();
    let refused = bed.call("PUT", &format!("/guilds/{guild}/members/{ben}/roles/{own}"), Value::Null).await;
    assert_eq!(refused.code(), 50013);
    assert_eq!(bed.get(&format!("/guilds/{guild}/members/1")).await.code(), 10007);
}

#[tokio::test]
async fn members_are_listed_and_searched() {
    let bed = Bed::new().await;
    let guild = bed.sandbox.guild_id();
    let all = bed.get(&format!("/guilds/{guild}/members?limit=100")).await;
    assert_eq!(all.body.as_array().unwrap().len(), 4);
    let found = bed.get(&format!("/guilds/{guild}/members/search?query=AD&limit=5")).await;
    assert_eq!(text(&found.body[0]["user"]["username"]), "ada");
}

#[tokio::test]
async fn the_same_world_has_the_same_ids() {
    let (first, second) = (Bed::new().await, Bed::new().await);
    assert_eq!(first.user("ada"), second.user("ada"));
    assert_eq!(first.channel("general"), second.channel("general"));
    let posted = first.post("general", json!({"content": "x"})).await;
    assert_eq!(id(&posted), id(&second.post("general", json!({"content": "x"})).await));
}

#[tokio::test]
async fn commands_are_registered_replaced_changed_and_removed() {
    let bed = Bed::new().await;
    let path = format!("/applications/{}/commands", bed.sandbox.application_id());
    let lead = json!({"name": "lead", "description": "Shows a lead"});
    let made = bed.call("POST", &path, lead.clone()).await;
    assert_eq!(made.status, 201);
    assert_eq!(bed.call("POST", &path, lead.clone()).await.status, 200);
    let kept = bed.call("PUT", &path, json!([lead, {"name": "Look up", "type": 2}])).await;
    assert_eq!(id(&kept.body[0]), id(&made.body));
    let one = format!("{path}/{}", id(&made.body));
    let changed = bed.call("PATCH", &one, json!({"description": "Shows one lead"})).await;
    assert_eq!(changed.body["description"], "Shows one lead");
    assert_eq!(bed.call("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(bed.get(&one).await.code(), 10063);
    assert_eq!(bed.get(&path).await.body.as_array().unwrap().len(), 1);
}
