//! The demonstration: invented residents whose accepted filings add up exactly to the published figures.
//!
//! Published (`official-figures.csv`): exports 16.0 (Q1 2022), 53.2 (first half), 140.0 (2022), 145.3 (first half of
//! 2023) and 344.0 (2023) million dollars, the last by destination; services 2,300 (first half of 2022) and 5,000
//! (2022) billion soums. How these spread over quarters, regions and residents is invented. The same seed gives the same
//! world.

mod amounts;
mod dice;
mod fill;
mod names;
mod players;
mod rates;
mod world;

pub use fill::fill;
pub use players::SIGN_INS;
pub use world::{Filed, Outcome, Scale, World, world};

#[cfg(test)]
mod tests;
