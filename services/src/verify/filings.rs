//! Filings, a few residents at a time: what their versions say, and what follows from it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    content::{Converted, PeopleCount},
    edits::Answer,
    filing::{FilingState, VersionState, is_late},
    ids::{PersonId, ResidentId},
    ledger::{Contributions, Ledger, contributions},
    obligation::is_filed,
    quarter::Quarter,
    record::VersionRecord,
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
    store::record::Pages,
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
    let mut groups = Groups::load(now).await?;
    while let Some(page) = pages.next(now).await? {
        for residents in page.chunks(RESIDENTS) {
            let residents: Vec<Uuid> = residents.iter().map(|row| row.id).collect();
            let rows = contribution::Entity::find().filter(contribution::Column::ResidentId.is_in(residents.iter().copied()));
            let contributed = read_contributions(rows.all(now).await?);
            let batch = Batch::load(now, residents).await?;
            looked_at += batch.filings.len();
            let contributed = contributed.unwrap_or_else(|_| {
                report.find(What::Unreadable, "contribution");
                Contributed::new()
            });
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

/// The filings of some residents.
struct Batch {
    filings: Vec<(filing::Model, Vec<Version>)>,
    owed: BTreeMap<(Uuid, String), (String, NaiveDate)>,
    /// Action and subject of the events under whose numbers receipts were given.
    received: BTreeMap<i64, (String, String)>,
}

impl Batch {
    async fn load(now: &impl ConnectionTrait, residents: Vec<Uuid>) -> Result<Self> {
        let owed = obligation::Entity::find().filter(obligation::Column::ResidentId.is_in(residents.iter().copied())).all(now).await?;
        let filings = filing::Entity::find()
            .filter(filing::Column::ResidentId.is_in(residents))
            .order_by_asc(filing::Column::ResidentId)
            .order_by_asc(filing::Column::Quarter)
            .all(now)
            .await?;
        let rows = filing_version::Entity::find()
            .filter(filing_version::Column::FilingId.is_in(filings.iter().map(|filing| filing.id)))
            .order_by_asc(filing_version::Column::Number)
            .all(now)
            .await?;
        let lines = load_lines_of(now, &rows).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut answers = answers::of_versions(now, &ids).await?;
        let receipts = rows.iter().filter_map(|row| sequence_of(&row.receipt));
        let events = audit_event::Entity::find().filter(audit_event::Column::Seq.is_in(receipts)).all(now).await?;
        let mut versions: BTreeMap<Uuid, Vec<Version>> = BTreeMap::new();
        for (row, lines) in rows.into_iter().zip(lines) {
            let answers = answers.remove(&row.id).unwrap_or_default();
            versions.entry(row.filing_id).or_default().push(Version { row, lines, answers });
        }
        Ok(Self {
            filings: filings
                .into_iter()
                .map(|row| {
                    let own = versions.remove(&row.id).unwrap_or_default();
                    (row, own)
                })
                .collect(),
            owed: owed.into_iter().map(|row| ((row.resident_id, row.quarter), (row.region, row.due_on))).collect(),
            received: events.into_iter().map(|event| (event.seq, (event.action, event.subject))).collect(),
        })
    }

    fn check(&self, mut contributed: Contributed, groups: &mut Groups, report: &mut Report, recomputed: &mut Recomputed) -> Result<()> {
        for ((_, quarter), (region, _)) in &self.owed {
            recomputed.coverage.entry((quarter.clone(), region.clone())).or_default().0 += 1;
        }
        for of_resident in self.filings.chunk_by(|a, b| a.0.resident_id == b.0.resident_id) {
            let mut accepted = Vec::new();
            for (filing, versions) in of_resident {
                match self.check_filing(filing, versions, groups, report) {
                    Ok(found) => {
                        cover(filing, versions, recomputed);
                        let kept = found.as_ref().and_then(|(quarter, _)| contributed.remove(&(filing.resident_id, *quarter)));
                        if found.as_ref().map(|(_, contributions)| contributions) != kept.as_ref() {
                            report.find(What::Contribution, format_args!("contribution/{}/{}", filing.resident_id, filing.quarter));
                        }
                        accepted.extend(found);
                    }
                    Err(_) => report.find(What::Unreadable, format_args!("filing/{}", filing.id)),
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
        let quarter: Quarter = filing.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?;
        let mut accepted = None;
        for (n, version) in versions.iter().enumerate() {
            if usize::try_from(version.row.number) != Ok(n + 1) {
                report.find(What::State, format_args!("filing_version/{}", version.row.id));
            }
            self.check_version(filing, quarter, version, report)?;
            if Some(version.row.number) == filing.accepted_version {
                let registered = version.row.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?;
                accepted = Some((quarter, contributions(registered, &version.lines, groups.of(quarter)?)?));
                report.filings += 1;
            }
        }
        if !is_consistent(filing, versions)? {
            report.find(What::State, format_args!("filing/{}", filing.id));
        }
        Ok(accepted)
    }

    fn check_version(&self, filing: &filing::Model, quarter: Quarter, version: &Version, report: &mut Report) -> Result<()> {
        let Version { row, lines, answers } = version;
        let at = format_args!("filing_version/{} ({})", row.id, row.receipt).to_string();
        report.versions += 1;
        report.lines += lines.content.domestic.len() + lines.content.exports.len() + lines.content.people.len();
        let record = VersionRecord {
            resident: ResidentId(filing.resident_id),
            quarter,
            number: u32::try_from(row.number).map_err(ServiceError::corrupt("filing_version.number"))?,
            region: row.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?,
            reason: row.reason.as_deref(),
            submitted_by: PersonId(row.submitted_by),
            submitted_at: row.submitted_at,
            late: row.late,
            converted: lines,
            answers,
        };
        if digest(&record, row.digest_form).ok().as_ref() != Some(&row.digest) {
            report.find(What::Digest, &at);
        }
        if !are_sums_right(row, lines) || row.quarter != filing.quarter {
            report.find(What::Sums, &at);
        }
        match self.owed.get(&(filing.resident_id, filing.quarter.clone())) {
            Some((_, due)) if is_late(row.submitted_at, *due) != row.late => report.find(What::Late, &at),
            Some((region, _)) if *region != row.region => report.find(What::Region, &at),
            Some(_) => {}
            None => report.find(What::Region, &at),
        }
        let received = sequence_of(&row.receipt).and_then(|seq| self.received.get(&seq));
        if received.is_none_or(|(action, subject)| action != "filing.submit" || *subject != format!("filing/{}", filing.id)) {
            report.find(What::Receipt, &at);
        }
        if !is_decision_right(row)? {
            report.find(What::Decision, &at);
        }
        Ok(())
    }
}

fn cover(filing: &filing::Model, versions: &[Version], recomputed: &mut Recomputed) {
    let (Some(version), Ok(state)) = (versions.last(), filing.state.parse::<FilingState>()) else { return };
    let row = recomputed.coverage.entry((filing.quarter.clone(), version.row.region.clone())).or_default();
    row.1 += i64::from(is_filed(state, filing.accepted_version.is_some()));
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
fn is_decision_right(row: &filing_version::Model) -> Result<bool> {
    let state: VersionState = row.state.parse().map_err(ServiceError::corrupt("filing_version.state"))?;
    let decided = row.decided_by.is_some() && row.decided_at.is_some_and(|at| at >= row.submitted_at);
    let reasoned = row.return_reason.is_some() == (state == VersionState::Returned);
    Ok(reasoned
        && match state {
            VersionState::Submitted => row.decided_by.is_none() && row.decided_at.is_none(),
            VersionState::Withdrawn => decided,
            VersionState::Returned | VersionState::Accepted | VersionState::Superseded => {
                decided && row.decided_by != Some(row.submitted_by)
            }
        })
}

/// Whether the row of a filing goes with the states of its versions.
fn is_consistent(filing: &filing::Model, versions: &[Version]) -> Result<bool> {
    let state: FilingState = filing.state.parse().map_err(ServiceError::corrupt("filing.state"))?;
    let states = versions.iter().map(|version| version.row.state.parse()).collect::<std::result::Result<Vec<VersionState>, _>>();
    let states = states.map_err(ServiceError::corrupt("filing_version.state"))?;
    let last = i32::try_from(versions.len()).map_err(ServiceError::corrupt("filing.version"))?;
    let in_force: Vec<i32> = (1..).zip(&states).filter(|(_, state)| **state == VersionState::Accepted).map(|(n, _)| n).collect();
    let waiting = states.iter().filter(|state| **state == VersionState::Submitted).count();
    let of_last = states.last().copied();
    let goes_with = match state {
        FilingState::Draft => waiting == 0 && filing.version == last + 1,
        FilingState::Submitted => waiting == 1 && of_last == Some(VersionState::Submitted) && filing.version == last,
        FilingState::Returned => waiting == 0 && of_last == Some(VersionState::Returned) && filing.version == last,
        FilingState::Accepted => waiting == 0 && filing.accepted_version.is_some() && filing.version == last,
    };
    Ok(goes_with && in_force == Vec::from_iter(filing.accepted_version))
}
