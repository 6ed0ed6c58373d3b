//! The real clock, the demonstration's clock, and the real source of randomness.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Clock;
use services::Entropy;

/// The time of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that began to run at a chosen instant.
#[derive(Debug, Clone, Copy)]
pub struct OffsetClock {
    stood_at: DateTime<Utc>,
    started: Instant,
}

impl OffsetClock {
    /// Runs from `instant` on, beginning now.
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self { stood_at: instant, started: Instant::now() }
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> DateTime<Utc> {
        self.stood_at + TimeDelta::from_std(self.started.elapsed()).unwrap_or_default()
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), buffer);
    }
}
