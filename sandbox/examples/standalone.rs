//! Starts the stand-in with a small sample world and leaves it running, to try a bot or a library against it.
//!
//! `cargo run -p sandbox --example standalone -- [PORT] [--log FILE]`

use sandbox::{Limits, Panel, Permissions, Person, Role, Sandbox, SandboxOptions, TextChannel, World};

fn world() -> World {
    World::new("Acme")
        .title("Sandbox")
        .bot("robot")
        .role(Role::new("Team").color(0x3b_82_f6))
        .role(Role::new("Lead").color(0xf5_9e_0b).permissions(Permissions::MANAGE_GUILD))
        .person(Person::new("ada").display("Ada").role("Lead").note("lead"))
        .person(Person::new("ben").display("Ben").role("Team").note("member"))
        .person(Person::new("eve").display("Eve").note("guest").locale("de"))
        .channel(TextChannel::new("general").topic("Anything goes"))
        .channel(TextChannel::new("team-only").only_for(&["Team", "Lead"]))
        .panel(Panel {
            id: "echo".to_owned(),
            title: "Call a webhook".to_owned(),
            text: "Sends the form to this very server, which does not know the path.".to_owned(),
            post: "http://127.0.0.1:9/nowhere".to_owned(),
            ..Panel::default()
        })
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut port, mut request_log, mut limits) = (7777, None, Limits::discord());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--log" => request_log = arguments.next().map(Into::into),
            "--no-limits" => limits = Limits::off(),
            other => port = other.parse().map_err(std::io::Error::other)?,
        }
    }
    let options = SandboxOptions { request_log, limits, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(world(), ("127.0.0.1", port), options).await?;
    println!("{} {}", sandbox.base_url(), sandbox.token());
    std::future::pending().await
}
