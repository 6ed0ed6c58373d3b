//! The canonical form of a filing's version: the text whose SHA-256 is its digest. It outlives the program: a form is never
//! changed, a new one gets a new number, and every number ever given stays here. Written out in `docs/records.md`.

use std::fmt::{Display, Write};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    content::Converted,
    edits::Answer,
    exchange::RateBasis,
    ids::{PersonId, ResidentId},
    people::PeopleCount,
    quarter::Quarter,
    region::Region,
};

mod checkpoint;
mod event;
mod form0;

pub use checkpoint::Checkpoint;
pub use event::{EVENT_FORM, EventRecord, RecordDigest};

/// The form in which versions are digested now.
pub const FORM: i32 = 1;

/// The fields of a record, one a line: `name=value`, or the bare name where there is no value. In a value a backslash, a line
/// feed and a carriage return are written as `\\`, `\n` and `\r`.
#[derive(Debug, Clone)]
pub struct Fields(String);

impl Fields {
    /// A record of a kind, in a form.
    pub fn new(kind: &str, form: i32) -> Self {
        Self(format!("itpark {kind} {form}\n"))
    }

    /// Adds a field.
    pub fn field(&mut self, name: impl Display, value: impl Display) {
        let value = value.to_string().replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        // a string takes everything
        let _ = writeln!(self.0, "{name}={value}");
    }

    /// Adds a field that may have no value.
    pub fn optional(&mut self, name: impl Display, value: Option<impl Display>) {
        match value {
            Some(value) => self.field(name, value),
            None => {
                let _ = writeln!(self.0, "{name}");
            }
        }
    }

    /// The text.
    pub fn text(self) -> String {
        self.0
    }
}

/// An instant: UTC, milliseconds.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Everything that a version says.
#[derive(Debug, Clone, Copy)]
pub struct VersionRecord<'a> {
    /// Whose.
    pub resident: ResidentId,
    /// Of which quarter.
    pub quarter: Quarter,
    /// Number from 1.
    pub number: u32,
    /// Registered region on the quarter's last day.
    pub region: Region,
    /// Why it amends the one before.
    pub reason: Option<&'a str>,
    /// Who submitted it.
    pub submitted_by: PersonId,
    /// When it was received.
    pub submitted_at: DateTime<Utc>,
    /// After the due day.
    pub late: bool,
    /// Lines with the conversions frozen in them, and the control total.
    pub converted: &'a Converted,
    /// What was asked about, and what the resident said.
    pub answers: &'a [Answer],
}

impl VersionRecord<'_> {
    /// The text of a form; `None` for a number that no program has given.
    pub fn text(&self, form: i32) -> Option<String> {
        match form {
            0 => form0::text(self.resident, self.quarter, self.number, self.converted),
            1 => Some(self.form1()),
            _ => None,
        }
    }

    fn form1(&self) -> String {
        let mut fields = Fields::new("filing_version", 1);
        fields.field("resident", self.resident);
        fields.field("quarter", self.quarter);
        fields.field("number", self.number);
        fields.field("region", self.region);
        fields.optional("reason", self.reason);
        fields.field("submitted_by", self.submitted_by);
        fields.field("submitted_at", instant(self.submitted_at));
        fields.field("late", self.late);
        fields.field("control_total", self.converted.content.control_total.0);
        self.lines(&mut fields);
        for (n, answer) in self.answers.iter().enumerate() {
            let finding = &answer.finding;
            fields.field(format_args!("answers.{n}.edit"), finding.edit());
            fields.field(format_args!("answers.{n}.at"), finding.at);
            fields.field(format_args!("answers.{n}.values"), finding.values());
            fields.optional(format_args!("answers.{n}.reason"), answer.reason.as_deref());
        }
        fields.text()
    }

    fn lines(&self, fields: &mut Fields) {
        let Converted { content, conversions } = self.converted;
        for (n, line) in content.domestic.iter().enumerate() {
            fields.field(format_args!("domestic.{n}.region"), line.region);
            fields.field(format_args!("domestic.{n}.activity"), line.activity);
            fields.field(format_args!("domestic.{n}.amount"), line.amount.0);
        }
        for (n, (line, conversion)) in content.exports.iter().zip(conversions).enumerate() {
            fields.field(format_args!("exports.{n}.country"), line.country);
            fields.field(format_args!("exports.{n}.category"), line.category);
            fields.field(format_args!("exports.{n}.currency"), line.currency);
            fields.field(format_args!("exports.{n}.amount"), line.amount);
            fields.field(format_args!("exports.{n}.region"), line.region);
            fields.optional(format_args!("exports.{n}.date"), line.date);
            fields.optional(format_args!("exports.{n}.contract"), line.contract.as_deref());
            let day = match conversion.basis {
                RateBasis::Day(day) => Some(day),
                RateBasis::QuarterMean => None,
            };
            fields.optional(format_args!("exports.{n}.rate_day"), day);
            fields.field(format_args!("exports.{n}.rate"), conversion.rate.0);
            fields.field(format_args!("exports.{n}.usd_rate"), conversion.usd_rate.0);
            fields.field(format_args!("exports.{n}.uzs"), conversion.uzs.0);
            fields.field(format_args!("exports.{n}.usd"), conversion.usd.0);
        }
        for (n, line) in content.people.iter().enumerate() {
            fields.field(format_args!("people.{n}.region"), line.region);
            // a count that is 0 is not written, so that a count that comes later changes no record of before
            for count in PeopleCount::ALL.iter().filter(|count| line.counts[**count] != 0) {
                fields.field(format_args!("people.{n}.{count}"), line.counts[*count]);
            }
            fields.field(format_args!("people.{n}.payroll"), line.payroll.0);
        }
    }
}

#[cfg(test)]
mod tests;
