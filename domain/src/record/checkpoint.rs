//! A checkpoint: the head of the audit chain at an instant, signed with a key that is not in the database.

use chrono::{DateTime, Utc};

use super::{Fields, instant};

/// The head of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of the last event.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// When it was the last.
    pub at: DateTime<Utc>,
}

impl Checkpoint {
    /// What is signed.
    pub fn text(&self) -> String {
        let mut fields = Fields::new("checkpoint", 1);
        fields.field("seq", self.seq);
        fields.field("hash", &self.hash);
        fields.field("at", instant(self.at));
        fields.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_written_out() {
        let checkpoint = Checkpoint { seq: 7, hash: "abc".into(), at: "2023-10-20T05:00:00.007Z".parse().unwrap() };
        assert_eq!(checkpoint.text(), "itpark checkpoint 1\nseq=7\nhash=abc\nat=2023-10-20T05:00:00.007Z\n");
    }
}
