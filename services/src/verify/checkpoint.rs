//! Checkpoints: the head of the audit chain, and whether the chain still has one that was its head.

use domain::record::Checkpoint;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Finding, What};
use crate::{
    entity::{audit_event, audit_head},
    error::{Result, ServiceError},
    store::{Store, audit::HEAD_ID, readable::readable},
};

/// The head of the chain now; `None` while nothing has happened.
///
/// # Errors
/// The database's.
pub async fn head(store: &Store) -> Result<Option<Checkpoint>> {
    let head = audit_head::Entity::find_by_id(HEAD_ID).one(&store.db).await?.ok_or(ServiceError::Corrupt("audit_head"))?;
    Ok((head.seq > 0).then(|| Checkpoint { seq: head.seq, hash: head.hash, at: store.now() }))
}

/// The checkpoints that the chain does not have any more.
///
/// # Errors
/// The database's.
pub async fn hold(store: &Store, checkpoints: &[Checkpoint]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for page in checkpoints.chunks(500) {
        let events = audit_event::Entity::find().filter(audit_event::Column::Seq.is_in(page.iter().map(|checkpoint| checkpoint.seq)));
        let (events, _) = readable(&store.db, events).await?;
        let is_there = |checkpoint: &&Checkpoint| events.iter().any(|event| (event.seq, &event.hash) == (checkpoint.seq, &checkpoint.hash));
        findings.extend(page.iter().filter(|checkpoint| !is_there(checkpoint)).map(|checkpoint| Finding {
            since: Some(checkpoint.seq),
            ..Finding::new(What::Checkpoint, format_args!("checkpoint of {}", checkpoint.at))
        }));
    }
    Ok(findings)
}
