//! Why the store could not do something.

/// Why the store could not do something. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, or the file may not grow.
    #[error("the database cannot grow: free some space on its disk")]
    Full,
    /// Somebody else holds the file.
    #[error("the database is locked by another program: stop it, or wait")]
    Locked,
    /// The file or its folder cannot be written.
    #[error("the database cannot be written: check who owns its file and folder")]
    ReadOnly,
    /// Somebody else runs Leadbell on this file.
    #[error("another Leadbell runs on this database ({0}): stop it first")]
    InUse(String),
    /// The SQLite inside has a known defect.
    #[error("SQLite {0} can lose committed data: build with 3.51.3 or newer")]
    Defective(String),
    /// The writer has stopped.
    #[error("the store is closed")]
    Closed,
    /// A row does not read back as what was written.
    #[error("{table} {id}: {why}")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else that SQLite says.
    #[error("database: {0}")]
    Other(String),
}

impl StoreError {
    /// May go away by itself: worth keeping the bytes somewhere else until then.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Full | StoreError::Locked | StoreError::ReadOnly | StoreError::Other(_) => true,
            StoreError::InUse(_) | StoreError::Defective(_) | StoreError::Closed | StoreError::Corrupt { .. } => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<i64>().ok());
        // The lowest byte is SQLite's primary result code.
        match code.map(|c| c & 0xff) {
            Some(13) => StoreError::Full,
            Some(5 | 6) => StoreError::Locked,
            Some(8 | 14) => StoreError::ReadOnly,
            _ => StoreError::Other(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Other(format!("JSON: {error}"))
    }
}
