//! Registering, and looking whether all is well.

use leadbell::chat::discord::{Expected, Registered, examine, register};
use leadbell::commands::Catalogue;
use sandbox::{For, Limits, Permissions, SandboxOptions, TextChannel};

use crate::bed::{Bed, acme, discord};

#[tokio::test]
async fn commands_are_registered_once_and_left_alone_after_that() {
    let bed = Bed::new().await;
    let commands = Catalogue::built_in().registration();
    assert_eq!(register(&bed.discord, commands).await, Ok(Registered::Replaced));
    assert_eq!(register(&bed.discord, commands).await, Ok(Registered::Unchanged));
    assert_eq!(bed.sandbox.commands().len(), commands.as_array().unwrap().len());
    assert_eq!(bed.sandbox.requests().iter().filter(|r| r.method == "PUT").count(), 1);
    bed.ends_clean();
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let mute = TextChannel::new("mute").overwrite(For::Bot, Permissions::NONE, Permissions::SEND_MESSAGES);
    let options = SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() };
    let bed = Bed::of(acme().channel(mute).without_privileged_intents(), options).await;
    let expected = Expected {
        channels: vec!["leads".into(), "#mute".into(), "nowhere".into()],
        roles: vec!["sales".into(), "ghosts".into()],
        application: Some("1".into()),
        thread_notes: true,
    };
    let findings = examine(&bed.discord, &expected).await;
    let told: Vec<String> = findings.iter().map(|f| format!("{} {}", if f.ok { "+" } else { "-" }, f.what)).collect();
    let application = bed.sandbox.application_id();
    let name = told[1].split("the application ").nth(1).and_then(|t| t.split(" (").next()).unwrap_or_default().to_owned();
    assert_eq!(
        told,
        [
            "+ the token works: the bot is bot".to_owned(),
            format!("- the token belongs to the application {name} ({application}), but the settings name 1"),
            "- [discord] thread_notes is on, but Discord does not let the bot read messages".to_owned(),
            "+ the bot is on the server Acme".to_owned(),
            "+ the bot can do all it needs in #leads".to_owned(),
            "- in #mute the bot lacks Send Messages".to_owned(),
            "- there is no text channel #nowhere that the bot can see".to_owned(),
            "+ the bot can ring @sales".to_owned(),
            "- there is no role @ghosts".to_owned(),
        ]
    );
    assert!(findings.iter().all(|f| f.ok == f.remedy.is_empty()));
}

#[tokio::test]
async fn with_a_wrong_token_the_doctor_stops_at_once() {
    let bed = Bed::new().await;
    let findings = examine(&discord(&bed.sandbox, "not-the-token"), &Expected::default()).await;
    assert_eq!(findings.len(), 1);
    assert!(findings[0].remedy.contains("Bot page"));
}
