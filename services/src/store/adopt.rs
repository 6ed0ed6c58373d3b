//! Taking records of before into the audit chain. Databases of earlier versions of the program have rows of which no event
//! says what they are: once, they are taken as they stand.

use domain::{audit::AuditAction, record::RecordDigest};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{
    entity::{audit_event, edit_answer, obligation, official_series, rate},
    error::Result,
    store::{
        Store, Write,
        audit::Event,
        record::{Grouped, Groups, Pages, Recorded, for_each_kind, group_record},
    },
};

/// How many records an event takes in.
const RECORDS: usize = 1_000;

/// Takes every record into the chain, unless the chain knows records already. All or nothing.
///
/// # Errors
/// The database's.
#[expect(clippy::cognitive_complexity, reason = "a list, one line a kind")]
pub(crate) async fn records(store: &Store) -> Result<()> {
    // the first event of this version of the program comes with its records: from then on nothing is adopted
    if audit_event::Entity::find().filter(audit_event::Column::Form.ne(0)).count(&store.db).await? > 0
        || audit_event::Entity::find().count(&store.db).await? == 0
    {
        return Ok(());
    }
    let write = store.write().await?;
    // looked up again in the transaction: two servers may start at once
    if audit_event::Entity::find().filter(audit_event::Column::Form.ne(0)).count(&*write).await? > 0 {
        return Ok(());
    }
    for_each_kind!(rows(&write));
    groups::<rate::Model>(&write).await?;
    groups::<official_series::Model>(&write).await?;
    groups::<obligation::Model>(&write).await?;
    groups::<edit_answer::Model>(&write).await?;
    write.commit([]).await
}

async fn say(write: &Write, kind: &str, records: Vec<RecordDigest>) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    write.note(records);
    write.say(Event::of_system(AuditAction::RecordsAdopt, format!("records/{kind}"))).await
}

async fn rows<M: Recorded>(write: &Write) -> Result<()> {
    let mut pages = Pages::<M>::new();
    while let Some(page) = pages.next(&**write).await? {
        say(write, M::KIND, page.iter().map(Recorded::record).collect()).await?;
    }
    Ok(())
}

async fn groups<M: Grouped>(write: &Write) -> Result<()> {
    let (mut groups, mut records) = (Groups::<M>::new(), Vec::new());
    while let Some(group) = groups.next(&**write).await? {
        records.push(group_record(group[0].group(), &group));
        if records.len() == RECORDS {
            say(write, M::GROUP, std::mem::take(&mut records)).await?;
        }
    }
    say(write, M::GROUP, records).await
}
