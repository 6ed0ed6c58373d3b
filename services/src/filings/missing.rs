//! Who has not filed.

use chrono::NaiveDate;
use domain::{access::Actor, filing::FilingState, ids::ResidentId, quarter::Quarter, region::Region};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    prelude::Expr,
};
use uuid::Uuid;

use crate::{
    entity::{filing, obligation, period, resident},
    error::{Result, ServiceError},
    filings::list::{PAGE, confined},
    store::{Store, code::Code},
};

/// A resident that owes a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub resident: ResidentId,
    /// Name.
    pub name: String,
    /// Tax number.
    pub tax_number: String,
    /// Registered region on the quarter's last day.
    pub region: Region,
    /// Due day.
    pub due_on: NaiveDate,
    /// How far the filing has come, if it was begun: a draft, or returned for correction.
    pub state: Option<FilingState>,
}

/// A page of residents that owe a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPage {
    /// By name.
    pub lines: Vec<Missing>,
    /// The name and key after which the next page begins.
    pub next: Option<(String, Uuid)>,
    /// The region to which the actor is confined.
    pub confined_to: Option<Region>,
}

/// Who owes the filing of a quarter and has sent none that is in force or in review.
///
/// # Errors
/// [`ServiceError::Denied`]; [`ServiceError::NotFound`] for a quarter that nobody owes yet.
pub async fn missing(
    store: &Store,
    actor: &Actor,
    quarter: Quarter,
    region: Option<Region>,
    after: Option<(String, Uuid)>,
) -> Result<MissingPage> {
    let confined_to = confined(actor)?;
    period::Entity::find_by_id(Code(quarter)).one(&store.db).await?.ok_or(ServiceError::NotFound)?;
    let own_filing =
        obligation::Entity::belongs_to(filing::Entity).from(obligation::Column::ResidentId).to(filing::Column::ResidentId).on_condition(
            |left, right| Condition::all().add(Expr::col((left, obligation::Column::Quarter)).equals((right, filing::Column::Quarter))),
        );
    let on_resident = obligation::Entity::belongs_to(resident::Entity).from(obligation::Column::ResidentId).to(resident::Column::Id);
    let filed = filing::Column::State.is_in([FilingState::Submitted, FilingState::Accepted].map(Code));
    let unfiled = Condition::any()
        .add(filing::Column::Id.is_null())
        .add(Condition::all().add(filing::Column::AcceptedVersion.is_null()).add(filed.not()));
    let mut query = obligation::Entity::find()
        .join(JoinType::InnerJoin, RelationDef::from(on_resident))
        .join(JoinType::LeftJoin, RelationDef::from(own_filing))
        .filter(obligation::Column::Quarter.eq(Code(quarter)))
        .filter(unfiled);
    if let Some(region) = confined_to.or(region) {
        query = query.filter(obligation::Column::Region.eq(Code(region)));
    }
    if let Some((name, id)) = after {
        let here = Expr::tuple([resident::Column::FoldedName.into_expr(), resident::Column::Id.into_expr()]);
        query = query.filter(here.gt(Expr::tuple([Expr::val(name), Expr::val(id)])));
    }
    let mut rows = query
        .select_only()
        .columns([resident::Column::Id, resident::Column::Name, resident::Column::FoldedName, resident::Column::TaxNumber])
        .columns([obligation::Column::Region, obligation::Column::DueOn])
        .column(filing::Column::State)
        .order_by_asc(resident::Column::FoldedName)
        .order_by_asc(resident::Column::Id)
        .limit(u64::try_from(PAGE + 1).ok())
        .into_model::<MissingRow>()
        .all(&store.db)
        .await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| (row.folded_name.clone(), row.id));
    Ok(MissingPage { lines: rows.into_iter().map(MissingRow::read).collect(), next, confined_to })
}

#[derive(FromQueryResult)]
struct MissingRow {
    id: Uuid,
    name: String,
    folded_name: String,
    tax_number: String,
    region: Code<Region>,
    due_on: NaiveDate,
    state: Option<Code<FilingState>>,
}

impl MissingRow {
    fn read(self) -> Missing {
        Missing {
            resident: ResidentId(self.id),
            name: self.name,
            tax_number: self.tax_number,
            region: self.region.0,
            due_on: self.due_on,
            state: self.state.map(|state| state.0),
        }
    }
}
