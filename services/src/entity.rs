//! The tables as rows. A test compares them with the migrated schema on both databases.

macro_rules! entities {
    ($( $module:ident $table:tt { $( $(#[$attr:meta])* $field:ident: $type:ty ),* $(,)? } )*) => {$(
        #[expect(missing_docs, reason = "a row of the table of that name; the columns are explained in the domain")]
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $( $(#[$attr])* pub $field: $type ),* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    )*

    };
}

entities! {
    resident "resident" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        #[sea_orm(unique)] tax_number: String,
        name: String,
        region: String,
        self_employed: bool,
        foreign_owned: bool,
        certificate: String,
        invented: bool,
        #[sea_orm(default_value = "")] folded_name: String,
    }
    resident_status "resident_status" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        resident_id: Uuid,
        from_day: Date,
        until_day: Option<Date>,
    }
    person "person" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        #[sea_orm(unique)] email: String,
        name: String,
        password_hash: String,
        invented: bool,
    }
    membership "membership" {
        #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] resident_id: Uuid,
        may_prepare: bool,
        may_submit: bool,
        #[sea_orm(primary_key, auto_increment = false)] from_day: Date,
        until_day: Option<Date>,
    }
    official "official" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        person_id: Uuid,
        role: String,
        region: Option<String>,
    }
    session "session" {
        #[sea_orm(primary_key, auto_increment = false)] token_hash: String,
        person_id: Uuid,
        created_at: DateTimeUtc,
        seen_at: DateTimeUtc,
        expires_at: DateTimeUtc,
        ended_at: Option<DateTimeUtc>,
    }
    sign_in_failure "sign_in_failure" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        key: String,
        at: DateTimeUtc,
    }
    installation "installation" {
        #[sea_orm(primary_key, auto_increment = false)] key: String,
        value: String,
    }
    rule_setting "rule_setting" {
        #[sea_orm(primary_key, auto_increment = false)] key: String,
        #[sea_orm(primary_key, auto_increment = false)] from_day: Date,
        value: String,
        #[sea_orm(column_type = "Text")] source: String,
    }
    day_off "day_off" {
        #[sea_orm(primary_key, auto_increment = false)] day: Date,
        name: String,
    }
    rate "rate" {
        #[sea_orm(primary_key, auto_increment = false)] currency: String,
        #[sea_orm(primary_key, auto_increment = false)] day: Date,
        rate: String,
        nominal: i32,
        unit_rate: i64,
        #[sea_orm(column_type = "Text")] source: String,
    }
    target "target" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        measure: String,
        year: Option<i32>,
        region: Option<String>,
        amount_cents: i64,
        set_on: Option<Date>,
        #[sea_orm(column_type = "Text")] definition: String,
        #[sea_orm(column_type = "Text")] source: String,
    }
    official_series "official_series" {
        #[sea_orm(primary_key, auto_increment = false)] series: String,
        #[sea_orm(primary_key, auto_increment = false)] period: String,
        #[sea_orm(primary_key, auto_increment = false)] region: String,
        unit: String,
        value_milli: i64,
        #[sea_orm(column_type = "Text")] definition: String,
        #[sea_orm(column_type = "Text")] source: String,
    }
    period "period" {
        #[sea_orm(primary_key, auto_increment = false)] quarter: String,
        due_on: Date,
        closed_on: Option<Date>,
    }
    obligation "obligation" {
        #[sea_orm(primary_key, auto_increment = false)] resident_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] quarter: String,
        region: String,
        due_on: Date,
    }
    filing "filing" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        resident_id: Uuid,
        quarter: String,
        state: String,
        version: i32,
        accepted_version: Option<i32>,
        #[sea_orm(column_type = "Text", nullable)] reason: Option<String>,
        #[sea_orm(column_type = "Text", nullable)] draft: Option<String>,
        draft_revision: i32,
        draft_saved_at: Option<DateTimeUtc>,
        draft_saved_by: Option<Uuid>,
    }
    filing_version "filing_version" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        filing_id: Uuid,
        number: i32,
        state: String,
        region: String,
        #[sea_orm(column_type = "Text", nullable)] reason: Option<String>,
        submitted_by: Uuid,
        submitted_at: DateTimeUtc,
        late: bool,
        #[sea_orm(unique)] receipt: String,
        #[sea_orm(unique)] idempotency_key: String,
        digest: String,
        decided_by: Option<Uuid>,
        decided_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)] return_reason: Option<String>,
        #[sea_orm(column_type = "Text")] answers: String,
        control_tiyin: i64,
        domestic_tiyin: i64,
        exports_tiyin: i64,
        exports_cents: i64,
        employees: i32,
        #[sea_orm(default_value = "")] quarter: String,
        #[sea_orm(default_value = 0)] services_tiyin: i64,
    }
    kept_text "kept_text" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        person_id: Uuid,
        subject: String,
        #[sea_orm(column_type = "Text")] text: String,
        saved_at: DateTimeUtc,
    }
    domestic_line "domestic_line" {
        #[sea_orm(primary_key, auto_increment = false)] version_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] position: i32,
        region: String,
        activity: String,
        amount_tiyin: i64,
    }
    export_line "export_line" {
        #[sea_orm(primary_key, auto_increment = false)] version_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] position: i32,
        country: String,
        category: String,
        currency: String,
        amount_minor: i64,
        region: String,
        date: Option<Date>,
        contract: Option<String>,
        rate_day: Option<Date>,
        unit_rate: i64,
        usd_unit_rate: i64,
        amount_tiyin: i64,
        amount_cents: i64,
    }
    people_line "people_line" {
        #[sea_orm(primary_key, auto_increment = false)] version_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] position: i32,
        region: String,
        employees: i32,
        specialists: i32,
        women: i32,
        under_30: i32,
        disability: i32,
        foreign: i32,
        payroll_tiyin: i64,
    }
    rollup_cell "rollup_cell" {
        #[sea_orm(primary_key, auto_increment = false)] quarter: String,
        #[sea_orm(primary_key, auto_increment = false)] scope: String,
        domestic_tiyin: i64,
        exports_tiyin: i64,
        exports_cents: i64,
        employees: i64,
        specialists: i64,
        residents: i64,
        providers: i64,
        exporters: i64,
        new_residents: i64,
        new_providers: i64,
        new_exporters: i64,
    }
    rollup_destination "rollup_destination" {
        #[sea_orm(primary_key, auto_increment = false)] quarter: String,
        #[sea_orm(primary_key, auto_increment = false)] country: String,
        exports_cents: i64,
        exporters: i64,
        new_exporters: i64,
    }
    rollup_coverage "rollup_coverage" {
        #[sea_orm(primary_key, auto_increment = false)] quarter: String,
        #[sea_orm(primary_key, auto_increment = false)] region: String,
        owed: i64,
        filed: i64,
        accepted: i64,
    }
    audit_event "audit_event" {
        #[sea_orm(primary_key, auto_increment = false)] seq: i64,
        at: DateTimeUtc,
        actor: Option<Uuid>,
        action: String,
        subject: String,
        #[sea_orm(column_type = "Text")] details: String,
        previous_hash: String,
        hash: String,
    }
    audit_head "audit_head" {
        #[sea_orm(primary_key, auto_increment = false)] id: i32,
        seq: i64,
        hash: String,
        figures: i64,
    }
}
