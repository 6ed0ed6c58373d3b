//! Tables for the tests of this module.

use std::collections::BTreeSet;

use super::problem::Problem;

#[path = "../examples/scale/invented.rs"]
#[expect(dead_code, reason = "the benchmark uses the rest")]
pub mod invented;
#[path = "../examples/scale/published.rs"]
mod published;

pub use published::insee;

/// The lines of the instance in the order of its README: the places as in the file; then for each size the country and
/// the areas.
pub fn insee_lines(problem: &Problem) -> Vec<Vec<usize>> {
    let mut lines = Vec::new();
    let sizes = ["Total", "tr1", "tr2", "tr3"];
    let line = |ids: Vec<String>| ids.iter().filter_map(|id| problem.place(id)).collect::<Vec<_>>();
    let mut places = Vec::new();
    for cell in published::cells() {
        if !places.contains(&cell.row) {
            places.push(cell.row);
        }
    }
    lines.extend(places.iter().map(|place| line(sizes.iter().map(|size| format!("{place}|{size}")).collect())));
    let pairs = published::places();
    let areas: BTreeSet<&String> = pairs.iter().map(|(area, _)| area).collect();
    for size in sizes {
        lines.push(line(
            ["Total"].into_iter().chain(areas.iter().map(|area| area.as_str())).map(|place| format!("{place}|{size}")).collect(),
        ));
        for area in &areas {
            let parts = pairs.iter().filter(|(other, _)| other == *area).map(|(_, place)| place);
            lines.push(line([*area].into_iter().chain(parts).map(|place| format!("{place}|{size}")).collect()));
        }
    }
    lines
}

/// The folk rule: no line may have exactly one hidden cell; the smallest unhidden one joins it.
pub fn two_a_line(problem: &Problem, lines: &[Vec<usize>], primary: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut hidden = primary.clone();
    loop {
        let before = hidden.len();
        for line in lines {
            if line.iter().filter(|place| hidden.contains(place)).count() == 1 {
                let open = line.iter().filter(|place| !hidden.contains(place) && problem.cells[**place].value > 0);
                hidden.extend(open.min_by_key(|place| problem.cells[**place].value).copied());
            }
        }
        if hidden.len() == before {
            return hidden;
        }
    }
}
