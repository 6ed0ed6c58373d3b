//! The engine on the published instance.

use super::*;
use crate::disclosure::testing;

#[test]
fn the_published_instance_is_protected() {
    let problem: Problem = testing::insee(Some(15)).try_into().unwrap();
    let started = std::time::Instant::now();
    let pattern = protect(&problem, Effort::of_seconds(10)).unwrap();
    println!("{} hidden, weight {} bound {} in {:?}", pattern.cells.len(), pattern.weight_hidden, pattern.lower_bound_weight, started.elapsed());
    assert!(pattern.lower_bound_weight <= pattern.weight_hidden);
}
