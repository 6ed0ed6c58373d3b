//! What only those see who work on a release: what it says, what it changes and why, what it hides, and what proves that it is safe.

use chrono::{DateTime, Utc};
use disclosure::certify::Certificate;
use domain::{
    access::{Action, Actor},
    audit::AuditAction,
    ids::ReleaseId,
    period::Period,
    published::Filed,
    release::{Measured, Part, ReleaseName, ReleaseState, ReleasedFigure},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Cause, Packed, ReleaseView, all, basis,
    candidate::{filed, told},
    causes, event, figures_of, files, find,
    hidden::Hidden,
    steps,
};
use crate::{
    accounts::person::person_name,
    entity::{audit_event, release},
    error::{Result, ServiceError},
    store::Store,
};

/// Who looked at a release before its minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The name of the person.
    pub person: String,
    /// How often: pages, charts and files.
    pub times: usize,
    /// When the last time.
    pub last: DateTime<Utc>,
}

/// What a certificate speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Figures of this release and of those before that everybody sees.
    pub published: usize,
    /// Values that are hidden, each with the narrowest bounds that follow from the published ones.
    pub hidden: usize,
    /// Sums, of parts and of times, that everybody can use.
    pub sums: usize,
    /// Releases before it.
    pub earlier: usize,
}

/// What only those see who work on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How it stands.
    pub release: ReleaseView,
    /// What it tells.
    pub figures: Vec<ReleasedFigure>,
    /// What it would have told by the plan and the policy of revisions, but cannot yet: names of figures.
    pub waiting: Vec<String>,
    /// What is hidden, with the rule of each.
    pub hidden: Vec<Hidden>,
    /// The release before it, valid or withdrawn, with its files: what it changes it changes of that.
    pub before: Option<(ReleaseName, Vec<Packed>)>,
    /// Why figures changed since then.
    pub causes: Vec<Cause>,
    /// How much of its quarter is in now.
    pub filed: Filed,
    /// Who looked at it before its minute.
    pub looks: Vec<Look>,
    /// That nothing tells too much, given everything published before: JSON.
    pub certificate: String,
    /// How much that was tried on.
    pub proof: Proof,
    /// Its files.
    pub files: Vec<Packed>,
}

/// The figure that a name in disclosure control is of; nothing if it is of none that is told.
pub fn figure_named(name: &str) -> Option<(Period, Measured, Option<Part>)> {
    // a later vintage names its release
    let mut words = name.split_once(" of ").map_or(name, |(figure, _)| figure).split('|');
    let (table, period) = (words.next()?, words.next()?.parse().ok()?);
    let mut rest: Vec<&str> = words.collect();
    let is_count = rest.pop_if(|last| *last == "contributors").is_some();
    told(table, rest.first().copied(), is_count).map(|(measured, part)| (period, measured, part))
}

/// Looks at a release. That somebody did before it was public is on record.
///
/// # Errors
/// [`ServiceError::Denied`], [`ServiceError::NotFound`].
pub async fn preview(store: &Store, actor: &Actor, id: ReleaseId) -> Result<Preview> {
    let person = actor.check(Action::Release)?;
    let now = store.snapshot().await?;
    let row = find(&now, id).await?;
    let (figures, files, basis) = (figures_of(&now, id).await?, files::of(&now, id).await?, basis(&now, id.0).await?);
    let earlier = |other: &release::Model| (other.quarter, other.number) < (row.quarter, row.number);
    let before = all(&now).await?.into_iter().rfind(|other| other.state.0 != ReleaseState::Discarded && earlier(other));
    let (before, causes) = match before {
        Some(before) => {
            let causes = causes::between(&now, before.quarter.0, before.prepared_at, row.prepared_at).await?;
            (Some((before.name()?, files::of(&now, ReleaseId(before.id)).await?)), causes)
        }
        None => (None, Vec::new()),
    };
    let (coverage, looks) = (filed(&now, store, row.quarter.0).await?, looks(&now, id).await?);
    drop(now);
    let is_public = matches!(row.state.0, ReleaseState::Published | ReleaseState::Withdrawn) || steps(&row).is_due(store.now());
    if !is_public {
        // nobody waits for what is read; nothing is seen whose look is not on record
        store.write().await?.commit([event(person, AuditAction::ReleaseLook, &row)]).await?;
    }
    let waiting = serde_json::from_str(&basis.waiting).map_err(ServiceError::corrupt("release_basis.waiting"))?;
    let hidden = serde_json::from_str(&basis.hidden).map_err(ServiceError::corrupt("release_basis.hidden"))?;
    let proven: Certificate = serde_json::from_str(&basis.certificate).map_err(ServiceError::corrupt("release_basis.certificate"))?;
    let proof = Proof {
        published: proven.published.len(),
        hidden: proven.cells.len(),
        sums: proven.equations.len(),
        earlier: proven.earlier.len(),
    };
    let certificate = basis.certificate;
    Ok(Preview { release: row.try_into()?, figures, waiting, hidden, before, causes, filed: coverage, looks, certificate, proof, files })
}

/// Who looked at a release, the last first.
async fn looks(connection: &impl ConnectionTrait, id: ReleaseId) -> Result<Vec<Look>> {
    use audit_event::Column::{Action as Did, Seq, Subject};
    let of_this = Did.eq(AuditAction::ReleaseLook.code()).and(Subject.eq(format!("release/{}", id.0)));
    let mut looks: Vec<(Uuid, Look)> = Vec::new();
    for event in audit_event::Entity::find().filter(of_this).order_by_desc(Seq).all(connection).await? {
        let Some(person) = event.actor else { continue };
        match looks.iter_mut().find(|(of, _)| *of == person) {
            Some((_, look)) => look.times += 1,
            None => looks.push((person, Look { person: person_name(connection, person).await?, times: 1, last: event.at })),
        }
    }
    Ok(looks.into_iter().map(|(_, look)| look).collect())
}
