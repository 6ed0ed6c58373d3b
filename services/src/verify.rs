//! Recomputing what is kept twice: roll-ups from filings, coverage from obligations, digests and the audit chain.

use std::collections::BTreeMap;

use domain::{
    content::Converted,
    filing::FilingState,
    ids::{PersonId, ResidentId},
    ledger::{AcceptedFiling, Ledger},
    obligation::is_filed,
    quarter::Quarter,
    record::VersionRecord,
    region::Region,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    entity::{filing, filing_version, obligation, rollup_cell, rollup_coverage, rollup_destination},
    error::{Result, ServiceError},
    filings::{answers, lines::load_lines, submit::digest},
    ledger::{cell_of, destination_of},
    store::{
        Store,
        audit::{self, Break},
    },
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A roll-up row differs from the filings.
    Cell(Quarter, String),
    /// A roll-up row of destinations differs from the filings.
    Destination(Quarter, String),
    /// A row of coverage differs from obligations and filings.
    Coverage(String, String),
    /// A version does not have the digest that it was received with.
    Digest(String),
    /// The audit chain does not hold.
    Audit(Break),
}

/// What was looked at, and every difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Accepted filings added up.
    pub filings: usize,
    /// Versions whose digest was computed again.
    pub versions: usize,
    /// Differences.
    pub findings: Vec<Finding>,
}

type CoverageRows = BTreeMap<(String, String), (i64, i64, i64)>;

/// Recomputes everything.
///
/// # Errors
/// The database's.
pub async fn verify(store: &Store) -> Result<Report> {
    // one instant for all: an acceptance in the middle would look like a difference
    let now = store.snapshot().await?;
    let mut report = Report::default();
    let mut coverage = CoverageRows::new();
    for row in obligation::Entity::find().all(&now).await? {
        coverage.entry((row.quarter, row.region)).or_default().0 += 1;
    }
    let mut recomputed = Ledger::default();
    let filings = filing::Entity::find().order_by_asc(filing::Column::ResidentId).order_by_asc(filing::Column::Quarter).all(&now).await?;
    for resident in filings.chunk_by(|a, b| a.resident_id == b.resident_id) {
        let mut accepted = Vec::new();
        for filing in resident {
            accepted.extend(verify_filing(&now, filing, &mut coverage, &mut report).await?);
        }
        for year in accepted.chunk_by(|a, b| a.0.year() == b.0.year()) {
            let filings: Vec<_> = year
                .iter()
                .map(|(quarter, registered, filing)| AcceptedFiling { quarter: *quarter, registered: *registered, filing })
                .collect();
            recomputed = recomputed.plus(&Ledger::of_resident_year(&filings)?)?;
        }
    }
    compare(&now, recomputed, coverage, &mut report).await?;
    report.findings.extend(audit::walk(&now).await?.into_iter().map(Finding::Audit));
    Ok(report)
}

async fn verify_filing(
    connection: &impl ConnectionTrait,
    filing: &filing::Model,
    coverage: &mut CoverageRows,
    report: &mut Report,
) -> Result<Option<(Quarter, Region, Converted)>> {
    let quarter: Quarter = filing.quarter.parse().map_err(ServiceError::corrupt("filing.quarter"))?;
    let state: FilingState = filing.state.parse().map_err(ServiceError::corrupt("filing.state"))?;
    let versions = filing_version::Entity::find().filter(filing_version::Column::FilingId.eq(filing.id)).all(connection).await?;
    let mut accepted = None;
    let mut region = None;
    for version in versions {
        let lines = load_lines(connection, &version).await?;
        let number = u32::try_from(version.number).map_err(ServiceError::corrupt("filing_version.number"))?;
        let answers = answers::of_versions(connection, &[version.id]).await?.remove(&version.id).unwrap_or_default();
        let record = VersionRecord {
            resident: ResidentId(filing.resident_id),
            quarter,
            number,
            region: version.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?,
            reason: version.reason.as_deref(),
            submitted_by: PersonId(version.submitted_by),
            submitted_at: version.submitted_at,
            late: version.late,
            converted: &lines,
            answers: &answers,
        };
        if digest(&record, version.digest_form)? != version.digest {
            report.findings.push(Finding::Digest(version.receipt.clone()));
        }
        report.versions += 1;
        region = Some(version.region.clone());
        if Some(version.number) == filing.accepted_version {
            let registered = version.region.parse().map_err(ServiceError::corrupt("filing_version.region"))?;
            accepted = Some((quarter, registered, lines));
            report.filings += 1;
        }
    }
    if let Some(region) = region {
        let row = coverage.entry((filing.quarter.clone(), region)).or_default();
        row.1 += i64::from(is_filed(state, filing.accepted_version.is_some()));
        row.2 += i64::from(filing.accepted_version.is_some());
    }
    Ok(accepted)
}

async fn compare(connection: &impl ConnectionTrait, recomputed: Ledger, coverage: CoverageRows, report: &mut Report) -> Result<()> {
    let mut kept = Ledger::default();
    for row in rollup_cell::Entity::find().all(connection).await? {
        let quarter = row.quarter.parse().map_err(ServiceError::corrupt("rollup_cell.quarter"))?;
        kept.cells.insert((quarter, row.scope.parse().map_err(ServiceError::corrupt("rollup_cell.scope"))?), cell_of(&row));
    }
    for row in rollup_destination::Entity::find().all(connection).await? {
        let quarter = row.quarter.parse().map_err(ServiceError::corrupt("rollup_destination.quarter"))?;
        let country = row.country.parse().map_err(ServiceError::corrupt("rollup_destination.country"))?;
        kept.destinations.insert((quarter, country), destination_of(&row));
    }
    let difference = kept.minus(&recomputed)?;
    report.findings.extend(difference.cells.keys().map(|(quarter, scope)| Finding::Cell(*quarter, scope.to_string())));
    report.findings.extend(difference.destinations.keys().map(|(quarter, country)| Finding::Destination(*quarter, country.to_string())));
    let kept = rollup_coverage::Entity::find().all(connection).await?;
    let kept: CoverageRows = kept.into_iter().map(|row| ((row.quarter, row.region), (row.owed, row.filed, row.accepted))).collect();
    let differing = coverage.keys().chain(kept.keys()).filter(|key| coverage.get(key) != kept.get(key));
    let mut differing: Vec<_> = differing.cloned().collect();
    differing.sort();
    differing.dedup();
    report.findings.extend(differing.into_iter().map(|(quarter, region)| Finding::Coverage(quarter, region)));
    Ok(())
}
