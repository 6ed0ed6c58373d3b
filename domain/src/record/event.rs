//! The canonical form of an event of the audit chain.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Fields, instant};

/// The form in which events are hashed now.
pub const EVENT_FORM: i32 = 1;

/// What an event says of a record that its step wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordDigest {
    /// The kind of record, such as `filing_version`.
    pub kind: String,
    /// Which of them.
    pub key: String,
    /// The form in which it was digested.
    pub form: i32,
    /// SHA-256 of its canonical form; none if the step removed it.
    pub digest: Option<String>,
}

/// An event with the hash of the one before it.
#[derive(Debug, Clone, Copy)]
pub struct EventRecord<'a> {
    /// Hash of the event before; empty for the first.
    pub previous: &'a str,
    /// Number from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; nobody for the system itself.
    pub actor: Option<Uuid>,
    /// What.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// JSON with anything beside.
    pub details: &'a str,
    /// The records that it wrote, by kind and key.
    pub records: &'a [RecordDigest],
}

impl EventRecord<'_> {
    /// The text of a form; `None` for a number that no program has given, and for records in form 0, which had none.
    pub fn text(&self, form: i32) -> Option<String> {
        match form {
            0 if self.records.is_empty() => Some(self.form0()),
            1 => Some(self.form1()),
            _ => None,
        }
    }

    /// Each part with its length, so that no two events have the same text.
    fn form0(&self) -> String {
        let actor = self.actor.unwrap_or_default().to_string();
        let (seq, at) = (self.seq.to_string(), self.at.timestamp_millis().to_string());
        let parts = [self.previous, &seq, &at, &actor, self.action, self.subject, self.details];
        parts.iter().fold(String::new(), |text, part| text + &format!("{}:{part}", part.len()))
    }

    fn form1(&self) -> String {
        let mut fields = Fields::new("audit_event", 1);
        fields.field("previous", self.previous);
        fields.field("seq", self.seq);
        fields.field("at", instant(self.at));
        fields.optional("actor", self.actor);
        fields.field("action", self.action);
        fields.field("subject", self.subject);
        fields.field("details", self.details);
        for (n, record) in self.records.iter().enumerate() {
            fields.field(format_args!("records.{n}.kind"), &record.kind);
            fields.field(format_args!("records.{n}.key"), &record.key);
            fields.field(format_args!("records.{n}.form"), record.form);
            fields.optional(format_args!("records.{n}.digest"), record.digest.as_deref());
        }
        fields.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_written_out() {
        let record = |key: &str, digest: Option<&str>| RecordDigest {
            kind: "filing".into(),
            key: key.into(),
            form: 1,
            digest: digest.map(str::to_owned),
        };
        let records = [record("a", Some("abc")), record("b", None)];
        let event = EventRecord {
            previous: "p",
            seq: 7,
            at: "2023-10-20T05:00:00.007Z".parse().unwrap(),
            actor: None,
            action: "filing.submit",
            subject: "filing/1",
            details: r#"{"version":1}"#,
            records: &[],
        };
        let zero = r#"1:p1:713:169777800000736:00000000-0000-0000-0000-00000000000013:filing.submit8:filing/113:{"version":1}"#;
        assert_eq!(event.text(0).as_deref(), Some(zero));
        let one = "itpark audit_event 1\nprevious=p\nseq=7\nat=2023-10-20T05:00:00.007Z\nactor\naction=filing.submit\nsubject=filing/1\n\
                   details={\"version\":1}\nrecords.0.kind=filing\nrecords.0.key=a\nrecords.0.form=1\nrecords.0.digest=abc\n\
                   records.1.kind=filing\nrecords.1.key=b\nrecords.1.form=1\nrecords.1.digest\n";
        let event = EventRecord { records: &records, ..event };
        assert_eq!(event.text(1).as_deref(), Some(one));
        assert_eq!((event.text(0), event.text(2)), (None, None));
    }
}
