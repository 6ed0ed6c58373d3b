//! What comes from others: rates, published figures, targets.

pub mod official_series;
pub mod rates;
pub mod targets;
