//! What pages are called.

use super::*;

#[test]
fn a_page_is_named_and_nobody_is() {
    for (said, wanted) in [
        ("pricing", Some("pricing")),
        ("https://acme.example/en/pricing/?utm_source=x#top", Some("pricing")),
        ("/docs/getting_started", Some("getting started")),
        ("https://acme.example/", None),
        ("https://acme.example", None),
        ("dana@example.com", None),
        ("/unsubscribe/dana%40example.com", None),
        ("/u/8412345", None),
        ("", None),
        ("**Pricing** <now>", Some("Pricing now")),
    ] {
        assert_eq!(page_name(said).as_deref(), wanted, "{said}");
    }
    assert_eq!(page_name(&"long ".repeat(40)).map(|name| name.chars().count()), Some(40));
}
