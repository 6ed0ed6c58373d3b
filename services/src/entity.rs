//! The tables as rows, a file a table. A test compares them with the migrated schema on both databases.

#![expect(missing_docs, reason = "rows of the table of that name; the columns are explained in the domain")]

pub mod audit_event;
pub mod audit_head;
pub mod audit_record;
pub mod contribution;
pub mod day_off;
pub mod domestic_line;
pub mod draft;
pub mod draft_answer;
pub mod edit_answer;
pub mod export_line;
pub mod filing;
pub mod filing_version;
pub mod installation;
pub mod job;
pub mod kept_text;
pub mod membership;
pub mod obligation;
pub mod official;
pub mod official_series;
pub mod people_line;
pub mod period;
pub mod person;
pub mod publication_plan;
pub mod rate;
pub mod register_entry;
pub mod release;
pub mod release_basis;
pub mod release_figure;
pub mod release_file;
pub mod release_order;
pub mod resident;
pub mod resident_status;
pub mod rollup;
pub mod rollup_coverage;
pub mod rule_setting;
pub mod session;
pub mod sign_in_failure;
pub mod target;
