//! A stand-in with a small world and a clock that stands still, a REST caller, and a bot on a raw websocket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use futures_util::{SinkExt, StreamExt};
use sandbox::{Limits, Permissions, Person, Role, Sandbox, SandboxOptions, Snowflake, TextChannel, World};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than anything should take, shorter than patience.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Bed {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    now: Arc<Mutex<DateTime<Utc>>>,
}

/// What came back from a REST call.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> u64 {
        self.body["code"].as_u64().unwrap_or(0)
    }

    /// The codes of the errors at a dotted path.
    pub(crate) fn errors(&self, path: &str) -> Vec<&str> {
        let mut node = &self.body["errors"];
        for key in path.split('.').filter(|key| !key.is_empty()) {
            node = &node[key];
        }
        let errors = node["_errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().filter_map(|error| error["code"].as_str()).collect()
    }
}

pub(crate) fn world() -> World {
    World::new("Acme")
        .bot("robot")
        .role(Role::new("Team"))
        .role(Role::new("Boss").permissions(Permissions::ADMINISTRATOR))
        .person(Person::new("ada").role("Team").locale("de"))
        .person(Person::new("ben"))
        .person(Person::new("cleo").role("Boss"))
        .channel(TextChannel::new("general"))
        .channel(TextChannel::new("team").only_for(&["Team"]))
        .channel(TextChannel::new("secret").overwrite(sandbox::For::Everyone, Permissions::NONE, Permissions::VIEW_CHANNEL))
}

impl Bed {
    pub(crate) async fn new() -> Self {
        Self::with(world(), Limits::off()).await
    }

    pub(crate) async fn with(world: World, limits: Limits) -> Self {
        let start = Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).single().expect("a plain date");
        let now = Arc::new(Mutex::new(start));
        let clock = {
            let now = now.clone();
            Arc::new(move || *now.lock().expect("nobody panics while moving the clock"))
        };
        let options = SandboxOptions { clock, limits, answer_within: Duration::from_millis(400), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(world, "127.0.0.1:0", options).await.expect("loopback has free ports");
        Self { sandbox, http: reqwest::Client::new(), now }
    }

    pub(crate) fn forward(&self, span: TimeDelta) {
        *self.now.lock().expect("nobody panics while moving the clock") += span;
    }

    pub(crate) fn user(&self, name: &str) -> Snowflake {
        self.sandbox.user_by_name(name).expect("the world has them")
    }

    pub(crate) fn channel(&self, name: &str) -> Snowflake {
        self.sandbox.channel_by_name(name).expect("the world has it")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/api/v10{path}", self.sandbox.base_url())
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        self.http.request(method, self.url(path)).header("authorization", format!("Bot {}", self.sandbox.token()))
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.request(method, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        answer(request.send().await.expect("the stand-in answers")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    /// Posts a message as the bot and returns it.
    pub(crate) async fn post(&self, channel: &str, body: Value) -> Value {
        let answer = self.call("POST", &format!("/channels/{}/messages", self.channel(channel)), body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    }

    /// Registers a guild command and returns its id.
    pub(crate) async fn register(&self, body: Value) -> Snowflake {
        let (application, guild) = (self.sandbox.application_id(), self.sandbox.guild_id());
        let answer = self.call("POST", &format!("/applications/{application}/guilds/{guild}/commands"), body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        id(&answer.body)
    }

    /// Answers an interaction.
    pub(crate) async fn reply(&self, interaction: &Value, body: Value) -> Answer {
        let (id, token) = (text(&interaction["id"]), text(&interaction["token"]));
        self.call("POST", &format!("/interactions/{id}/{token}/callback"), body).await
    }

    /// The path of an interaction's webhook.
    pub(crate) fn webhook(&self, interaction: &Value, rest: &str) -> String {
        format!("/webhooks/{}/{}{rest}", self.sandbox.application_id(), text(&interaction["token"]))
    }
}

pub(crate) async fn answer(response: reqwest::Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("the body arrives");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub(crate) fn id(value: &Value) -> Snowflake {
    text(&value["id"]).parse().expect("an id")
}

pub(crate) fn button(custom_id: &str) -> Value {
    json!({"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": custom_id}]})
}

/// All intents there are.
pub(crate) const ALL_INTENTS: u64 = 53_608_447;

/// A bot that does by hand what libraries do.
pub(crate) struct Bot {
    pub(crate) socket: WebSocketStream<TcpStream>,
    pub(crate) session: String,
    pub(crate) seq: u64,
}

impl Bot {
    /// Opens the websocket and takes HELLO.
    pub(crate) async fn connect(bed: &Bed, query: &str) -> Self {
        let address = bed.sandbox.base_url().trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&address).await.expect("the port is open");
        let url = format!("ws://{address}/gateway?v=10&encoding=json{query}");
        let (socket, _) = client_async(url, stream).await.expect("the gateway takes websockets");
        Self { socket, session: String::new(), seq: 0 }
    }

    /// Connects and identifies with all intents.
    pub(crate) async fn online(bed: &Bed) -> Self {
        let mut bot = Self::connect(bed, "").await;
        assert_eq!(bot.frame().await["op"], 10);
        bot.identify(bed, ALL_INTENTS).await;
        let ready = bot.event("READY").await;
        text(&ready["session_id"]).clone_into(&mut bot.session);
        bot.event("GUILD_CREATE").await;
        bot
    }

    pub(crate) async fn identify(&mut self, bed: &Bed, intents: u64) {
        let token = bed.sandbox.token();
        self.send(json!({"op": 2, "d": {"token": token, "intents": intents, "properties": {}}})).await;
    }

    pub(crate) async fn resume(&mut self, bed: &Bed, session: &str, seq: u64) {
        let token = format!("Bot {}", bed.sandbox.token());
        self.send(json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}})).await;
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.socket.send(Message::Text(frame.to_string())).await.expect("the socket is open");
    }

    /// Whatever comes next.
    pub(crate) async fn raw(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("something comes in time");
        next.and_then(Result::ok)
    }

    /// The next frame, as JSON.
    pub(crate) async fn frame(&mut self) -> Value {
        let Some(Message::Text(text)) = self.raw().await else { panic!("a text frame was due") };
        let frame: Value = serde_json::from_str(&text).expect("JSON");
        self.seq = frame["s"].as_u64().unwrap_or(self.seq);
        frame
    }

    /// The data of the next event of this name; others are passed over.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["t"] == name {
                return frame["d"].clone();
            }
        }
    }

    /// The close code that ends the connection; `None` for one without.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.raw().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }
}
