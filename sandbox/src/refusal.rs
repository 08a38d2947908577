//! How the stand-in says no: Discord's status, code, sentence and, for bad fields, the tree of errors.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refused request, ready to be written as Discord writes it.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
}

/// The refusals that have a code of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NotFound,
    MethodNotAllowed,
    Unauthorized,
    TooLarge,
    UnknownApplication,
    UnknownChannel,
    UnknownGuild,
    UnknownMember,
    UnknownMessage,
    UnknownRole,
    UnknownUser,
    UnknownEmoji,
    UnknownWebhook,
    UnknownInteraction,
    UnknownCommand,
    TooManyCommands,
    TooManyReactions,
    AlreadyAcknowledged,
    MissingAccess,
    NotInDirectMessages,
    NotTheAuthor,
    EmptyMessage,
    ClosedDirectMessages,
    MissingPermissions,
    InvalidToken,
    InvalidForm,
    BadJson,
    ThreadExists,
    ThreadLocked,
    ArchivedThread,
}

impl Reason {
    const fn parts(self) -> (u16, u32, &'static str) {
        match self {
            Self::NotFound => (404, 0, "404: Not Found"),
            Self::MethodNotAllowed => (405, 0, "405: Method Not Allowed"),
            Self::Unauthorized => (401, 0, "401: Unauthorized"),
            Self::TooLarge => (413, 40005, "Request entity too large"),
            Self::UnknownApplication => (404, 10002, "Unknown Application"),
            Self::UnknownChannel => (404, 10003, "Unknown Channel"),
            Self::UnknownGuild => (404, 10004, "Unknown Guild"),
            Self::UnknownMember => (404, 10007, "Unknown Member"),
            Self::UnknownMessage => (404, 10008, "Unknown Message"),
            Self::UnknownRole => (404, 10011, "Unknown Role"),
            Self::UnknownUser => (404, 10013, "Unknown User"),
            Self::UnknownEmoji => (400, 10014, "Unknown Emoji"),
            Self::UnknownWebhook => (404, 10015, "Unknown Webhook"),
            Self::UnknownInteraction => (404, 10062, "Unknown interaction"),
            Self::UnknownCommand => (404, 10063, "Unknown application command"),
            Self::TooManyReactions => (400, 30010, "Maximum number of reactions reached (20)"),
            Self::TooManyCommands => (400, 30032, "Maximum number of application commands reached (100)."),
            Self::AlreadyAcknowledged => (400, 40060, "Interaction has already been acknowledged."),
            Self::MissingAccess => (403, 50001, "Missing Access"),
            Self::NotInDirectMessages => (403, 50003, "Cannot execute action on a DM channel"),
            Self::NotTheAuthor => (403, 50005, "Cannot edit a message authored by another user"),
            Self::EmptyMessage => (400, 50006, "Cannot send an empty message"),
            Self::ClosedDirectMessages => (403, 50007, "Cannot send messages to this user"),
            Self::MissingPermissions => (403, 50013, "Missing Permissions"),
            Self::InvalidToken => (401, 50027, "Invalid Webhook Token"),
            Self::InvalidForm => (400, 50035, "Invalid Form Body"),
            Self::ArchivedThread => (400, 50083, "Thread is archived"),
            Self::BadJson => (400, 50109, "The request body contains invalid JSON."),
            Self::ThreadExists => (400, 160_004, "A thread has already been created for this message"),
            Self::ThreadLocked => (403, 160_005, "Thread is locked"),
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        let (status, code, message) = reason.parts();
        Self {
            status: StatusCode::from_u16(status).expect("the table holds valid statuses"),
            code,
            message: message.to_owned(),
            errors: None,
        }
    }
}

impl Refusal {
    /// An invalid form with one bad field; `at` is the dotted path to it.
    pub(crate) fn field(at: &str, code: &str, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(at, code, message);
        problems.into()
    }

    /// The same refusal with its field errors one level deeper, where the body stands inside another.
    pub(crate) fn under(mut self, at: &str) -> Self {
        if !at.is_empty() {
            self.errors = self.errors.map(|tree| json!({at: tree}));
        }
        self
    }

    /// The JSON body as Discord writes it.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// Bad fields gathered while a body is read, so that one answer names them all.
#[derive(Debug)]
pub(crate) struct Problems {
    tree: Value,
}

impl Default for Problems {
    fn default() -> Self {
        Self { tree: json!({}) }
    }
}

impl Problems {
    /// Notes a bad field by its dotted path; an empty path means the body itself.
    pub(crate) fn add(&mut self, at: &str, code: &str, message: impl Into<String>) {
        let mut node = &mut self.tree;
        for key in at.split('.').filter(|key| !key.is_empty()) {
            node = &mut node[key];
        }
        let error = json!({"code": code, "message": message.into()});
        match node["_errors"].as_array_mut() {
            Some(errors) => errors.push(error),
            None => node["_errors"] = json!([error]),
        }
    }

    /// Fine when nothing was noted.
    pub(crate) fn settle(self) -> Result<(), Refusal> {
        if self.tree.as_object().is_some_and(|tree| tree.is_empty()) { Ok(()) } else { Err(self.into()) }
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        Self { errors: Some(problems.tree), ..Reason::InvalidForm.into() }
    }
}
