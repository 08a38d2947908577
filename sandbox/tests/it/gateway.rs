//! The gateway by hand: handshake, resume, compression, intents, trouble.

use flate2::{Decompress, FlushDecompress};
use sandbox::{Act, GatewayFault, Limits, TextChannel};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::bed::{ALL_INTENTS, Bed, Bot, PATIENCE, button, id, text, world};

#[tokio::test]
async fn a_bot_identifies_and_is_told_of_the_guild() {
    let bed = Bed::new().await;
    let mut bot = Bot::connect(&bed, "").await;
    let hello = bot.frame().await;
    assert_eq!((&hello["op"], &hello["d"]["heartbeat_interval"]), (&json!(10), &json!(41250)));
    assert!(!bed.sandbox.connected());
    bot.identify(&bed, ALL_INTENTS).await;
    let ready = bot.event("READY").await;
    assert_eq!(ready["user"]["username"], "robot");
    let guild = bot.event("GUILD_CREATE").await;
    assert_eq!((id(&guild), &guild["member_count"]), (bed.sandbox.guild_id(), &json!(4)));
    let names: Vec<_> = guild["channels"].as_array().unwrap().iter().map(|c| text(&c["name"]).to_owned()).collect();
    assert_eq!(names, ["general", "team"], "what the bot does not see, it is not told of");
    assert!(bed.sandbox.wait_connected(PATIENCE).await);
    bot.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(bot.frame().await["op"], 11);
}

#[tokio::test]
async fn a_wrong_token_closes_with_4004() {
    let bed = Bed::new().await;
    let mut bot = Bot::connect(&bed, "").await;
    bot.send(json!({"op": 2, "d": {"token": "Bot wrong", "intents": 1, "properties": {}}})).await;
    assert_eq!(bot.closed().await, Some(4004));
}

#[tokio::test]
async fn privileged_intents_can_be_switched_off() {
    let bed = Bed::with(world().without_privileged_intents(), Limits::off()).await;
    let mut bot = Bot::connect(&bed, "").await;
    bot.identify(&bed, ALL_INTENTS).await;
    assert_eq!(bot.closed().await, Some(4014));
}

#[tokio::test]
async fn nonsense_closes_the_connection() {
    let bed = Bed::new().await;
    for (frame, code) in [(json!({"op": 99}), 4001), (json!({"op": 8, "d": {}}), 4003), (json!("x".repeat(5000)), 4002)] {
        let mut bot = Bot::connect(&bed, "").await;
        bot.send(frame).await;
        assert_eq!(bot.closed().await, Some(code));
    }
}

#[tokio::test]
async fn a_resumed_session_hears_what_it_missed() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let (session, seq) = (bot.session.clone(), bot.seq);
    bed.sandbox.faults().gateway(GatewayFault::Close(4000));
    assert_eq!(bot.closed().await, Some(4000));
    drop(bot);
    assert!(bed.sandbox.wait_for(PATIENCE, |s| (!s.connected()).then_some(())).await.is_some());
    bed.sandbox.act(Act::write(bed.user("ada"), bed.channel("general"), "missed")).await;

    let mut again = Bot::connect(&bed, "").await;
    again.resume(&bed, &session, seq).await;
    assert_eq!(again.event("MESSAGE_CREATE").await["content"], "missed");
    again.event("RESUMED").await;
    bed.sandbox.act(Act::write(bed.user("ada"), bed.channel("general"), "heard")).await;
    assert_eq!(again.event("MESSAGE_CREATE").await["content"], "heard");
}

#[tokio::test]
async fn a_forgotten_session_cannot_be_resumed() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    bed.sandbox.faults().gateway(GatewayFault::DropSession);
    assert_eq!(bot.closed().await, Some(4000));
    let mut again = Bot::connect(&bed, "").await;
    again.frame().await;
    again.resume(&bed, &bot.session, bot.seq).await;
    let refused = again.frame().await;
    assert_eq!((&refused["op"], &refused["d"]), (&json!(9), &json!(false)));
    again.identify(&bed, ALL_INTENTS).await;
    again.event("READY").await;
}

#[tokio::test]
async fn a_goodbye_ends_the_session() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    bot.socket
        .close(Some(tokio_tungstenite::tungstenite::protocol::CloseFrame { code: 1000.into(), reason: "".into() }))
        .await
        .unwrap();
    assert!(bed.sandbox.wait_for(PATIENCE, |s| (!s.connected()).then_some(())).await.is_some());
    let mut again = Bot::connect(&bed, "").await;
    again.frame().await;
    again.resume(&bed, &bot.session, bot.seq).await;
    assert_eq!(again.frame().await["op"], 9);
}

#[tokio::test]
async fn large_payloads_can_be_compressed_one_by_one() {
    let many = (0..60).fold(world(), |world, n| world.channel(TextChannel::new(&format!("room-{n}"))));
    let bed = Bed::with(many, Limits::off()).await;
    let mut bot = Bot::connect(&bed, "").await;
    bot.frame().await;
    let token = bed.sandbox.token();
    bot.send(json!({"op": 2, "d": {"token": token, "intents": 1, "compress": true, "properties": {}}})).await;
    assert_eq!(bot.frame().await["t"], "READY", "what is small comes as text");
    let Some(Message::Binary(bytes)) = bot.raw().await else { panic!("a binary frame was due") };
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::ZlibDecoder::new(bytes.as_slice()), &mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["t"], "GUILD_CREATE");
}

#[tokio::test]
async fn a_whole_connection_can_be_one_compressed_stream() {
    let bed = Bed::new().await;
    let mut bot = Bot::connect(&bed, "&compress=zlib-stream").await;
    let mut context = Decompress::new(true);
    let mut read = |message: Option<Message>| -> Value {
        let Some(Message::Binary(bytes)) = message else { panic!("a binary frame was due") };
        assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]), "every message is flushed");
        let mut out = Vec::with_capacity(1 << 20);
        context.decompress_vec(&bytes, &mut out, FlushDecompress::Sync).unwrap();
        serde_json::from_slice(&out).unwrap()
    };
    assert_eq!(read(bot.raw().await)["op"], 10);
    bot.identify(&bed, ALL_INTENTS).await;
    assert_eq!(read(bot.raw().await)["t"], "READY");
    assert_eq!(read(bot.raw().await)["t"], "GUILD_CREATE");
}

#[tokio::test]
async fn words_are_hidden_without_the_intent_for_them() {
    let bed = Bed::new().await;
    let mut bot = Bot::connect(&bed, "").await;
    bot.identify(&bed, ALL_INTENTS & !(1 << 15)).await;
    bot.event("GUILD_CREATE").await;
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    bed.sandbox.act(Act::write(ada, general, "private words")).await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], "");
    let call = format!("<@{}> come", bed.sandbox.bot_id());
    bed.sandbox.act(Act::write(ada, general, &call)).await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], call.as_str());
    bed.sandbox.act(Act::write(ada, bed.sandbox.direct_channel(ada), "between us")).await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], "between us");
}

#[tokio::test]
async fn members_are_sent_on_request() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let guild = bed.sandbox.guild_id();
    bot.send(json!({"op": 8, "d": {"guild_id": guild, "query": "", "limit": 0, "nonce": "n"}})).await;
    let chunk = bot.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((chunk["members"].as_array().unwrap().len(), &chunk["nonce"]), (4, &json!("n")));
}

#[tokio::test]
async fn connections_end_in_every_bad_way() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    bed.sandbox.faults().gateway(GatewayFault::CloseWithoutCode);
    assert!(matches!(bot.raw().await, Some(Message::Close(None))));

    let mut bot = Bot::online(&bed).await;
    bed.sandbox.faults().gateway(GatewayFault::Cut);
    assert!(bot.raw().await.is_none());

    let mut bot = Bot::online(&bed).await;
    bed.sandbox.faults().gateway(GatewayFault::Reconnect);
    assert_eq!(bot.frame().await["op"], 7);
    bed.sandbox.faults().gateway(GatewayFault::InvalidSession { resumable: true });
    assert_eq!(bot.frame().await, json!({"op": 9, "d": true}));
    bed.sandbox.faults().gateway(GatewayFault::UnknownEvent);
    bot.event("SOMETHING_NEW").await;

    bed.sandbox.faults().gateway(GatewayFault::Zombie);
    bot.send(json!({"op": 1, "d": null})).await;
    bed.post("general", json!({"content": "x"})).await;
    let silence = tokio::time::timeout(std::time::Duration::from_millis(150), bot.raw()).await;
    assert!(silence.is_err(), "a zombie says nothing");
}

#[tokio::test]
async fn interactions_are_doubled_and_reordered_on_demand() {
    let bed = Bed::new().await;
    let mut bot = Bot::online(&bed).await;
    let message = bed.post("general", json!({"content": "x", "components": [button("a"), button("b")]})).await;
    let at = (bed.channel("general"), id(&message));
    let click = async |custom_id: &str| {
        let ada = bed.user("ada");
        bed.sandbox.act(Act::click(ada, at, custom_id)).await
    };
    bed.sandbox.faults().gateway(GatewayFault::DuplicateInteraction);
    let (_, twins) = tokio::join!(click("a"), async {
        let first = bot.event("INTERACTION_CREATE").await;
        (first, bot.event("INTERACTION_CREATE").await)
    });
    assert_eq!(id(&twins.0), id(&twins.1));

    bed.sandbox.faults().gateway(GatewayFault::ReorderInteractions);
    let (.., order) = tokio::join!(click("a"), click("b"), async {
        let first = bot.event("INTERACTION_CREATE").await;
        (first, bot.event("INTERACTION_CREATE").await)
    });
    assert_eq!((&order.0["data"]["custom_id"], &order.1["data"]["custom_id"]), (&json!("b"), &json!("a")));
}
