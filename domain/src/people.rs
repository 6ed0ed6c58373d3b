//! What is counted of people.

use crate::codes::codes;

codes! {
    /// What is counted of the people of a region. The first is the whole, each other a part of it.
    PeopleCount {
        /// Everybody who is employed.
        Employees = "employees",
        /// IT specialists.
        Specialists = "specialists",
        /// Women.
        Women = "women",
        /// Younger than 30.
        Under30 = "under_30",
        /// With a disability.
        Disability = "disability",
        /// Citizens of other countries.
        Foreign = "foreign",
    }
}

/// A number for each [`PeopleCount`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleCounts([u32; PeopleCount::ALL.len()]);

impl std::ops::Index<PeopleCount> for PeopleCounts {
    type Output = u32;

    fn index(&self, count: PeopleCount) -> &u32 {
        &self.0[count as usize]
    }
}

impl std::ops::IndexMut<PeopleCount> for PeopleCounts {
    fn index_mut(&mut self, count: PeopleCount) -> &mut u32 {
        &mut self.0[count as usize]
    }
}

impl FromIterator<(PeopleCount, u32)> for PeopleCounts {
    fn from_iter<I: IntoIterator<Item = (PeopleCount, u32)>>(numbers: I) -> Self {
        let mut counts = Self::default();
        for (count, number) in numbers {
            counts[count] = number;
        }
        counts
    }
}
