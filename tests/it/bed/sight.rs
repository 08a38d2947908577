//! What a person sees of a message.

use sandbox::Snowflake;
use serde_json::Value;

/// A message as somebody sees it.
#[derive(Debug, Clone)]
pub(crate) struct Seen(pub(crate) Value);

impl Seen {
    pub(crate) fn id(&self) -> Snowflake {
        snowflake(&self.0["id"])
    }

    pub(crate) fn channel(&self) -> Snowflake {
        snowflake(&self.0["channel_id"])
    }

    /// Everything that can be read, top to bottom, without the marks that only escape.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![self.0["content"].as_str().unwrap_or_default().to_owned()];
        for embed in self.0["embeds"].as_array().into_iter().flatten() {
            for key in ["title", "description"] {
                parts.push(embed[key].as_str().unwrap_or_default().to_owned());
            }
            parts.push(embed["footer"]["text"].as_str().unwrap_or_default().to_owned());
        }
        parts.retain(|p| !p.is_empty());
        parts.join("\n").replace('\\', "")
    }

    /// The same without what is only made strong.
    pub(crate) fn plain(&self) -> String {
        self.text().replace("**", "")
    }

    /// The raw text, with its escapes.
    pub(crate) fn raw(&self) -> String {
        self.0.to_string()
    }

    /// What its buttons say.
    pub(crate) fn buttons(&self) -> Vec<String> {
        self.controls().iter().filter_map(|c| c["label"].as_str().map(str::to_owned)).collect()
    }

    /// The token of a button, by what it says.
    pub(crate) fn button(&self, label: &str) -> String {
        let found = self.controls().into_iter().find(|c| c["label"] == label);
        let found = found.unwrap_or_else(|| panic!("a button {label:?} in {:?} {:?}", self.text(), self.buttons()));
        found["custom_id"].as_str().expect("a button has a token").to_owned()
    }

    /// The token and the options (label, value) of its select.
    pub(crate) fn select(&self) -> (String, Vec<(String, String)>) {
        let found =
            self.controls().into_iter().find(|c| c["type"] == 3).unwrap_or_else(|| panic!("a select in {:?}", self.text()));
        let options = found["options"].as_array().expect("a select has options").iter();
        let options = options.map(|o| (text(&o["label"]), text(&o["value"]))).collect();
        (text(&found["custom_id"]), options)
    }

    /// Who is rung by it.
    pub(crate) fn rings(&self) -> Vec<String> {
        let people = self.0["mentions"].as_array().into_iter().flatten().map(|u| text(&u["username"]));
        let roles = self.0["mention_roles"].as_array().into_iter().flatten().map(text);
        people.chain(roles).collect()
    }

    /// What is attached under this name.
    pub(crate) fn file(&self, bed: &super::Bed, name: &str) -> Vec<u8> {
        let attached = self.0["attachments"].as_array().into_iter().flatten();
        let one = attached
            .clone()
            .find(|file| file["filename"] == name)
            .unwrap_or_else(|| panic!("{name} among {:?}", self.0["attachments"]));
        bed.sandbox.attachment(snowflake(&one["id"])).expect("the chat keeps it")
    }

    fn controls(&self) -> Vec<Value> {
        self.0["components"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
            .collect()
    }
}

pub(crate) fn snowflake(id: &Value) -> Snowflake {
    id.as_str().and_then(|id| id.parse().ok()).expect("an id")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
