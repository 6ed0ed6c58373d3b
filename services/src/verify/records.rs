//! Every record against the audit chain: no record without its event, no event without its record.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::register::Entry;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IdenStatic, QueryFilter, QuerySelect, QueryTrait, prelude::Expr, sea_query::Query,
};
use uuid::Uuid;

use super::{Finding, Progress, Report, What};
use crate::{
    entity::{
        audit_record, contribution, domestic_line, edit_answer, export_line, filing, filing_version, obligation, official_series,
        people_line, rate, register_entry, release_figure, release_file, resident,
    },
    error::{Result, ServiceError},
    register,
    releases::unpacked,
    store::{
        audit::sha256_hex,
        readable::readable,
        record::{Grouped, Groups, Pages, Recorded, for_each_kind, group_text},
    },
};

type Seen<'a> = &'a mut (dyn FnMut(Progress) + Send);

pub(super) async fn hold(now: &impl ConnectionTrait, report: &mut Report, seen: Seen<'_>) -> Result<()> {
    for_each_kind!(rows(now, report, seen));
    all_groups(now, report, seen).await?;
    names(now, report).await
}

async fn all_groups(now: &impl ConnectionTrait, report: &mut Report, seen: Seen<'_>) -> Result<()> {
    groups::<release_figure::Model>(now, report, seen, false).await?;
    groups::<release_file::Model>(now, report, seen, false).await?;
    bytes_of_files(now, report).await?;
    groups::<rate::Model>(now, report, seen, false).await?;
    groups::<official_series::Model>(now, report, seen, false).await?;
    groups::<obligation::Model>(now, report, seen, false).await?;
    // digests of today hold the answers; those of before have them recorded apart
    groups::<edit_answer::Model>(now, report, seen, true).await
}

/// The last word of the chain on each record of a kind, in the order of their keys.
struct LastWords {
    kind: &'static str,
    page: VecDeque<audit_record::Model>,
    after: Option<(String, i64)>,
    done: bool,
}

impl LastWords {
    fn of(kind: &'static str) -> Self {
        Self { kind, page: VecDeque::new(), after: None, done: false }
    }

    async fn fill(&mut self, now: &impl ConnectionTrait) -> Result<()> {
        const PAGE: u64 = 2_000;
        while self.page.is_empty() && !self.done {
            let mut cursor = audit_record::Entity::find()
                .filter(audit_record::Column::Kind.eq(self.kind))
                .cursor_by((audit_record::Column::Key, audit_record::Column::Seq));
            if let Some(after) = self.after.clone() {
                cursor.after(after);
            }
            let page = match cursor.first(PAGE).all(now).await.map_err(ServiceError::from) {
                // the chain says which event that changes
                Err(ServiceError::Corrupt(_)) => Vec::new(),
                page => page?,
            };
            self.done = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            self.after = page.last().map(|row| (row.key.clone(), row.seq));
            self.page.extend(page);
        }
        Ok(())
    }

    /// The next record that the chain leaves in being, or `None` after the last.
    async fn next(&mut self, now: &impl ConnectionTrait) -> Result<Option<audit_record::Model>> {
        let mut last: Option<audit_record::Model> = None;
        loop {
            self.fill(now).await?;
            let next = self.page.pop_front();
            match (&next, last) {
                // all that is said of the record was heard, and it is there
                (after, Some(word)) if word.digest.is_some() && after.as_ref().is_none_or(|after| after.key != word.key) => {
                    if let Some(after) = next {
                        self.page.push_front(after);
                    }
                    return Ok(Some(word));
                }
                (None, _) => return Ok(None),
                (Some(_), _) => last = next,
            }
        }
    }
}

/// The rows of a kind in the order of their keys.
struct Rows<M: Recorded> {
    pages: Pages<M>,
    page: VecDeque<M>,
    sorted: bool,
}

impl<M: Recorded> Rows<M> {
    fn new() -> Self {
        Self { pages: Pages::new(), page: VecDeque::new(), sorted: M::ID.is_some() }
    }

    async fn next(&mut self, now: &impl ConnectionTrait) -> Result<Option<M>> {
        if !self.sorted {
            // keys of several columns, in tables that are small
            let mut all = Vec::new();
            while let Some(page) = self.pages.next(now).await? {
                all.extend(page);
            }
            all.sort_by_cached_key(Recorded::key);
            self.page = all.into();
            self.sorted = true;
        }
        if self.page.is_empty()
            && let Some(page) = self.pages.next(now).await?
        {
            self.page.extend(page);
        }
        Ok(self.page.pop_front())
    }
}

async fn rows<M: Recorded>(now: &impl ConnectionTrait, report: &mut Report, seen: Seen<'_>) -> Result<()> {
    let (mut rows, mut words) = (Rows::<M>::new(), LastWords::of(M::KIND));
    let (mut row, mut word) = (rows.next(now).await?, words.next(now).await?);
    let mut told = BTreeSet::new();
    loop {
        let order = match (&row, &word) {
            (None, None) => {
                let untold = rows.pages.unreadable.into_iter().filter(|key| !told.contains(key));
                report.unreadable(M::KIND, untold.collect());
                return Ok(());
            }
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(row), Some(word)) => row.key().cmp(&word.key),
        };
        if order.is_le()
            && let Some(row) = &row
        {
            report.records += 1;
            if report.records.is_multiple_of(10_000) {
                seen(Progress::Records(report.records));
            }
            let word = word.as_ref().filter(|_| order.is_eq());
            report.findings.extend(compared(M::KIND, &row.key(), word, |form| row.text(form)));
        } else if let Some(word) = &word {
            let unreadable = rows.pages.unreadable.contains(&word.key);
            told.extend(unreadable.then(|| word.key.clone()));
            report.findings.push(if unreadable { Finding { what: What::Unreadable, ..missing(word) } } else { missing(word) });
        }
        if order.is_le() {
            row = rows.next(now).await?;
        }
        if order.is_ge() {
            word = words.next(now).await?;
        }
    }
}

fn missing(word: &audit_record::Model) -> Finding {
    Finding { since: Some(word.seq), ..Finding::new(What::Missing, format_args!("{}/{}", word.kind, word.key)) }
}

/// A record against the last word on it.
fn compared(kind: &str, key: &str, word: Option<&audit_record::Model>, text: impl FnOnce(i32) -> Option<String>) -> Option<Finding> {
    let at = format!("{kind}/{key}");
    let Some(word) = word else { return Some(Finding::new(What::Unrecorded, at)) };
    let digest = text(word.form).map(|text| sha256_hex(text.as_bytes()));
    (digest != word.digest).then(|| Finding { since: Some(word.seq), ..Finding::new(What::Changed, at) })
}

/// The groups of a table; with `known_only` those that no event tells of are left to other checks.
async fn groups<M: Grouped>(now: &impl ConnectionTrait, report: &mut Report, seen: Seen<'_>, known_only: bool) -> Result<()> {
    let mut words = LastWords::of(M::GROUP);
    let mut known: BTreeMap<String, audit_record::Model> = BTreeMap::new();
    while let Some(word) = words.next(now).await? {
        known.insert(word.key.clone(), word);
    }
    if known_only && known.is_empty() {
        return Ok(());
    }
    let mut groups = Groups::<M>::new();
    while let Some(group) = groups.next(now).await? {
        let key = group[0].group();
        let word = known.remove(&key);
        if word.is_none() && known_only {
            continue;
        }
        report.records += group.len();
        seen(Progress::Records(report.records));
        report.findings.extend(compared(M::GROUP, &key, word.as_ref(), |form| group_text(&group, form)));
    }
    report.unreadable(M::KIND, groups.pages.unreadable);
    report.findings.extend(known.values().map(missing));
    Ok(())
}

/// The bytes of published files, for which their digests stand in the chain.
async fn bytes_of_files(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    let mut pages = Pages::<release_file::Model>::new();
    while let Some(page) = pages.next(now).await? {
        for row in &page {
            let bytes = unpacked(row);
            if !bytes.is_some_and(|bytes| sha256_hex(&bytes) == row.digest && usize::try_from(row.size) == Ok(bytes.len())) {
                report.find_of(What::Changed, format_args!("release_file/{}", row.key()), release_file::Model::GROUP, row.group());
            }
        }
    }
    Ok(())
}

/// Rows whose parents are not there. The databases refuse them, but a shell may have been told not to.
pub(super) async fn orphans(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    use {
        contribution::Column as Contribution, domestic_line::Column as Domestic, edit_answer::Column as EditAnswer,
        export_line::Column as Export, filing::Column as Filing, filing_version::Column as Version, obligation::Column as Obligation,
        people_line::Column as People, resident::Column as Resident,
    };
    orphans_of(now, report, obligation::Entity, Obligation::ResidentId, resident::Entity, Resident::Id).await?;
    orphans_of(now, report, filing::Entity, Filing::ResidentId, resident::Entity, Resident::Id).await?;
    orphans_of(now, report, contribution::Entity, Contribution::ResidentId, resident::Entity, Resident::Id).await?;
    orphans_of(now, report, filing_version::Entity, Version::FilingId, filing::Entity, Filing::Id).await?;
    orphans_of(now, report, domestic_line::Entity, Domestic::VersionId, filing_version::Entity, Version::Id).await?;
    orphans_of(now, report, export_line::Entity, Export::VersionId, filing_version::Entity, Version::Id).await?;
    orphans_of(now, report, people_line::Entity, People::VersionId, filing_version::Entity, Version::Id).await?;
    orphans_of(now, report, edit_answer::Entity, EditAnswer::VersionId, filing_version::Entity, Version::Id).await
}

async fn orphans_of<C: EntityTrait, P: EntityTrait>(
    now: &impl ConnectionTrait,
    report: &mut Report,
    table: C,
    of: C::Column,
    parents: P,
    id: P::Column,
) -> Result<()> {
    let parent =
        Query::select().expr(Expr::val(1)).from(parents).and_where(Expr::col(id.as_column_ref()).equals(of.as_column_ref())).take();
    let alone = C::find().select_only().column(of).distinct().filter(Expr::exists(parent).not());
    for row in now.query_all_raw(alone.build(now.get_database_backend())).await? {
        let id = row.try_get::<Uuid>("", of.as_str()).map(|id| id.to_string()).unwrap_or_default();
        report.find(What::Orphan, format_args!("{}/{id}", table.table_name()));
    }
    Ok(())
}

/// What the register says of residents now, and how their names are searched for.
async fn names(now: &impl ConnectionTrait, report: &mut Report) -> Result<()> {
    let mut pages = Pages::<resident::Model>::new();
    while let Some(page) = pages.next(now).await? {
        let entries = register_entry::Entity::find().filter(register_entry::Column::ResidentId.is_in(page.iter().map(|row| row.id)));
        // rows that cannot be read are said above
        let mut said: BTreeMap<Uuid, Vec<Entry>> = BTreeMap::new();
        for row in readable(now, entries).await?.0 {
            if let Ok(entry) = register::entry(&row) {
                said.entry(row.resident_id).or_default().push(entry);
            } else {
                let at = format_args!("register_entry/{}", row.key());
                report.find_of(What::Unreadable, at, register_entry::Model::KIND, row.key());
            }
        }
        for row in &page {
            let entries = said.remove(&row.id).unwrap_or_default();
            if register::current(row.clone(), &entries) != *row {
                report.find_of(What::Register, format_args!("resident/{}", row.id), resident::Model::KIND, row.id);
            }
        }
    }
    Ok(())
}
