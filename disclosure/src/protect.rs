//! Secondary suppression: which further cells are hidden so that no sensitive cell can be inferred too closely, neither by
//! an outsider nor by a contributor who subtracts what is its own, at the least total weight.
//!
//! The answer does not depend on the order in which the problem is written, nor on the machine: the effort is counted in
//! numbers touched, not in seconds. It is checked by the attacker before it is given: an answer is safe or a refusal.

#![expect(clippy::float_arithmetic, clippy::float_cmp, reason = "the choice of cells may be approximate: the attacker checks it exactly")]

use std::collections::{BTreeMap, BTreeSet};

use super::{
    attack::{Attack, Attacker, Verdict},
    pattern::{Pattern, Status, SuppressedCell, Until, Waiting},
    problem::{Cell, Problem, Publication},
    sensitive::{By, Sensitive, Told, sensitive, told},
};

mod components;
mod conflict;
mod cover;
mod insiders;
mod master;
mod model;
mod search;
#[cfg(test)]
mod tests;

use components::components;
pub use conflict::{Refused, Way, WayOut};
use model::{Component, More};
use search::{Found, search};

/// Numbers that may be touched, of a first pattern, of the search for a lighter one and of the attacks that check it. A
/// quarter as many again are for what makes an answer safe, and half as many to explain why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(pub u64);

impl Effort {
    /// What one core does in about so many seconds.
    #[must_use]
    pub fn of_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(300_000_000))
    }
}

/// Chooses what to hide.
///
/// # Errors
/// [`Refused`] when no choice is safe, or the effort was used up before one was found and checked.
pub fn protect(problem: &Problem, effort: Effort) -> Result<Pattern, Box<Refused>> {
    Engine::new(problem, effort).attempt().map_err(|failed| {
        Box::new(match failed {
            Failed::Open(open) => conflict::explain(problem, open, effort),
            Failed::Unfinished(_) => Refused::unfinished(sensitive_cells(problem)),
        })
    })
}

/// Chooses what to hide in a release that follows a plan. There always is one: what cannot go out waits, a revised figure for
/// itself, then a member, then a total; what is too open because of earlier releases is named.
#[must_use]
pub fn release(problem: &Problem, effort: Effort) -> Pattern {
    let mut problem = problem.clone();
    let (mut waiting, mut spent) = (BTreeSet::new(), 0);
    loop {
        let mut engine = Engine::new(&problem, Effort(effort.0.saturating_sub(spent)));
        let attempted = engine.attempt();
        spent += engine.spent;
        let open = match attempted {
            Ok(pattern) => return Pattern { waiting: waits(&problem, &pattern, &waiting), ..pattern },
            Err(Failed::Open(open)) => open,
            Err(Failed::Unfinished(choice)) => {
                let choice = choice.unwrap_or_else(|| Choice::of_everything(&problem));
                let pattern = engine.pattern(&choice, 0);
                let waiting = waits(&problem, &pattern, &waiting);
                return Pattern { waiting, left_over: sensitive_cells(&problem), unfinished: true, ..pattern };
            }
        };
        // the totals of what is open wait as well, and then all
        let places: BTreeSet<usize> = open.iter().filter_map(|id| problem.place(id)).collect();
        let near = around(&problem, &places, usize::MAX);
        let required = |place: &usize| problem.cells[*place].publication == Publication::Required;
        let mut totals: Vec<usize> = near.into_iter().filter(required).collect();
        if totals.is_empty() {
            totals = (0..problem.cells.len()).filter(required).collect();
        }
        if totals.is_empty() {
            let free = |place: &usize| problem.cells[*place].publication == Publication::Free;
            let choice = Choice::of_everything(&problem);
            waiting.extend(choice.hidden.iter().copied().filter(free));
            let pattern = engine.pattern(&choice, 0);
            return Pattern { waiting: waits(&problem, &pattern, &waiting), left_over: open, ..pattern };
        }
        for place in totals {
            problem.cells[place].publication = Publication::Withheld;
            waiting.insert(place);
        }
    }
}

/// What a pattern hides that the plan would have shown.
fn waits(problem: &Problem, pattern: &Pattern, waiting: &BTreeSet<usize>) -> Vec<Waiting> {
    let waits = |place: usize| {
        let cell = &problem.cells[place];
        let at = cell.at.as_ref()?;
        let new = cell.publication == Publication::Free || waiting.contains(&place);
        let until = match (cell.rounded, &at.member) {
            (Some(_), _) => Until::Batch,
            (None, Some(_)) => Until::Group,
            (None, None) => Until::Year,
        };
        new.then(|| Waiting { id: cell.id.clone(), until, price: cell.weight })
    };
    pattern.cells.iter().filter_map(|cell| waits(problem.place(&cell.id)?)).collect()
}

/// Why there is no answer.
enum Failed {
    /// Cells that stay too open.
    Open(Vec<String>),
    /// The effort was used up, before a choice was found or before it was checked.
    Unfinished(Option<Choice>),
}

fn sensitive_cells(problem: &Problem) -> Vec<String> {
    sensitive(problem).into_keys().map(|place| problem.cells[place].id.clone()).collect()
}

/// The cells that the attacker finds too open.
fn open(attack: &Attack) -> Vec<String> {
    attack.cells.iter().filter(|cell| !cell.protected).map(|cell| cell.id.clone()).collect()
}

/// The search for a choice that tells no sum of hidden cells that is too telling by itself.
struct Engine<'a> {
    problem: &'a Problem,
    effort: Effort,
    spent: u64,
    sensitive: BTreeMap<usize, Sensitive>,
    more: More,
    /// Components that were searched already.
    done: Vec<(Component, Found)>,
    /// What components weigh at least, when the bound was looked for, with the cells that count as published for it.
    bounds: Vec<(Component, i128)>,
    published: Option<BTreeSet<usize>>,
    attacker: Attacker<'a>,
}

/// Hidden cells of the whole problem, and for whom.
#[derive(Clone)]
struct Choice {
    hidden: BTreeSet<usize>,
    covers: BTreeMap<usize, usize>,
}

impl Choice {
    fn of_everything(problem: &Problem) -> Self {
        let hidden = (0..problem.cells.len()).filter(|place| problem.cells[*place].can_be_hidden()).collect();
        Self { hidden, covers: BTreeMap::new() }
    }
}

impl<'a> Engine<'a> {
    fn new(problem: &'a Problem, effort: Effort) -> Self {
        Self {
            problem,
            effort,
            spent: 0,
            sensitive: sensitive(problem),
            more: More::default(),
            done: Vec::new(),
            bounds: Vec::new(),
            published: None,
            attacker: Attacker::new(problem),
        }
    }

    /// Chooses what to hide.
    fn attempt(&mut self) -> Result<Pattern, Failed> {
        self.bound()?;
        let mut choice = self.choose_safely()?;
        self.show_figures(&mut choice);
        self.show_known(&mut choice);
        self.prune(&mut choice);
        self.show_known(&mut choice);
        Ok(self.pattern(&choice, self.least_weight()))
    }

    /// What must not be touched beyond.
    const fn most(&self) -> u64 {
        self.effort.0.saturating_add(self.effort.0 / 4)
    }

    /// Nothing if that takes too much.
    fn attack(&mut self, choice: &Choice) -> Option<Attack> {
        let before = self.attacker.work;
        let attack = self.attacker.attack_within(&choice.hidden, self.most().saturating_sub(self.spent));
        self.spent = self.spent.saturating_add(self.attacker.work - before);
        attack
    }

    fn is_safe(&mut self, choice: &Choice) -> bool {
        self.attack(choice).is_some_and(|attack| attack.verdict == Verdict::Safe)
    }

    /// Finds what no safe choice weighs less than: only what each has to hide is asked, as if all were published that may be.
    fn bound(&mut self) -> Result<(), Failed> {
        let free = |place: &usize| self.problem.cells[*place].publication == Publication::Free && !self.sensitive.contains_key(place);
        self.published = Some((0..self.problem.cells.len()).filter(free).collect());
        self.add_told_of_sensitive(&self.sensitive.keys().copied().collect());
        let choice = self.choose(self.effort.0 / 4)?;
        if self.add_told_of_sensitive(&choice.hidden) {
            self.choose(self.effort.0 / 8 * 3)?;
        }
        self.bounds = self.done.iter().map(|(component, found)| (component.clone(), found.bound)).collect();
        self.published = None;
        Ok(())
    }

    /// No safe choice weighs less. What was found later counts where no more was asked.
    fn least_weight(&self) -> i128 {
        let later = |component: &Component| self.done.iter().find(|(other, _)| other == component).map_or(0, |(_, found)| found.bound);
        self.bounds.iter().map(|(component, bound)| later(component).max(*bound)).sum()
    }

    /// Chooses, and asks for more until the attacker is content: for what is told of sums, that some revised
    /// figures wait, for what rounding lost, and for everything around what is open. Fails with what the attacker then finds open.
    fn choose_safely(&mut self) -> Result<Choice, Failed> {
        let mut tries = 0;
        let mut hops = 0;
        loop {
            // a quarter is for the attacks
            let choice = self.choose(self.effort.0 / 4 * 3)?;
            if self.add_told(&choice.hidden, |_| true) {
                continue;
            }
            let Some(attack) = self.attack(&choice) else { return Err(Failed::Unfinished(Some(choice))) };
            let open: BTreeSet<usize> = open(&attack).iter().filter_map(|id| self.problem.place(id)).collect();
            if open.is_empty() {
                return Ok(choice);
            }
            // what everybody can tell exactly conceals nothing
            let exact = attack.cells.iter().filter(|cell| cell.is_exact()).filter_map(|cell| self.problem.place(&cell.id)).collect();
            if self.add_told(&choice.hidden.difference(&exact).copied().collect(), |_| true) {
                continue;
            }
            let figures: Vec<usize> = open.iter().filter_map(|cell| self.nearest_figure(*cell)).collect();
            if !figures.is_empty() {
                self.more.hidden.extend(figures);
            } else if tries < 1 {
                tries += 1;
                self.ask_for_more(&open);
            } else {
                hops += 1;
                if !self.hide_around(&open, hops) {
                    return Err(Failed::Open(self::open(&attack)));
                }
            }
        }
    }

    /// Chooses in every component, until so much is spent; what was searched before is not searched again.
    fn choose(&mut self, until: u64) -> Result<Choice, Failed> {
        let components = components(self.problem, &self.sensitive, &self.more, self.published.clone());
        let mut before = std::mem::take(&mut self.done);
        let mut found: Vec<Option<Found>> = components
            .iter()
            .map(|component| Some(before.swap_remove(before.iter().position(|(other, _)| other == component)?).1))
            .collect();
        // first a little for each, then the rest for those of which the lightest choice was not found; by their sizes, so that it
        // does not matter which is first
        for part in [4, 1] {
            let todo = |n: &usize| found[*n].as_ref().is_none_or(|found| part == 1 && !found.is_lightest);
            let todo: Vec<usize> = (0..components.len()).filter(todo).collect();
            let left = u128::from(until.saturating_sub(self.spent) / part);
            let all: u128 = todo.iter().map(|n| components[*n].cells.len() as u128).sum();
            for n in todo {
                let share = u64::try_from(left * components[n].cells.len() as u128 / all.max(1)).unwrap_or(u64::MAX);
                if found[n].as_ref().is_some_and(|found| found.work >= share / 2) {
                    continue; // it would hardly find more
                }
                let most = self.most().saturating_sub(self.spent);
                let Some(chosen) = search(&components[n], share, most) else { return Err(Failed::Unfinished(None)) };
                self.spent += chosen.work;
                found[n] = Some(chosen.or_lighter(found[n].take()));
            }
        }
        self.done = components.into_iter().zip(found).filter_map(|(component, found)| Some((component, found?))).collect();
        Ok(self.choice())
    }

    /// What was found in the components, together with what is hidden in any case.
    fn choice(&self) -> Choice {
        let cells = || self.problem.cells.iter().enumerate();
        let never = |cell: &Cell| matches!(cell.publication, Publication::Auxiliary | Publication::Withheld);
        let mut hidden: BTreeSet<usize> = cells().filter(|(_, cell)| never(cell)).map(|(place, _)| place).collect();
        hidden.extend(&self.more.hidden);
        let mut choice = Choice { hidden, covers: BTreeMap::new() };
        for (component, chosen) in &self.done {
            let hidden = component.cells.iter().zip(&chosen.hidden).filter(|(_, hidden)| **hidden).map(|(place, _)| *place);
            // of a rounded figure is hidden what is not published
            choice.hidden.extend(hidden.filter(|place| self.problem.cells[*place].rounded.is_none()));
            let place = |cell: &usize| component.cells.get(*cell).copied();
            choice.covers.extend(chosen.covers.iter().filter_map(|(cell, of)| place(cell).zip(place(of))));
        }
        choice
    }

    /// Asks that sums of sensitive cells are not told, which every safe choice has to hide. False if that was asked already.
    fn add_told_of_sensitive(&mut self, hidden: &BTreeSet<usize>) -> bool {
        let sensitive: BTreeSet<usize> = self.sensitive.keys().copied().collect();
        self.add_told(hidden, |told| matches!(told.by, By::Known(_)) && told.of.iter().all(|place| sensitive.contains(place)))
    }

    /// Asks for what hides the sums that would be told if these cells were hidden. False if that was asked already.
    fn add_told(&mut self, hidden: &BTreeSet<usize>, which: impl Fn(&Told) -> bool) -> bool {
        let mut added = false;
        for told in told(self.problem, hidden).into_iter().filter(which) {
            match told.by {
                By::Total(total, distance) => {
                    let known = self.more.totals.entry(total).or_insert(0);
                    added |= *known < distance;
                    *known = distance.max(*known);
                }
                By::Known(_) => added |= self.more.sums.insert(told.of),
            }
        }
        added
    }

    fn ask_for_more(&mut self, open: &BTreeSet<usize>) {
        for place in open {
            if let Some(needs) = self.sensitive.get_mut(place) {
                let more = |distance: i128| if distance == 0 { 0 } else { distance + distance / 1_000_000 + 1 };
                (needs.lower, needs.upper, needs.sliding) = (more(needs.lower), more(needs.upper), more(needs.sliding));
            }
        }
    }

    /// The revised figure that could wait and is nearest to what is open, of equals the least important.
    fn nearest_figure(&self, open: usize) -> Option<usize> {
        let waits = |place: &usize| {
            let cell = &self.problem.cells[*place];
            cell.rounded.is_some() && cell.publication == Publication::Free && !self.more.hidden.contains(place)
        };
        let mut hops = 0;
        let mut reached = 0;
        loop {
            let around = around(self.problem, &BTreeSet::from([open]), hops);
            let found = around.iter().copied().filter(waits).min_by_key(|place| (self.problem.cells[*place].weight, *place));
            if found.is_some() || hops > 0 && around.len() == reached {
                return found;
            }
            (hops, reached) = (hops + 1, around.len());
        }
    }

    /// Hides whatever can be hidden within so many equations of what is open. False if there is nothing that was not hidden.
    fn hide_around(&mut self, open: &BTreeSet<usize>, hops: usize) -> bool {
        let before = self.more.hidden.len();
        for hops in [hops, usize::MAX] {
            let can_hide = |place: &usize| self.problem.cells[*place].publication == Publication::Free;
            let around: Vec<usize> = around(self.problem, open, hops).into_iter().filter(can_hide).collect();
            self.more.hidden.extend(around);
            if self.more.hidden.len() > before {
                return true;
            }
        }
        false
    }
}

impl Engine<'_> {
    /// Publishes revised figures again that need not wait, the most important first.
    fn show_figures(&mut self, choice: &mut Choice) {
        let mut waiting: Vec<usize> =
            self.more.hidden.iter().copied().filter(|place| self.problem.cells[*place].rounded.is_some()).collect();
        waiting.sort_by_key(|place| (std::cmp::Reverse(self.problem.cells[*place].weight), *place));
        for place in waiting {
            choice.hidden.remove(&place);
            if self.is_safe(choice) {
                self.more.hidden.remove(&place);
            } else {
                choice.hidden.insert(place);
            }
        }
    }

    /// Shows what is hidden in vain: a cell that everybody can tell exactly from what is published tells nothing more when it
    /// is published itself.
    fn show_known(&mut self, choice: &mut Choice) {
        let Some(attack) = self.attack(choice) else { return };
        for cell in attack.cells.iter().filter(|cell| cell.is_exact() && cell.protected) {
            let free = |place: &usize| self.problem.cells[*place].publication == Publication::Free;
            self.problem.place(&cell.id).filter(free).map(|place| choice.hidden.remove(&place));
        }
    }

    /// Shows again what is hidden without need: what hides a told sum is asked for although the sum may no longer be told, and a
    /// demand may be smaller than it was taken for. The heaviest first, as long as the effort lasts.
    fn prune(&mut self, choice: &mut Choice) {
        let can_show = |place: &usize| {
            let cell = &self.problem.cells[*place];
            !self.sensitive.contains_key(place) && cell.publication == Publication::Free && cell.rounded.is_none()
        };
        let mut candidates: Vec<usize> = choice.hidden.iter().copied().filter(can_show).collect();
        candidates.sort_by_key(|place| (std::cmp::Reverse(self.problem.cells[*place].weight), &self.problem.cells[*place].id));
        let end = self.spent.max(self.effort.0 / 4 * 3).saturating_add(self.effort.0 / 4);
        loop {
            let before = candidates.len();
            candidates.retain(|place| {
                if self.spent >= end {
                    return true;
                }
                choice.hidden.remove(place);
                let needed = !self.is_safe(choice);
                if needed {
                    choice.hidden.insert(*place);
                }
                needed
            });
            if candidates.len() == before || self.spent >= end {
                break;
            }
        }
    }

    fn pattern(&self, choice: &Choice, bound: i128) -> Pattern {
        let weight = choice.hidden.iter().map(|place| i128::from(self.problem.cells[*place].weight)).sum();
        let cells = choice.hidden.iter().map(|place| hidden_cell(self.problem, &self.sensitive, &choice.covers, *place));
        Pattern { weight_hidden: weight, lower_bound_weight: bound.min(weight), cells: cells.collect(), ..Pattern::default() }
    }
}

/// Cells that share an equation with some of these, over so many equations.
fn around(problem: &Problem, cells: &BTreeSet<usize>, hops: usize) -> BTreeSet<usize> {
    let exactly_known = |place: &usize| problem.cells[*place].is_known();
    let mut reached = cells.clone();
    for _ in 0..hops {
        let before = reached.len();
        let with = problem.equations.iter().filter(|equation| {
            equation.terms.iter().any(|(place, _)| reached.contains(place) && (!exactly_known(place) || cells.contains(place)))
        });
        let near: Vec<usize> = with.flat_map(|equation| &equation.terms).map(|(place, _)| *place).collect();
        reached.extend(near);
        if reached.len() == before {
            break;
        }
    }
    reached
}

fn hidden_cell(problem: &Problem, sensitive: &BTreeMap<usize, Sensitive>, covers: &BTreeMap<usize, usize>, place: usize) -> SuppressedCell {
    let id = problem.cells[place].id.clone();
    if problem.cells[place].publication == Publication::Withheld {
        return SuppressedCell { id, status: Status::Planned, reason: "plan".to_owned() };
    }
    match sensitive.get(&place) {
        Some(sensitive) => SuppressedCell { id, status: Status::Primary, reason: sensitive.reason.code().to_owned() },
        None if problem.cells[place].publication == Publication::Auxiliary => {
            SuppressedCell { id, status: Status::Secondary, reason: "auxiliary".to_owned() }
        }
        None => {
            let of = covers.get(&place).map_or_else(String::new, |of| format!(" of {}", problem.cells[*of].id));
            SuppressedCell { id, status: Status::Secondary, reason: format!("cover{of}") }
        }
    }
}
