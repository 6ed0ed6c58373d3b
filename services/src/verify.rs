//! Verification: everything derived is computed again, every record is held against the audit chain in both directions, and
//! the chain is walked. All of one instant, in pages, however large the database.

use std::fmt;

use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    entity::{audit_head, audit_record},
    error::Result,
    store::{
        Store,
        audit::{self, Break},
        readable::readable,
    },
};

pub mod checkpoint;
mod filings;
mod ledger;
mod records;

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A roll-up row differs from the filings.
    Cell,
    /// What a filing contributes differs from its accepted version.
    Contribution,
    /// A row of coverage differs from obligations and filings.
    Coverage,
    /// A version does not have the digest that it was received with.
    Digest,
    /// A version's sums differ from its lines.
    Sums,
    /// A version is late where it came in time, or the reverse.
    Late,
    /// A version's region is not that of the obligation.
    Region,
    /// No submission of the filing is recorded under the number of the receipt.
    Receipt,
    /// Who decided, or that nobody did, does not go with the state of the version.
    Decision,
    /// The state of a filing does not go with its versions.
    State,
    /// A due day does not follow from the rules.
    DueDay,
    /// What the register says of a resident now does not follow from its history.
    Register,
    /// A stored value cannot be read.
    Unreadable,
    /// A row belongs to one that is not there.
    Orphan,
    /// A record is not what its last event says.
    Changed,
    /// There is a record of which no event tells.
    Unrecorded,
    /// There is no record of which an event tells.
    Missing,
    /// An event's hash does not follow from what it says.
    EventChanged,
    /// An event is missing before this one.
    EventGap,
    /// The head does not point at the last event, or counts wrongly.
    Head,
    /// Records say that they are of an event that is not there.
    EventRecords,
    /// The chain does not have an event that was its last at a checkpoint: it was cut or written again.
    Checkpoint,
    /// A checkpoint is not signed with the key it was held against.
    Signature,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What.
    pub what: What,
    /// Where.
    pub at: String,
    /// The last event that tells of the record as it should be.
    pub since: Option<i64>,
}

impl Finding {
    /// A finding that no event dates.
    pub fn new(what: What, at: impl fmt::Display) -> Self {
        Self { what, at: at.to_string(), since: None }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Cell => "roll-up differs from the filings",
            What::Contribution => "contribution differs from the accepted version",
            What::Coverage => "coverage differs from obligations and filings",
            What::Digest => "version does not have the digest that it was received with",
            What::Sums => "version's sums differ from its lines",
            What::Late => "version is not late or in time as its obligation says",
            What::Region => "version's region is not that of its obligation",
            What::Receipt => "no submission is recorded under the number of the receipt",
            What::Decision => "who decided does not go with the version's state",
            What::State => "filing's state does not go with its versions",
            What::DueDay => "due day does not follow from the rules",
            What::Register => "what the register says now does not follow from its history",
            What::Unreadable => "stored value cannot be read",
            What::Orphan => "row of a parent that is not there",
            What::Changed => "record is not what its last event says",
            What::Unrecorded => "record of which no event tells",
            What::Missing => "no record of which an event tells",
            What::EventChanged => "event's hash does not follow from what it says",
            What::EventGap => "an event is missing before this one",
            What::Head => "head does not point at the last event, or counts wrongly",
            What::EventRecords => "records of an event that is not there",
            What::Checkpoint => "the chain was cut or written again since this checkpoint",
            What::Signature => "checkpoint is not signed with the key it was held against",
        };
        write!(f, "{what}: {}", self.at)?;
        match self.since {
            Some(seq) => write!(f, " (should be as event {seq} left it)"),
            None => Ok(()),
        }
    }
}

/// What was looked at, and every difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Accepted filings added up.
    pub filings: usize,
    /// Versions whose digest was computed again.
    pub versions: usize,
    /// Lines of those versions.
    pub lines: usize,
    /// Records held against the chain.
    pub records: usize,
    /// Events walked.
    pub events: i64,
    /// Differences.
    pub findings: Vec<Finding>,
    /// Which of them are of records that an event tells of: place in the list, kind and key.
    undated: Vec<(usize, &'static str, String)>,
}

impl Report {
    /// Rows of a table that cannot be read.
    pub(crate) fn unreadable(&mut self, table: &str, keys: Vec<String>) {
        self.findings.extend(keys.into_iter().map(|key| Finding::new(What::Unreadable, format_args!("{table}/{key}"))));
    }

    pub(crate) fn find(&mut self, what: What, at: impl fmt::Display) {
        self.findings.push(Finding::new(what, at));
    }

    /// As `find`, of what follows from a record: the finding is as the last event on the record left it.
    pub(crate) fn find_of(&mut self, what: What, at: impl fmt::Display, kind: &'static str, key: impl fmt::Display) {
        self.undated.push((self.findings.len(), kind, key.to_string()));
        self.find(what, at);
    }

    /// Looks up the events since when findings should be otherwise.
    async fn date(&mut self, now: &DatabaseTransaction) -> Result<()> {
        use audit_record::Column::{Key, Kind, Seq};

        for (n, kind, key) in std::mem::take(&mut self.undated) {
            let last = audit_record::Entity::find().filter(Kind.eq(kind)).filter(Key.eq(key)).order_by_desc(Seq).limit(1);
            self.findings[n].since = readable(now, last).await?.0.first().map(|record| record.seq);
        }
        Ok(())
    }
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Events walked, of how many.
    Events(i64, i64),
    /// Filings looked at.
    Filings(usize),
    /// Records held against the chain.
    Records(usize),
}

/// Verifies everything.
///
/// # Errors
/// The database's.
pub async fn verify(store: &Store) -> Result<Report> {
    verify_with(store, &mut |_| {}).await
}

/// As [`verify`]; `seen` is told how far it is.
///
/// # Errors
/// The database's.
pub async fn verify_with(store: &Store, seen: &mut (dyn FnMut(Progress) + Send)) -> Result<Report> {
    // one instant for all: an acceptance in the middle would look like a difference
    verify_at(&store.snapshot().await?, seen).await
}

/// Verifies what one transaction sees.
///
/// # Errors
/// The database's.
pub async fn verify_at(now: &DatabaseTransaction, seen: &mut (dyn FnMut(Progress) + Send)) -> Result<Report> {
    let mut report = Report::default();
    let last = readable(now, audit_head::Entity::find()).await?.0.first().map_or(0, |head| head.seq);
    let breaks = audit::walk(now, &mut |seq| seen(Progress::Events(seq, last))).await?;
    report.events = last;
    report.findings.extend(breaks.into_iter().map(|found| match found {
        Break::Changed(seq) => Finding { since: Some(seq), ..Finding::new(What::EventChanged, format_args!("audit_event/{seq}")) },
        Break::Gap(seq) => Finding { since: Some(seq), ..Finding::new(What::EventGap, format_args!("audit_event/{seq}")) },
        Break::Head => Finding::new(What::Head, "audit_head"),
        Break::Records => Finding::new(What::EventRecords, "audit_record"),
    }));
    records::hold(now, &mut report, seen).await?;
    let recomputed = filings::recompute(now, &mut report, seen).await?;
    records::orphans(now, &mut report).await?;
    ledger::compare(now, recomputed, &mut report).await?;
    ledger::rule_values(now, &mut report).await?;
    ledger::due_days(now, &mut report).await?;
    report.date(now).await?;
    Ok(report)
}
