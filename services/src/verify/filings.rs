//! Filings, a few residents at a time: what their versions say, and what follows from it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    content::Converted,
    edits::Answer,
    filing::{FilingState, VersionState, is_late},
    ids::{PersonId, ResidentId},
    ledger::{Contributions, Ledger, contributions},
    obligation::is_filed,
    people::PeopleCount,
    quarter::Quarter,
    record::VersionRecord,
    region::Region,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Progress, Report, What, ledger::Recomputed};
use crate::{
    entity::{audit_event, contribution, filing, filing_version, obligation, resident},
    error::{Result, ServiceError},
    filings::{
        answers,
        lines::load_lines_of,
        submit::{digest, sequence_of},
    },
    ledger::read_contributions,
    rules::Groups,
    store::{
        readable::readable,
        record::{Pages, Recorded},
    },
};

/// How many residents are looked at at once: a few thousand versions at most.
const RESIDENTS: usize = 200;

pub(super) async fn recompute(
    now: &impl ConnectionTrait,
    report: &mut Report,
    seen: &mut (dyn FnMut(Progress) + Send),
) -> Result<Recomputed> {
    let mut recomputed = Recomputed::default();
    let mut pages = Pages::<resident::Model>::new();
    let mut looked_at = 0;
    let mut groups = match Groups::load(now).await {
        // said by the records; without them nothing can be added up again
        Err(ServiceError::Corrupt(_)) => Groups::default(),
        groups => groups?,
    };
    while let Some(page) = pages.next(now).await? {
        for residents in page.chunks(RESIDENTS) {
            let residents: Vec<Uuid> = residents.iter().map(|row| row.id).collect();
            let rows = contribution::Entity::find().filter(contribution::Column::ResidentId.is_in(residents.iter().copied()));
            let (rows, unreadable) = readable(now, rows).await?;
            report.unreadable("contribution", unreadable);
            let contributed = read_contributions(rows).unwrap_or_else(|_| {
                report.find(What::Unreadable, "contribution");
                Contributed::new()
            });
            let batch = Batch::load(now, residents, report).await?;
            looked_at += batch.filings.len();
            batch.check(contributed, &mut groups, report, &mut recomputed)?;
            seen(Progress::Filings(looked_at));
        }
    }
    Ok(recomputed)
}

/// What the ledger has of residents and quarters.
type Contributed = BTreeMap<(Uuid, Quarter), Contributions>;

/// A version with all that it says.
struct Version {
    row: filing_version::Model,
    lines: Converted,
    answers: Vec<Answer>,
}

/// Versions with what they say. Where a line or an answer cannot be read, they are read one by one, and those that cannot are reported.
async fn said(now: &impl ConnectionTrait, rows: Vec<filing_version::Model>, report: &mut Report) -> Result<Vec<Version>> {
    match said_together(now, &rows).await {
        Err(ServiceError::Corrupt(_)) => {
            let mut versions = Vec::new();
            for row in rows {
                match said_together(now, std::slice::from_ref(&row)).await {
                    Err(ServiceError::Corrupt(_)) => {
                        report.find_of(What::Unreadable, format_args!("filing_version/{}", row.id), filing_version::Model::KIND, row.id);
                    }
                    found => versions.extend(found?),
                }
            }
            Ok(versions)
        }
        found => found,
    }
}

async fn said_together(now: &impl ConnectionTrait, rows: &[filing_version::Model]) -> Result<Vec<Version>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut answers = answers::of_versions(now, &ids).await?;
    let lines = load_lines_of(now, rows).await?;
    let version = |(row, lines): (&filing_version::Model, _)| Version {
        row: row.clone(),
        lines,
        answers: answers.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.iter().zip(lines).map(version).collect())
}

/// The filings of some residents.
struct Batch {
    filings: Vec<(filing::Model, Vec<Version>)>,
    owed: BTreeMap<(Uuid, Quarter), (Region, NaiveDate)>,
    /// Action and subject of the events under whose numbers receipts were given.
    received: BTreeMap<i64, (String, String)>,
}

impl Batch {
    async fn load(now: &impl ConnectionTrait, residents: Vec<Uuid>, report: &mut Report) -> Result<Self> {
        // rows that cannot be read are said by their records; what is missing without them is said here
        let owed = obligation::Entity::find().filter(obligation::Column::ResidentId.is_in(residents.iter().copied()));
        let owed = readable(now, owed).await?.0;
        let filings = filing::Entity::find()
            .filter(filing::Column::ResidentId.is_in(residents))
            .order_by_asc(filing::Column::ResidentId)
            .order_by_asc(filing::Column::Quarter);
        let filings = readable(now, filings).await?.0;
        let rows = filing_version::Entity::find()
            .filter(filing_version::Column::FilingId.is_in(filings.iter().map(|filing| filing.id)))
            .order_by_asc(filing_version::Column::Number);
        let rows = readable(now, rows).await?.0;
        let receipts = rows.iter().filter_map(|row| sequence_of(&row.receipt));
        let events = readable(now, audit_event::Entity::find().filter(audit_event::Column::Seq.is_in(receipts))).await?.0;
        let mut versions: BTreeMap<Uuid, Vec<Version>> = BTreeMap::new();
        for version in said(now, rows, report).await? {
            versions.entry(version.row.filing_id).or_default().push(version);
        }
        Ok(Self {
            filings: filings
                .into_iter()
                .map(|row| {
                    let own = versions.remove(&row.id).unwrap_or_default();
                    (row, own)
                })
                .collect(),
            owed: owed.into_iter().map(|row| ((row.resident_id, row.quarter.0), (row.region.0, row.due_on))).collect(),
            received: events.into_iter().map(|event| (event.seq, (event.action, event.subject))).collect(),
        })
    }

    fn check(&self, mut contributed: Contributed, groups: &mut Groups, report: &mut Report, recomputed: &mut Recomputed) -> Result<()> {
        for ((_, quarter), (region, _)) in &self.owed {
            recomputed.coverage.entry((*quarter, *region)).or_default().0 += 1;
        }
        for of_resident in self.filings.chunk_by(|a, b| a.0.resident_id == b.0.resident_id) {
            let mut accepted = Vec::new();
            for (filing, versions) in of_resident {
                match self.check_filing(filing, versions, groups, report) {
                    Ok(found) => {
                        cover(filing, versions, recomputed);
                        let kept = found.as_ref().and_then(|(quarter, _)| contributed.remove(&(filing.resident_id, *quarter)));
                        if found.as_ref().map(|(_, contributions)| contributions) != kept.as_ref() {
                            let at = format_args!("contribution/{}/{}", filing.resident_id, filing.quarter);
                            report.find_of(What::Contribution, at, filing::Model::KIND, filing.id);
                        }
                        accepted.extend(found);
                    }
                    Err(_) => report.find_of(What::Unreadable, format_args!("filing/{}", filing.id), filing::Model::KIND, filing.id),
                }
            }
            for year in accepted.chunk_by(|a: &(Quarter, Contributions), b| a.0.year() == b.0.year()) {
                let year: BTreeMap<Quarter, Contributions> = year.iter().cloned().collect();
                recomputed.ledger = std::mem::take(&mut recomputed.ledger).plus(&Ledger::of_resident_year(&year)?)?;
            }
        }
        for (resident, quarter) in contributed.keys() {
            report.find(What::Contribution, format_args!("contribution/{resident}/{quarter}"));
        }
        Ok(())
    }

    /// What the accepted version of a filing contributes, if it has one.
    fn check_filing(
        &self,
        filing: &filing::Model,
        versions: &[Version],
        groups: &mut Groups,
        report: &mut Report,
    ) -> Result<Option<(Quarter, Contributions)>> {
        let quarter = filing.quarter.0;
        let mut accepted = None;
        for (n, version) in versions.iter().enumerate() {
            if usize::try_from(version.row.number) != Ok(n + 1) {
                let id = version.row.id;
                report.find_of(What::State, format_args!("filing_version/{id}"), filing_version::Model::KIND, id);
            }
            self.check_version(filing, quarter, version, report)?;
            if Some(version.row.number) == filing.accepted_version {
                accepted = Some((quarter, contributions(version.row.region.0, &version.lines, groups.of(quarter)?)?));
                report.filings += 1;
            }
        }
        if !is_consistent(filing, versions) {
            report.find_of(What::State, format_args!("filing/{}", filing.id), filing::Model::KIND, filing.id);
        }
        Ok(accepted)
    }

    fn check_version(&self, filing: &filing::Model, quarter: Quarter, version: &Version, report: &mut Report) -> Result<()> {
        let Version { row, lines, answers } = version;
        report.versions += 1;
        report.lines += lines.content.domestic.len() + lines.content.exports.len() + lines.content.people.len();
        let mut find = |what| {
            let at = format_args!("filing_version/{} ({})", row.id, row.receipt);
            report.find_of(what, at, filing_version::Model::KIND, row.id);
        };
        let record = VersionRecord {
            resident: ResidentId(filing.resident_id),
            quarter,
            number: u32::try_from(row.number).map_err(ServiceError::corrupt("filing_version.number"))?,
            region: row.region.0,
            reason: row.reason.as_deref(),
            submitted_by: PersonId(row.submitted_by),
            submitted_at: row.submitted_at,
            late: row.late,
            converted: lines,
            answers,
        };
        if digest(&record, row.digest_form).ok().as_ref() != Some(&row.digest) {
            find(What::Digest);
        }
        if !are_sums_right(row, lines) || row.quarter != filing.quarter {
            find(What::Sums);
        }
        match self.owed.get(&(filing.resident_id, quarter)) {
            Some((_, due)) if is_late(row.submitted_at, *due) != row.late => find(What::Late),
            Some((region, _)) if *region != row.region.0 => find(What::Region),
            Some(_) => {}
            None => find(What::Region),
        }
        let received = sequence_of(&row.receipt).and_then(|seq| self.received.get(&seq));
        if received.is_none_or(|(action, subject)| action != "filing.submit" || *subject != format!("filing/{}", filing.id)) {
            find(What::Receipt);
        }
        if !is_decision_right(row) {
            find(What::Decision);
        }
        Ok(())
    }
}

fn cover(filing: &filing::Model, versions: &[Version], recomputed: &mut Recomputed) {
    let Some(version) = versions.last() else { return };
    let row = recomputed.coverage.entry((filing.quarter.0, version.row.region.0)).or_default();
    row.1 += i64::from(is_filed(filing.state.0, filing.accepted_version.is_some()));
    row.2 += i64::from(filing.accepted_version.is_some());
}

fn are_sums_right(row: &filing_version::Model, lines: &Converted) -> bool {
    lines.totals().is_ok_and(|totals| {
        let sums = (totals.books.0, totals.domestic.0, totals.exports_uzs.0, totals.exports_usd.0, totals.services.0);
        let kept = (row.control_tiyin, row.domestic_tiyin, row.exports_tiyin, row.exports_cents, row.services_tiyin);
        sums == kept && i64::from(totals.people[PeopleCount::Employees]) == i64::from(row.employees)
    })
}

/// Whether somebody decided exactly where the state says so: another than who submitted, but for what was withdrawn.
fn is_decision_right(row: &filing_version::Model) -> bool {
    let state = row.state.0;
    let decided = row.decided_by.is_some() && row.decided_at.is_some_and(|at| at >= row.submitted_at);
    let reasoned = row.return_reason.is_some() == (state == VersionState::Returned);
    reasoned
        && match state {
            VersionState::Submitted => row.decided_by.is_none() && row.decided_at.is_none(),
            VersionState::Withdrawn => decided,
            VersionState::Returned | VersionState::Accepted | VersionState::Superseded => {
                decided && row.decided_by != Some(row.submitted_by)
            }
        }
}

/// Whether the row of a filing goes with the states of its versions.
fn is_consistent(filing: &filing::Model, versions: &[Version]) -> bool {
    let states: Vec<VersionState> = versions.iter().map(|version| version.row.state.0).collect();
    let Ok(last) = i32::try_from(versions.len()) else { return false };
    let in_force: Vec<i32> = (1..).zip(&states).filter(|(_, state)| **state == VersionState::Accepted).map(|(n, _)| n).collect();
    let waiting = states.iter().filter(|state| **state == VersionState::Submitted).count();
    let of_last = states.last().copied();
    let goes_with = match filing.state.0 {
        FilingState::Draft => waiting == 0 && filing.version == last + 1,
        FilingState::Submitted => waiting == 1 && of_last == Some(VersionState::Submitted) && filing.version == last,
        FilingState::Returned => waiting == 0 && of_last == Some(VersionState::Returned) && filing.version == last,
        FilingState::Accepted => waiting == 0 && filing.accepted_version.is_some() && filing.version == last,
    };
    goes_with && in_force == Vec::from_iter(filing.accepted_version)
}
