//! What is said to findings before a filing is sent.

use domain::{
    access::{Action, Actor},
    edits::Reply,
    ids::ResidentId,
    quarter::Quarter,
};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};

use crate::{
    entity::draft_answer,
    error::{Result, ServiceError},
    filings::{row::find, submit::check_answers},
    store::Store,
};

/// Keeps what was said to the findings of the saved draft, right or wrong, so that whoever comes next finds it.
///
/// # Errors
/// [`ServiceError::Denied`]; as [`check_answers`] where the draft cannot be sent.
pub async fn keep(store: &Store, actor: &Actor, resident: ResidentId, quarter: Quarter, replies: &[Reply]) -> Result<()> {
    use draft_answer::Column::{Confirmed, Digest, FilingId, Reason, SavedAt, SavedBy};

    let person = actor.check(Action::Prepare(resident))?;
    let row = find(&store.db, resident.0, quarter).await?.ok_or(ServiceError::NotFound)?;
    let asked = check_answers(store, actor, resident, quarter).await?.asked;
    let mut rows = Vec::new();
    for reply in replies.iter().filter(|reply| asked.iter().any(|asked| asked.digest == reply.digest)) {
        let (digest, confirmed) = (reply.digest.clone(), reply.confirmed);
        // as JSON, so that what no text column takes is kept too
        let reason = serde_json::to_string(&reply.reason).map_err(ServiceError::corrupt("draft_answer.reason"))?;
        let model = draft_answer::Model { filing_id: row.id, digest, confirmed, reason, saved_at: store.now(), saved_by: person.0 };
        rows.push(model.into_active_model());
    }
    if rows.is_empty() {
        return Ok(());
    }
    let over = OnConflict::columns([FilingId, Digest]).update_columns([Confirmed, Reason, SavedAt, SavedBy]).to_owned();
    draft_answer::Entity::insert_many(rows).on_conflict(over).exec_without_returning(store.off_record()).await?;
    Ok(())
}
