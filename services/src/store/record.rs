//! Rows that are records: their canonical forms, by which the audit chain knows them. A form lists its columns; a column that
//! comes later makes a new form, and the old one stays. Written out in `docs/records.md`.

use std::collections::VecDeque;

use domain::record::{Fields, RecordDigest, instant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, Value,
};
use uuid::Uuid;

use crate::{
    entity::{
        day_off, edit_answer, filing, filing_version, installation, membership, obligation, official, official_series, period, person,
        publication_plan, rate, register_entry, release, release_basis, release_figure, release_file, resident, resident_status,
        rule_setting, target,
    },
    error::Result,
    store::{audit::sha256_hex, readable::readable},
};

/// A row whose every change is an event's.
pub(crate) trait Recorded: ModelTrait<Entity: EntityTrait<Model = Self>> + Sized {
    /// The kind of record.
    const KIND: &'static str;
    /// Every form that was ever given, with its fields.
    const FORMS: &'static [(i32, &'static [&'static str])];
    /// The form in which it is digested now: the last.
    const FORM: i32 = Self::FORMS[Self::FORMS.len() - 1].0;
    /// The key of tables that may be large: one column, whose order is that of the written key.
    const ID: Option<<Self::Entity as EntityTrait>::Column>;

    /// What tells it from others of its kind.
    fn key(&self) -> String;

    /// Names and values of a form; `None` for a number that no program has given.
    fn columns(&self, form: i32) -> Option<Vec<(&'static str, Value)>>;

    /// Its canonical form.
    fn text(&self, form: i32) -> Option<String> {
        let mut fields = Fields::new(Self::KIND, form);
        for (name, value) in self.columns(form)? {
            fields.optional(name, text_of(value));
        }
        Some(fields.text())
    }

    /// What an event says of it.
    fn record(&self) -> RecordDigest {
        let digest = self.text(Self::FORM).map(|text| sha256_hex(text.as_bytes()));
        RecordDigest { kind: Self::KIND.to_owned(), key: self.key(), form: Self::FORM, digest }
    }
}

/// A value as it is written; `None` where there is none.
fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Bool(value) => value.map(|value| value.to_string()),
        Value::Int(value) => value.map(|value| value.to_string()),
        Value::BigInt(value) => value.map(|value| value.to_string()),
        Value::String(value) => value,
        Value::Uuid(value) => value.map(|value| value.to_string()),
        Value::ChronoDate(value) => value.map(|value| value.to_string()),
        Value::ChronoDateTimeUtc(value) => value.map(instant),
        other => Some(format!("{other:?}")),
    }
}

fn key_of<const N: usize>(parts: [Value; N]) -> String {
    parts.map(|part| text_of(part).unwrap_or_default()).join("/")
}

macro_rules! recorded {
    (@id $table:ident id) => { Some($table::Column::Id) };
    (@id $table:ident $($key:ident),*) => { None };
    ($table:ident by ($($key:ident),*): $($form:literal => [$($column:ident),* $(,)?]),* $(,)?) => {
        impl Recorded for $table::Model {
            const KIND: &'static str = stringify!($table);
            const ID: Option<$table::Column> = recorded!(@id $table $($key),*);
            const FORMS: &'static [(i32, &'static [&'static str])] = &[$(($form, &[$(stringify!($column)),*])),*];

            fn key(&self) -> String {
                key_of([$(self.$key.clone().into()),*])
            }

            fn columns(&self, form: i32) -> Option<Vec<(&'static str, Value)>> {
                match form {
                    $($form => Some(vec![$((stringify!($column), self.$column.clone().into())),*]),)*
                    _ => None,
                }
            }
        }
    };
}

// what is derived (sums, folded names, quarters of versions) is computed again and not recorded
recorded!(resident by (id): 1 => [id, tax_number, self_employed, certificate, invented]);
recorded!(register_entry by (resident_id, attribute, from_day): 1 => [resident_id, attribute, from_day, until_day, value]);
recorded!(resident_status by (id): 1 => [id, resident_id, from_day, until_day]);
recorded!(person by (id): 1 => [id, email, name, password_hash, invented]);
recorded!(membership by (person_id, resident_id, from_day): 1 => [person_id, resident_id, may_prepare, may_submit, from_day, until_day]);
recorded!(official by (id): 1 => [id, person_id, role, region]);
recorded!(installation by (key): 1 => [key, value]);
recorded!(rule_setting by (key, from_day): 1 => [key, from_day, value, source]);
recorded!(day_off by (day): 1 => [day, name]);
recorded!(target by (id): 1 => [id, measure, year, region, amount_cents, set_on, definition, source]);
recorded!(period by (quarter): 1 => [quarter, due_on, closed_on]);
recorded!(filing by (id): 1 => [id, resident_id, quarter, state, version, accepted_version, reason]);
recorded!(filing_version by (id): 1 => [
    id, filing_id, number, state, region, reason, submitted_by, submitted_at, late, receipt, idempotency_key, digest, digest_form,
    decided_by, decided_at, return_reason,
]);
recorded!(publication_plan by (year): 1 => [year, plan, decided_by, decided_at]);
recorded!(release by (id): 1 => [
    id, quarter, state, prepared_by, prepared_at, approved_by, approved_at, publish_at, published_at, withdrawn_at, reason,
], 2 => [
    id, quarter, state, prepared_by, prepared_at, approved_by, approved_at, publish_at, published_at, withdrawn_at, reason, number,
    provisional,
]);
recorded!(release_basis by (release_id): 1 => [release_id, known, certificate, waiting], 2 => [
    release_id, known, certificate, waiting, hidden,
]);
// these are recorded in groups
recorded!(release_figure by (release_id, position): 1 => [release_id, position, period, measure, dimension, member, value, status]);
// the digest stands for the bytes
recorded!(release_file by (release_id, name): 1 => [release_id, name, media_type, size, digest]);
recorded!(rate by (currency, day): 1 => [currency, day, rate, nominal, unit_rate, source]);
recorded!(official_series by (series, period, region): 1 => [series, period, region, unit, value_milli, definition, source]);
recorded!(obligation by (resident_id, quarter): 1 => [resident_id, quarter, region, due_on]);
recorded!(edit_answer by (version_id, position): 1 => [version_id, position, edit, at, compared, reason]);

/// Does something for each kind of row that is a record by itself.
macro_rules! for_each_kind {
    ($do:ident($($argument:expr),*)) => {
        $do::<crate::entity::resident::Model>($($argument),*).await?;
        $do::<crate::entity::register_entry::Model>($($argument),*).await?;
        $do::<crate::entity::resident_status::Model>($($argument),*).await?;
        $do::<crate::entity::person::Model>($($argument),*).await?;
        $do::<crate::entity::membership::Model>($($argument),*).await?;
        $do::<crate::entity::official::Model>($($argument),*).await?;
        $do::<crate::entity::installation::Model>($($argument),*).await?;
        $do::<crate::entity::rule_setting::Model>($($argument),*).await?;
        $do::<crate::entity::day_off::Model>($($argument),*).await?;
        $do::<crate::entity::target::Model>($($argument),*).await?;
        $do::<crate::entity::period::Model>($($argument),*).await?;
        $do::<crate::entity::filing::Model>($($argument),*).await?;
        $do::<crate::entity::filing_version::Model>($($argument),*).await?;
        $do::<crate::entity::publication_plan::Model>($($argument),*).await?;
        $do::<crate::entity::release::Model>($($argument),*).await?;
        $do::<crate::entity::release_basis::Model>($($argument),*).await?;
    };
}
pub(crate) use for_each_kind;

/// Rows that are one record together: the figures and files of a release, the rates of a day, the obligations of a quarter, a published series, the answers of a
/// version of before digests held them.
pub(crate) trait Grouped: Recorded {
    /// The kind of record.
    const GROUP: &'static str;

    /// The column that tells groups apart.
    const BY: <Self::Entity as EntityTrait>::Column;

    /// The group to which a row belongs.
    fn group(&self) -> String {
        key_of([self.get(Self::BY)])
    }
}

macro_rules! grouped {
    ($table:ident as $group:literal by $column:ident) => {
        impl Grouped for $table::Model {
            const GROUP: &'static str = $group;
            const BY: $table::Column = $table::Column::$column;
        }
    };
}

grouped!(release_figure as "figures_of_release" by ReleaseId);
grouped!(release_file as "files_of_release" by ReleaseId);
grouped!(rate as "rates_of_day" by Day);
grouped!(official_series as "series" by Series);
grouped!(obligation as "obligations_of_quarter" by Quarter);
grouped!(edit_answer as "answers_of_version" by VersionId);

/// The canonical form of a group: its rows by their keys, in the form of a row.
pub(crate) fn group_text<M: Grouped>(rows: &[M], form: i32) -> Option<String> {
    let mut rows: Vec<&M> = rows.iter().collect();
    rows.sort_by_cached_key(|row| row.key());
    let mut fields = Fields::new(M::GROUP, form);
    for (n, row) in rows.into_iter().enumerate() {
        for (name, value) in row.columns(form)? {
            fields.optional(format_args!("{n}.{name}"), text_of(value));
        }
    }
    Some(fields.text())
}

/// What an event says of a group.
pub(crate) fn group_record<M: Grouped>(group: String, rows: &[M]) -> RecordDigest {
    let digest = if rows.is_empty() { None } else { group_text(rows, M::FORM).map(|text| sha256_hex(text.as_bytes())) };
    RecordDigest { kind: M::GROUP.to_owned(), key: group, form: M::FORM, digest }
}

/// How many rows are read at once.
const PAGE: u64 = 1_000;

/// The rows of a table, page by page, in the order of their keys.
pub(crate) struct Pages<M: Recorded> {
    read: u64,
    last: Option<Value>,
    by: Option<<M::Entity as EntityTrait>::Column>,
    /// The keys of rows of the pages so far that cannot be read.
    pub(crate) unreadable: Vec<String>,
}

impl<M: Recorded> Pages<M> {
    pub(crate) fn new() -> Self {
        Self { read: 0, last: None, by: None, unreadable: Vec::new() }
    }

    /// The next page; `None` after the last.
    pub(crate) async fn next(&mut self, connection: &impl ConnectionTrait) -> Result<Option<Vec<M>>> {
        let mut query = M::Entity::find();
        if let Some(by) = self.by {
            query = query.order_by_asc(by);
        }
        for key in <M::Entity as EntityTrait>::PrimaryKey::iter() {
            query = query.order_by_asc(key.into_column());
        }
        query = match (M::ID, self.last.take()) {
            // a place in the index, not a number of rows to be skipped
            (Some(id), Some(last)) if self.by.is_none() => query.filter(id.gt(last)),
            _ => query.offset(self.read),
        };
        let (page, unreadable) = readable(connection, query.limit(PAGE)).await?;
        let read = page.len() + unreadable.len();
        self.read += read as u64;
        // the last one of a page may be one that cannot be read
        let last = page.last().map(Recorded::key).into_iter().chain(unreadable.last().cloned()).filter_map(|key| key.parse::<Uuid>().ok());
        self.last = M::ID.and(last.max().map(Value::from));
        self.unreadable.extend(unreadable);
        Ok((read > 0).then_some(page))
    }
}

/// The groups of a table, one at a time.
pub(crate) struct Groups<M: Grouped> {
    pub(crate) pages: Pages<M>,
    rows: VecDeque<M>,
}

impl<M: Grouped> Groups<M> {
    pub(crate) fn new() -> Self {
        Self { pages: Pages { by: Some(M::BY), ..Pages::new() }, rows: VecDeque::new() }
    }

    /// The next group; `None` after the last.
    pub(crate) async fn next(&mut self, connection: &impl ConnectionTrait) -> Result<Option<Vec<M>>> {
        let mut group: Vec<M> = Vec::new();
        loop {
            if self.rows.is_empty() {
                match self.pages.next(connection).await? {
                    Some(page) => self.rows.extend(page),
                    None => return Ok((!group.is_empty()).then_some(group)),
                }
            }
            while let Some(row) = self.rows.pop_front() {
                if group.first().is_some_and(|first| first.group() != row.group()) {
                    self.rows.push_front(row);
                    return Ok(Some(group));
                }
                group.push(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<M: Recorded>() -> Vec<String> {
        let fields = |fields: &[&str]| fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        M::FORMS.iter().map(|(form, names)| format!("| `{}` | {form} | {} |", M::KIND, fields(names))).collect()
    }

    #[test]
    fn every_form_is_written_out() {
        let page = include_str!("../../../docs/records.md");
        // without the column of keys
        let written: Vec<String> = page
            .lines()
            .filter_map(|line| {
                let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
                let [kind, _, form, fields] = cells[..] else { return None };
                Some(format!("| {kind} | {form} | {fields} |"))
            })
            .collect();
        let forms = [
            rows::<resident::Model>(),
            rows::<register_entry::Model>(),
            rows::<resident_status::Model>(),
            rows::<person::Model>(),
            rows::<membership::Model>(),
            rows::<official::Model>(),
            rows::<installation::Model>(),
            rows::<rule_setting::Model>(),
            rows::<day_off::Model>(),
            rows::<target::Model>(),
            rows::<period::Model>(),
            rows::<filing::Model>(),
            rows::<filing_version::Model>(),
            rows::<rate::Model>(),
            rows::<official_series::Model>(),
            rows::<obligation::Model>(),
            rows::<edit_answer::Model>(),
            rows::<publication_plan::Model>(),
            rows::<release::Model>(),
            rows::<release_basis::Model>(),
            rows::<release_figure::Model>(),
            rows::<release_file::Model>(),
        ];
        for form in forms.concat() {
            assert!(written.contains(&form), "{form}");
        }
    }

    #[test]
    fn a_row_and_a_group_are_written_in_one_way() {
        let row = |n: u128, until_day| membership::Model {
            person_id: Uuid::from_u128(n),
            resident_id: Uuid::from_u128(7),
            may_prepare: true,
            may_submit: false,
            from_day: "2022-01-01".parse().unwrap(),
            until_day,
        };
        let text = "itpark membership 1\nperson_id=00000000-0000-0000-0000-000000000001\nresident_id=00000000-0000-0000-0000-000000000007\n\
                    may_prepare=true\nmay_submit=false\nfrom_day=2022-01-01\nuntil_day\n";
        assert_eq!(row(1, None).text(1).as_deref(), Some(text));
        assert_eq!(row(1, None).key(), "00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000007/2022-01-01");
        assert_ne!(row(1, Some("2023-01-01".parse().unwrap())).record(), row(1, None).record());
        assert_eq!(row(1, None).text(2), None);
        let rate = |currency: &str| rate::Model {
            currency: currency.into(),
            day: "2023-10-20".parse().unwrap(),
            rate: "12194.21".into(),
            nominal: 1,
            unit_rate: 12_194_210_000,
            source: "test".into(),
        };
        let text = group_text(&[rate("USD"), rate("EUR")], 1).unwrap();
        assert!(text.starts_with(
            "itpark rates_of_day 1\n0.currency=EUR\n0.day=2023-10-20\n0.rate=12194.21\n0.nominal=1\n0.unit_rate=12194210000\n"
        ));
        assert_eq!(
            group_record("2023-10-20".into(), &[rate("EUR"), rate("USD")]),
            group_record("2023-10-20".into(), &[rate("USD"), rate("EUR")])
        );
        assert_eq!(group_record::<rate::Model>("2023-10-20".into(), &[]).digest, None);
    }
}
