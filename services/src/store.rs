//! The database, the clock and the source of randomness; and the only way to write.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, SubsecRound, Utc};
use domain::{clock::Clock, record::RecordDigest};
use sea_orm::{
    AccessMode, ActiveModelBehavior, ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, EntityTrait, IntoActiveModel, IsolationLevel, Iterable, ModelTrait, QueryOrder, QuerySelect, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::{
    entity::{audit_event, audit_head},
    error::{Result, ServiceError},
    store::{
        audit::{Chain, Event},
        record::{Grouped, Recorded, group_record},
    },
};

pub(crate) mod adopt;
pub mod audit;
pub mod code;
pub(crate) mod readable;
pub(crate) mod record;

/// A source of random bytes fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// For reading: the database refuses to write through it. Writing goes through [`Store::write`].
    pub db: DatabaseConnection,
    writer: DatabaseConnection,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A transaction that ends with audit events. Rows that are records are written through it, so that the events carry their
/// digests. Dropped without [`Write::commit`] it leaves no trace.
pub struct Write {
    transaction: DatabaseTransaction,
    /// The instant of everything that the transaction writes.
    pub at: DateTime<Utc>,
    chain: Mutex<Chain>,
}

impl Deref for Write {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

/// The most values of a statement: `SQLite`'s limit.
const VALUES: usize = 32_766;

impl Write {
    fn chain(&self) -> MutexGuard<'_, Chain> {
        // nothing panics while it is held
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of the next event.
    pub(crate) fn next_seq(&self) -> i64 {
        self.chain().next_seq()
    }

    /// Inserts records.
    pub(crate) async fn insert_all<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: Recorded + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: ActiveModelTrait<Entity = M::Entity>,
    {
        self.chain().records(rows.iter().map(Recorded::record));
        self.insert_unrecorded(rows).await
    }

    /// Inserts rows of which a group is recorded, or which are derived.
    pub(crate) async fn insert_unrecorded<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait<Entity: EntityTrait<Model = M>> + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: ActiveModelTrait<Entity = M::Entity>,
    {
        let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
        let most = VALUES / ColumnOf::<M>::iter().count().max(1);
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(most).collect();
            M::Entity::insert_many(chunk).exec_without_returning(&self.transaction).await?;
        }
        Ok(())
    }

    /// Inserts a record.
    pub(crate) async fn insert<M>(&self, row: M) -> Result<()>
    where
        M: Recorded + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: ActiveModelTrait<Entity = M::Entity>,
    {
        self.insert_all(vec![row]).await
    }

    /// Stores the given columns of a record that is there; `row` says what it is afterwards.
    pub(crate) async fn update<M>(&self, row: M, columns: impl IntoIterator<Item = ColumnOf<M>>) -> Result<()>
    where
        M: Recorded + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        self.chain().records([row.record()]);
        let mut row = row.into_active_model();
        for column in columns {
            row.reset(column);
        }
        row.update_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Deletes a record.
    pub(crate) async fn delete<M>(&self, row: M) -> Result<()>
    where
        M: Recorded + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        self.chain().records([RecordDigest { digest: None, ..row.record() }]);
        row.into_active_model().delete(&self.transaction).await?;
        Ok(())
    }

    /// Says what a group of rows is now.
    pub(crate) fn group<M: Grouped>(&self, group: String, rows: &[M]) {
        self.chain().records([group_record(group, rows)]);
    }

    /// Says what records are that are written by other means.
    pub(crate) fn note(&self, records: impl IntoIterator<Item = RecordDigest>) {
        self.chain().records(records);
    }

    /// Writes an event, with the records that were written since the last one, into the audit chain.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn say(&self, event: Event) -> Result<()> {
        let (event, records) = self.chain().append(self.at, event)?;
        audit_event::Entity::insert(event.into_active_model()).exec_without_returning(&self.transaction).await?;
        self.insert_unrecorded(records).await
    }

    /// Writes the last events and commits.
    ///
    /// # Errors
    /// The database's; then nothing was written. A record without an event is refused.
    pub async fn commit(self, events: impl IntoIterator<Item = Event>) -> Result<()> {
        for event in events {
            self.say(event).await?;
        }
        let head = self.chain().head()?;
        if let Some(head) = head {
            head.into_active_model().reset_all().update_without_returning(&self.transaction).await?;
        }
        Ok(self.transaction.commit().await?)
    }
}

type ActiveModelOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::ActiveModel;
type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// How long a write waits for its turn before it says that the database is busy. A request must answer before its sender
/// gives up, and two waits must fit into it.
const TURN: Duration = Duration::from_secs(5);

/// How to open a database for the server: several connections, and on `SQLite` write-ahead logging with every commit
/// on disk before it is confirmed (a receipt is for ever).
pub fn connect_options(url: &str, connections: u32) -> ConnectOptions {
    options(url, connections, false)
}

fn options(url: &str, connections: u32, reads_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false).acquire_timeout(TURN);
    // the pool's task that reaps connections can count below zero while one is taken, and then turns for ever (sqlx-core 0.9.0); a
    // connection that was lost is found when it is taken
    options.idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(true)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("cache_size", "-4000")
            .busy_timeout(TURN)
            .row_buffer_size(500) // a quarter's rates in one go: each full buffer is a change of threads
            .pragma("query_only", if reads_only { "ON" } else { "OFF" })
    });
    options.map_sqlx_postgres_opts(move |postgres| {
        let reads_only = if reads_only { "on" } else { "off" };
        postgres.options([("lock_timeout", TURN.as_millis().to_string()), ("default_transaction_read_only", reads_only.to_owned())])
    });
    options
}

impl Store {
    /// Connects to `sqlite://…` or `postgres://…`.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self> {
        // the writer first: on SQLite it makes the files that readers share
        let writer = Database::connect(connect_options(url, 4)).await?;
        let db = Database::connect(options(url, 8, true)).await?;
        Ok(Self { db, writer, clock, entropy })
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// The database's.
    pub async fn close(self) -> Result<()> {
        self.db.close().await?;
        Ok(self.writer.close().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }

    /// The same database with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The current instant in whole milliseconds, which both databases store exactly.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(3)
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A new identifier that sorts by time (UUID version 7).
    pub fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// When the last event happened.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_instant(&self) -> Result<Option<DateTime<Utc>>> {
        let last = audit_event::Entity::find().order_by_desc(audit_event::Column::Seq).one(&self.db).await?;
        Ok(last.map(|event| event.at))
    }

    /// For what changes all the time and is nobody's record: drafts while they are typed. One statement at a time, which waits
    /// for no turn of the audit chain.
    pub(crate) fn off_record(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a write that is nobody's record: sign-in attempts, sessions, texts kept for their senders. It waits for no turn
    /// of the audit chain; those that name one of the same `turns` wait for each other.
    ///
    /// # Errors
    /// The database's.
    #[expect(clippy::disallowed_methods, reason = "IMMEDIATE on SQLite, where all writers wait for each other anyway")]
    pub(crate) async fn aside(&self, turns: &[String]) -> Result<DatabaseTransaction> {
        let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let transaction = self.writer.begin_with_options(immediate).await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            // in one order, so that no two wait for each other for ever
            let mut turns: Vec<&String> = turns.iter().collect();
            turns.sort();
            for turn in turns {
                let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
                transaction.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, [turn.into()])).await?;
            }
        }
        Ok(transaction)
    }

    /// Begins a read that sees the database as it is now, whatever is written meanwhile.
    ///
    /// # Errors
    /// The database's.
    #[expect(clippy::disallowed_methods, reason = "reads only: on SQLite a deferred transaction that never writes waits for nobody")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            isolation_level: (self.db.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead),
            access_mode: (self.db.get_database_backend() == DbBackend::Postgres).then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        Ok(self.db.begin_with_options(options).await?)
    }

    /// Begins a write. Writers take turns on both databases: `SQLite` begins IMMEDIATE, `PostgreSQL` locks the head of
    /// the audit chain. So what a use case reads in the transaction cannot change before it commits.
    ///
    /// # Errors
    /// The database's.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that begins a transaction, IMMEDIATE on SQLite")]
    pub async fn write(&self) -> Result<Write> {
        let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let transaction = self.writer.begin_with_options(immediate).await?;
        let mut head = audit_head::Entity::find();
        if transaction.get_database_backend() == DbBackend::Postgres {
            head = head.lock_exclusive();
        }
        let head = head.one(&transaction).await?.ok_or(ServiceError::Corrupt("audit_head"))?;
        Ok(Write { transaction, at: self.now(), chain: Mutex::new(Chain::at(head)) })
    }
}
