//! Pages of officials.

pub mod jobs;
pub mod missing;
pub mod national;
pub mod queue;
pub mod region;
pub mod releases;
pub mod review;
