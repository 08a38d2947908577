//! Stories of settings.

use secrecy::ExposeSecret;

use super::*;
use crate::problem::Paint;

const SECRET: &str = "MTk4NjIy.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";

const FILE: &str = r#"
[http]
listen = "0.0.0.0:9000"
public_url = "https://leads.example.com/"

[discord]
token = "env:DISCORD_TOKEN"
guild = 900000000000000010

[limits]
body_time = "5s"
"#;

fn env(name: &str) -> Option<String> {
    match name {
        "DISCORD_TOKEN" => Some(format!("Bot {SECRET}\n")),
        _ => None,
    }
}

fn read(text: &str) -> Settings {
    Settings::read("leadbell.toml", text, &env).unwrap_or_else(|problems| panic!("{}", problems.render(Paint::Plain)))
}

fn told(text: &str) -> Vec<String> {
    Settings::read("leadbell.toml", text, &env).unwrap_err().lines()
}

#[test]
fn nothing_written_is_enough_for_what_needs_no_chat() {
    let settings = Settings::load(None, &|_| None).unwrap();
    assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public("/hooks/demo"), "http://127.0.0.1:8080/hooks/demo");
    assert_eq!(settings.database_url, "sqlite://leadbell.db");
    assert_eq!(settings.playbook_file, Path::new("playbook.toml"));
    assert_eq!(settings.limits.body_bytes, 1024 * 1024);
    assert_eq!(settings.limits.body_time, Duration::from_secs(10));
    assert_eq!(
        settings.discord().unwrap_err().lines(),
        [
            "[discord] has no `token`, nor is LEADBELL_DISCORD_TOKEN set; the application's Bot page shows it once; \
             keep it in the environment and write token = \"env:DISCORD_TOKEN\"",
            "[discord] has no `guild`, nor is LEADBELL_DISCORD_GUILD set; switch on Developer Mode in Discord, \
             right-click the server's name and Copy Server ID",
        ]
    );
}

#[test]
fn a_file_is_read_and_secrets_are_fetched() {
    let settings = read(FILE);
    assert_eq!(settings.public("hooks/demo"), "https://leads.example.com/hooks/demo");
    assert_eq!(settings.limits.body_time, Duration::from_secs(5));
    let discord = settings.discord().unwrap();
    assert_eq!(discord.token.expose_secret(), SECRET);
    assert_eq!(discord.guild, 900_000_000_000_000_010);
    assert_eq!((discord.api_url.as_str(), &discord.ingress), ("https://discord.com", &Ingress::Gateway));
}

#[test]
fn the_environment_wins_over_the_file() {
    let env = |name: &str| match name {
        "LEADBELL_HTTP_LISTEN" => Some("127.0.0.1:1".to_owned()),
        "LEADBELL_HTTP_PUBLIC_URL" => Some(String::new()),
        "LEADBELL_DISCORD_TOKEN" => Some(SECRET.to_owned()),
        "LEADBELL_LIMITS_BURST" => Some("7".to_owned()),
        _ => None,
    };
    let settings = Settings::read("leadbell.toml", FILE, &env).unwrap();
    assert_eq!(settings.http.listen.port(), 1);
    assert_eq!(settings.http.public_url, "https://leads.example.com", "an empty variable is none");
    assert_eq!(settings.limits.burst.get(), 7);
    assert_eq!(settings.discord().unwrap().token.expose_secret(), SECRET);
    let from =
        |key: &str| settings.explain().iter().find(|explained| explained.key == key).map(|explained| explained.from.as_str());
    assert_eq!(from("http.listen"), Some("LEADBELL_HTTP_LISTEN"));
    assert_eq!(from("http.public_url"), Some("leadbell.toml"));
    assert_eq!(from("log.level"), Some("usual"));
    assert_eq!(from("discord.public_key"), Some("nowhere"));
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    let text = FILE.replace("env:DISCORD_TOKEN", &format!("file:{}", path.display()));
    assert_eq!(read(&text).discord().unwrap().token.expose_secret(), SECRET);

    let gone = read(&FILE.replace("env:DISCORD_TOKEN", "file:/nowhere/token"));
    let lines = gone.discord().unwrap_err().lines();
    assert!(lines[0].starts_with("line 7, column 9: discord.token: the file /nowhere/token cannot be read"), "{lines:?}");
    let unset = read(&FILE.replace("env:DISCORD_TOKEN", "env:TOKEN"));
    assert_eq!(unset.discord().unwrap_err().lines(), ["line 7, column 9: discord.token: the environment has no variable TOKEN"]);
}

#[test]
fn requests_from_discord_need_its_public_key() {
    let http = FILE.replace("[limits]", "ingress = \"http\"\n\n[limits]");
    let lines = read(&http).discord().unwrap_err().lines();
    assert_eq!(
        lines,
        [
            "[discord] has no `public_key`, nor is LEADBELL_DISCORD_PUBLIC_KEY set; the application's General Information page shows it"
        ]
    );
    let key = "0123456789ABCDEF".repeat(4);
    let settings = read(&http.replace("[limits]", &format!("public_key = \"{key}\"\n\n[limits]")));
    assert_eq!(settings.discord().unwrap().ingress, Ingress::Http { public_key: key.to_lowercase() });
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let text = r#"
[http]
listen = "8080"
public_url = "leads.example.com"
[database]
url = "postgres://localhost/leads"
[discord]
guild = "acme"
ingress = "socket"
public_key = "abc"
[log]
format = "xml"
level = "loud"
[limits]
body_bytes = 0
burst = "many"
body_time = "5 minutes"
[spol]
dir = "x"
"#;
    let expected = [
        "line 3, column 10: `listen` cannot be \"8080\", expected an address and a port, such as \"127.0.0.1:8080\", or \"0.0.0.0:8080\" to be reached from outside",
        "line 4, column 14: `public_url` cannot be \"leads.example.com\", expected a web address such as \"https://leads.example.com\"",
        "line 6, column 7: `url` cannot be \"postgres://localhost/leads\", expected \"sqlite://\" and a file, such as \"sqlite://leadbell.db\"",
        "line 8, column 9: `guild` cannot be \"acme\", expected an id of Discord, a number of 17 to 20 digits",
        "line 9, column 11: `ingress` cannot be \"socket\", expected \"gateway\" or \"http\"",
        "line 10, column 14: `public_key` cannot be \"abc\", expected 64 hexadecimal digits",
        "line 12, column 10: `format` cannot be \"xml\", expected \"text\" or \"json\"",
        "line 13, column 9: `level` cannot be \"loud\", expected error, warn, info, debug or trace, or directives such as \"info,leadbell=debug\"",
        "line 15, column 14: `body_bytes` cannot be \"0\", expected a whole number above 0",
        "line 16, column 9: `burst` cannot be \"many\", expected a whole number above 0",
        "line 17, column 13: `body_time` cannot be \"5 minutes\", expected a span such as \"10s\"",
        "line 18, column 2: the file has no key `spol`; did you mean `spool`?",
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn a_wrong_variable_is_told_by_its_name() {
    let problems = Settings::load(None, &|name| (name == "LEADBELL_HTTP_LISTEN").then(|| "here".to_owned())).unwrap_err();
    let told = problems.to_string();
    assert!(told.contains("LEADBELL_HTTP_LISTEN: `listen` cannot be \"here\", expected an address and a port"), "{told}");
    let missing = Settings::load(Some(Path::new("/nowhere/leadbell.toml")), &|_| None).unwrap_err();
    assert!(missing.to_string().contains("`leadbell setup` writes them"), "{missing}");
}

#[test]
fn no_secret_is_ever_shown() {
    let literal = format!("token = \"{SECRET}\"");
    let settings = read(&FILE.replace("token = \"env:DISCORD_TOKEN\"", &literal));
    let shown = format!("{settings:?} {:?}", settings.explain());
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("hidden"));

    for broken in [
        format!("tokn = \"{SECRET}\""),
        format!("token = \"{SECRET}"),
        format!("token = {SECRET}"),
        format!("token: \"{SECRET}\""),
        format!("token: \"{SECRET}=\""),
        SECRET.to_owned(),
        format!("\"{SECRET}\" = 1"),
        format!("token = [\"{SECRET}\"]"),
        format!("token = \"\"\"\n{SECRET}\n\"\"\"\nbroken = \"\"\"\n{SECRET}"),
        format!("token = \"{SECRET}\" guild = 5"),
        format!("token = \"{SECRET}\"\ntoken = \"{SECRET}\""),
        format!("[discord] token = \"{SECRET}\""),
        format!("token = 5\n[database]\nurl = \"postgres://leadbell:{SECRET}@db.example.com/leads\""),
        format!("token = {{ value = \"{SECRET}\" }}"),
    ] {
        let result = Settings::read("leadbell.toml", &format!("[discord]\n{broken}\n"), &env);
        let shown = match &result {
            Ok(settings) => format!("{settings:?}"),
            Err(problems) => format!("{problems:?} {problems} {}", problems.render(Paint::Colour)),
        };
        assert!(result.is_err(), "{broken}");
        assert!(!shown.contains(SECRET), "{broken}: {shown}");
    }
    let spelled = Settings::read("leadbell.toml", "[discord]\ntokn = \"oops\"\n", &env).unwrap_err();
    insta::assert_snapshot!(spelled.render(Paint::Plain), @r"
    error: [discord] has no key `tokn`
     --> leadbell.toml:2:1
      |
    2 | tokn = ******
      | ^^^^
      |
      = help: did you mean `token`?
    ");
}

#[test]
fn the_example_reads() {
    let settings = read(include_str!("../../deploy/leadbell.toml"));
    assert!(settings.discord().is_ok());
    let bare = Settings::load(None, &|_| None).unwrap();
    assert_eq!(settings.limits, bare.limits, "the example shows what is usual");
    assert_eq!(settings.log, bare.log);
}

#[test]
fn a_mail_server_is_named_whole_and_never_trusted_with_a_password_in_the_clear() {
    let read = |smtp: &str| {
        let text = format!("[http]\npublic_url = \"https://leads.example.com\"\n[smtp]\n{smtp}");
        Settings::read("leadbell.toml", &text, &|name| (name == "MAIL").then(|| "hunter2".to_owned()))
    };
    let from = "from = \"Acme Sales <sales@acme.example>\"\n";
    let smtp = |url: &str| read(&format!("url = \"{url}\"\n{from}")).unwrap().smtp.unwrap();
    let way = |url: &str| (smtp(url).host, smtp(url).port, smtp(url).transport);
    assert_eq!(way("smtps://mail.acme.example"), ("mail.acme.example".to_owned(), 465, Transport::Tls));
    assert_eq!(way("smtp://mail.acme.example"), ("mail.acme.example".to_owned(), 587, Transport::StartTls));
    assert_eq!(way("smtp://10.0.0.5:2525"), ("10.0.0.5".to_owned(), 2525, Transport::StartTls));
    assert_eq!(way("smtp://127.0.0.1:1025"), ("127.0.0.1".to_owned(), 1025, Transport::Local));
    assert_eq!(way("smtp://[::1]"), ("::1".to_owned(), 25, Transport::Local));
    let with_login = format!("url = \"smtps://mail.acme.example\"\n{from}user = \"sales\"\npassword = \"env:MAIL\"\n");
    let settings = read(&with_login).unwrap();
    let shown = format!("{settings:?} {:?}", settings.explain());
    assert!(settings.smtp.is_some_and(|smtp| smtp.login.is_some()) && !shown.contains("hunter2"), "{shown}");
    assert!(read("").unwrap().smtp.is_none());
    for (written, why) in [
        (format!("url = \"mail.acme.example\"\n{from}"), "smtps://mail.acme.example"),
        (format!("url = \"smtps://sales:hunter2@mail.acme.example\"\n{from}"), "smtps://mail.acme.example"),
        ("url = \"smtps://mail.acme.example\"\n".to_owned(), "does not say whom mails are from"),
        (format!("url = \"smtps://mail.acme.example\"\n{from}user = \"sales\"\n"), "needs both `user` and `password`"),
        (format!("url = \"smtps://mail.acme.example\"\n{from}user = \"sales\"\npassword = \"env:NONE\"\n"), "no variable NONE"),
        (from.to_owned(), "stands without a mail server"),
    ] {
        let told = read(&written).unwrap_err().to_string();
        assert!(told.contains(why) && !told.contains("hunter2"), "{written}: {told}");
    }
}
