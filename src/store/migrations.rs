//! The schema, step by step, forward only.

use sqlx::SqlSafeStr as _;
use sqlx::SqliteConnection;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::StoreError;

/// Number, name, text.
const STEPS: &[(i64, &str, &str)] = &[(1, "start", include_str!("../../migrations/sqlite/0001_start.sql"))];

/// Brings the schema up to date.
pub(super) async fn run(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let steps = STEPS
        .iter()
        .map(|&(version, name, sql)| Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false));
    let mut migrator = Migrator::with_migrations(steps.collect());
    // One process at a time holds the file: `Lock` sees to that.
    migrator.set_locking(false);
    migrator.run(&mut *conn).await.map_err(|e| StoreError::Other(format!("bringing the schema up to date: {e}")))
}
