//! What a handler gets and gives.

use axum::http::StatusCode;
use serde_json::Value;

use crate::drafts::Body;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;

/// The values of the `{names}` in a route's template.
pub(crate) type Params = Vec<(&'static str, String)>;

/// A request that found its route.
pub(crate) struct Call {
    pub(crate) params: Params,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
}

impl Call {
    /// A part of the path as text; routes name what their handlers ask for.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// A part of the path as an id.
    pub(crate) fn id(&self, name: &str) -> Result<Snowflake, Refusal> {
        let text = self.text(name);
        text.parse().map_err(|_| {
            Refusal::field(&format!("{name}_id"), "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
        })
    }

    /// A query parameter.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter that is an id.
    pub(crate) fn asked_id(&self, name: &str) -> Result<Option<Snowflake>, Refusal> {
        let Some(text) = self.asked(name) else { return Ok(None) };
        let id = text.parse().map(Some);
        id.map_err(|_| Refusal::field(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake.")))
    }

    /// A query parameter that is a number within bounds.
    pub(crate) fn asked_number(&self, name: &str, usual: usize, low: usize, high: usize) -> Result<usize, Refusal> {
        let Some(text) = self.asked(name) else { return Ok(usual) };
        let problem = match text.parse::<usize>() {
            Ok(number) if number < low => ("NUMBER_TYPE_MIN", format!("int value should be greater than or equal to {low}.")),
            Ok(number) if number > high => ("NUMBER_TYPE_MAX", format!("int value should be less than or equal to {high}.")),
            Ok(number) => return Ok(number),
            Err(_) => ("NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not int.")),
        };
        Err(Refusal::field(name, problem.0, problem.1))
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> &Value {
        &self.body.json
    }

    /// The list that the body is.
    pub(crate) fn list(&self) -> Result<&[Value], Refusal> {
        let list = self.body.json.as_array().map(Vec::as_slice);
        list.ok_or_else(|| Reason::InvalidForm.into())
    }
}

/// A handler's answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body) }
    }

    pub(crate) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

/// What every handler returns.
pub(crate) type Handled = Result<Reply, Refusal>;
