//! The first minutes: settings are written, looked at, and what is missing is said with its remedy.

use leadbell::commands::Catalogue;

use super::bed::Bed;
use super::serving::{bed, free_address, stand_in};

#[test]
fn without_somebody_to_ask_the_missing_flags_are_named() {
    let bed = Bed::empty();
    let said = bed.run(&["setup"]).refused(2);
    assert!(
        said.contains("--public-url and --guild must be given") && said.contains("leadbell setup --yes --public-url"),
        "{said}"
    );
    assert!(!bed.path("leadbell.toml").exists() && !bed.path("playbook.toml").exists(), "nothing is left behind");
    let said = bed.run(&["setup", "--yes", "--guild", "12", "--public-url", "nonsense"]).refused(2);
    assert!(said.contains("`guild` cannot be \"12\"") && said.contains("`public_url` cannot be \"nonsense\""), "{said}");
    assert!(!bed.path("leadbell.toml").exists(), "settings that cannot be used are not left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_up_writes_what_serve_needs_and_registers_the_commands() {
    let sandbox = stand_in().await;
    let bed = Bed::empty().with("DISCORD_TOKEN", &sandbox.token());
    let (guild, address) = (sandbox.guild_id().to_string(), free_address());
    let flags = [
        "setup",
        "--yes",
        "--public-url",
        "https://leads.example.com",
        "--guild",
        &guild,
        "--api-url",
        sandbox.base_url(),
        "--listen",
        &address,
    ];
    let out = bed.run(&flags).well();
    assert!(
        out.contains("All is well.") && out.contains("The commands are registered") && out.contains("leadbell serve"),
        "{out}"
    );
    assert_eq!(sandbox.commands().len(), Catalogue::built_in().registration().as_array().unwrap().len());
    assert!(!bed.read("leadbell.toml").contains(&sandbox.token()));
    bed.run(&["check"]).well();

    bed.write("playbook.toml", &bed.read("playbook.toml").replace("name = \"Acme\"", "name = \"Umbra\""));
    let settings = bed.read("leadbell.toml") + "\n[log]\nlevel = \"warn\"\n";
    bed.write("leadbell.toml", &settings);
    let again = bed.run(&["setup", "--yes"]).well();
    assert!(again.contains("Kept the settings") && again.contains("Kept the playbook"), "{again}");
    assert_eq!(bed.read("leadbell.toml"), settings);
    assert!(bed.read("playbook.toml").contains("Umbra"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox);
    let well = bed.run(&["doctor"]).well();
    assert!(well.contains("the clock agrees with Discord's") && well.contains("All is well."), "{well}");

    bed.write(
        "playbook.toml",
        &bed.read("playbook.toml").replace("\"leads-world\"", "\"leads-moon\"").replace("\"sales-world\"", "\"ghosts\""),
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let settings = bed.read("leadbell.toml");
    let listen = settings.lines().find(|line| line.starts_with("listen")).unwrap();
    bed.write("leadbell.toml", &settings.replace(listen, &format!("listen = \"{address}\"")));
    let sick = bed.run(&["doctor"]);
    assert_eq!(sick.code, 1);
    for line in [
        "BAD   there is no text channel #leads-moon",
        "      Create a text channel #leads-moon",
        "BAD   there is no role @ghosts",
        "BAD   nothing can listen at",
    ] {
        assert!(sick.out.contains(line), "{line:?} is not in\n{}", sick.out);
    }
    let told = bed.run(&["doctor", "--json"]);
    let findings: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(findings.as_array().unwrap().iter().filter(|f| f["is"] == "bad").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_and_a_wrong_token_are_found() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox).with("DISCORD_TOKEN", "not.the.token");
    bed.write("leadbell.db", &"This is no database. ".repeat(400));
    let sick = bed.run(&["doctor"]);
    assert_eq!(sick.code, 1);
    assert!(
        sick.out.contains("BAD   the database leadbell.db cannot be opened")
            && sick.out.contains("does not accept the bot token"),
        "{}",
        sick.out
    );
}

#[test]
fn a_check_shows_where_each_value_comes_from_and_no_secret() {
    let bed = Bed::new()
        .with("LEADBELL_HTTP_LISTEN", "127.0.0.1:9999")
        .with("LEADBELL_DISCORD_TOKEN", "hush.hush.hush")
        .with("LEADBELL_DISCORD_GUILD", "900000000000000010");
    let out = bed.run(&["check"]).well();
    let line =
        |key: &str| out.lines().find(|line| line.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(line("http.listen"), "http.listen 127.0.0.1:9999 LEADBELL_HTTP_LISTEN");
    assert_eq!(line("http.public_url"), "http.public_url https://leads.example.com leadbell.toml");
    assert_eq!(line("discord.token"), "discord.token hidden LEADBELL_DISCORD_TOKEN");
    assert!(!out.contains("hush"), "{out}");
    bed.write("playbook.toml", "[company]\nname = 5\n");
    let wrong = bed.run(&["check"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.out.contains("playbook.toml:2:8"), "{}", wrong.out);
}
