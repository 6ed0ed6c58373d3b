//! Deterministic invention: a hash of what is asked, so that one more resident changes none of the others.

use domain::quarter::Quarter;

/// A seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice(pub u64);

impl Dice {
    /// A number for the question `what` about `a` and `b`: FNV-1a over the question, finished by `SplitMix64`.
    pub fn roll(self, what: &str, a: u64, b: u64) -> u64 {
        let mut hash = what.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        for part in [self.0, a, b] {
            hash = hash.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15);
            hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            hash ^= hash >> 31;
        }
        hash
    }
}

/// A quarter as a number that grows by one.
pub(super) fn number(quarter: Quarter) -> u64 {
    u64::from(quarter.year().unsigned_abs()) * 4 + u64::from(quarter.number())
}

/// Splits `total` by `weights`, exactly: the parts add up to the total (largest remainder, earlier first).
/// All zero when there is no weight.
pub(super) fn split(total: i64, weights: &[u64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let share = |weight: u64| i128::from(total) * i128::from(weight);
    let mut parts: Vec<i64> = weights.iter().map(|weight| i64::try_from(share(*weight) / sum).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|n| (std::cmp::Reverse(share(weights[*n]) % sum), *n));
    let rest = total - parts.iter().sum::<i64>();
    for n in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        parts[n] += 1;
    }
    parts
}
