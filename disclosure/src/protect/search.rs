//! The lightest cover of a component: cuts and a branching search, with a bound that holds whenever it is stopped.
//!
//! After Fischetti and Salazar (2001): a demand that is broken gives a cut that every safe choice satisfies; the least
//! weight under the cuts found so far bounds every safe choice from below.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{
    super::linear::Move,
    cover::{Broken, Cover, Pair, Work, weight},
    master::{Choice, Cut, Master},
    model::{Component, float},
};

/// What the search found.
pub struct Found {
    /// By place in the component.
    pub hidden: Vec<bool>,
    /// For which sensitive cell each hidden cell is.
    pub covers: BTreeMap<usize, usize>,
    /// What that weighs.
    pub weight: i128,
    /// No safe choice weighs less.
    pub bound: i128,
    /// Whether that is shown to be the lightest.
    pub is_lightest: bool,
    /// Numbers touched.
    pub work: u64,
}

impl Found {
    /// The lighter of this and what was found before, with the better bound of both.
    pub fn or_lighter(self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let bound = self.bound.max(before.bound);
        let lighter = if before.weight < self.weight { Self { work: self.work, ..before } } else { self };
        Self { bound, is_lightest: bound >= lighter.weight, ..lighter }
    }
}

/// Most numbers a master programme may have, about 64 MB.
const LARGEST_MASTER: usize = 8_000_000;
/// Steps of one solution of the master.
const STEPS: usize = 20_000;
/// Cuts of one round: so many, or one for so many demands.
const CUTS_A_ROUND: usize = 60;
const DEMANDS_A_CUT: usize = 4;

struct Search<'a> {
    work: Work<'a>,
    best: Cover,
    best_weight: i128,
    /// What it costs to hide each cell: never nothing.
    cost: Vec<f64>,
    /// Insiders' demands that were broken once are looked at in every round.
    active: BTreeSet<Pair>,
    known: BTreeSet<Cut>,
    limit: u64,
    master_work: u64,
}

/// Searches until the lightest cover is found or so much work is done. Nothing if a first cover is not found within `most`.
pub fn search(component: &Component, limit: u64, most: u64) -> Option<Found> {
    let mut work = Work::new(component);
    let cost: Vec<f64> = component.weight.iter().map(|weight| float(i128::from(*weight)) + 1e-6).collect();
    let mut best = Cover::build(&mut work, component.always.clone(), &cost, most)?;
    best.trim(&mut work, &cost, limit);
    let best_weight = weight(component, &best.hidden);
    let mut search = Search { work, best, best_weight, cost, active: BTreeSet::new(), known: BTreeSet::new(), limit, master_work: 0 };
    let bound = search.run();
    let left = search.moves_until(limit);
    search.best.trim(&mut search.work, &search.cost, left);
    search.best_weight = weight(component, &search.best.hidden);
    let covers = search.best.covers(&search.work);
    let work = search.spent();
    let (weight, bound) = (search.best_weight, bound.min(search.best_weight));
    Some(Found { hidden: search.best.hidden, covers, weight, bound, is_lightest: bound == weight, work })
}

/// A choice that is still open: the cells decided so far, and the bound of all choices that agree with it.
#[derive(PartialEq, Eq)]
struct Node {
    bound: i128,
    number: usize,
    decided: Vec<(usize, bool)>,
}

impl Ord for Node {
    /// The least bound first, of equals the deepest, then the latest.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |node: &Self| (std::cmp::Reverse(node.bound), node.decided.len(), node.number);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What adding cuts led to.
enum Cuts {
    /// Every choice weighs at least this, or the best is known.
    Closed(i128),
    /// A cell to branch on.
    Branch(usize),
}

impl Search<'_> {
    fn component(&self) -> &Component {
        self.work.component
    }

    fn spent(&self) -> u64 {
        self.work.moves.work + self.master_work
    }

    /// Up to how much moves may take for no more to be spent than so much.
    const fn moves_until(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.master_work)
    }

    /// Steps of the master programme that the work left allows.
    fn steps(&self, master: &Master) -> usize {
        let left = self.limit.saturating_sub(self.spent()) / (master.size() as u64 + 1);
        usize::try_from(left).map_or(STEPS, |left| left.clamp(1, STEPS))
    }

    fn is_over(&self) -> bool {
        self.spent() >= self.limit
    }

    /// The bound of all choices.
    fn run(&mut self) -> i128 {
        let mut root = Master::new(self.component().weight.clone());
        for cell in 0..self.component().always.len() {
            if self.component().always[cell] {
                root.choose(cell, Choice::SuppressedCell);
            }
        }
        // the least bound of the choices that were closed
        let mut closed = self.best_weight;
        let branch = match self.cut(&mut root, true) {
            Cuts::Closed(bound) => return bound,
            Cuts::Branch(cell) => cell,
        };
        let bound = root.bound();
        self.exchange(self.spent() + self.limit.saturating_sub(self.spent()) / 3);
        root.decide(self.best_weight);
        let mut open = BinaryHeap::new();
        let mut number = 0;
        let mut split = |open: &mut BinaryHeap<Node>, decided: &[(usize, bool)], cell: usize, bound: i128| {
            for hidden in [false, true] {
                number += 1;
                open.push(Node { bound, number, decided: decided.iter().copied().chain([(cell, hidden)]).collect() });
            }
        };
        split(&mut open, &[], branch, bound);
        while let Some(node) = open.pop() {
            if node.bound >= self.best_weight {
                break;
            }
            if self.is_over() {
                closed = closed.min(node.bound);
                break;
            }
            let mut master = root.clone();
            for (cell, hidden) in &node.decided {
                master.choose(*cell, if *hidden { Choice::SuppressedCell } else { Choice::Published });
            }
            match self.cut(&mut master, false) {
                Cuts::Closed(bound) => closed = closed.min(bound.max(node.bound)),
                Cuts::Branch(cell) => split(&mut open, &node.decided, cell, master.bound().max(node.bound)),
            }
        }
        closed.min(self.best_weight)
    }

    /// Adds cuts until nothing is broken or it does not pay.
    fn cut(&mut self, master: &mut Master, thorough: bool) -> Cuts {
        let patience = if thorough { 12 } else { 2 };
        let (mut last, mut slow, mut rounds) = (0, 0, 0);
        loop {
            let before = master.work;
            let solved = master.solve(self.steps(master));
            self.master_work += master.work - before;
            if let Err(infeasible) = solved {
                return Cuts::Closed(master.bound_of_none(infeasible, self.best_weight));
            }
            let bound = master.bound();
            if bound >= self.best_weight {
                return Cuts::Closed(bound);
            }
            let x = master.shares();
            let between = x.iter().enumerate().filter(|(cell, share)| master.is_open(*cell) && (1e-6..=1.0 - 1e-6).contains(*share));
            let branch = between.min_by(|a, b| (a.1 - 0.5).abs().total_cmp(&(b.1 - 0.5).abs()).then(a.0.cmp(&b.0))).map(|(cell, _)| cell);
            if branch.is_none() && self.settle(&x) {
                return Cuts::Closed(bound);
            }
            slow = if bound.saturating_sub(last).saturating_mul(2_000) > bound { 0 } else { slow + 1 };
            last = bound;
            let added = self.separate(master, &x);
            if thorough && rounds % 5 == 4 {
                self.improve(&x);
            }
            rounds += 1;
            if added == 0 || self.is_over() || branch.is_some() && slow > patience || master.size() > LARGEST_MASTER {
                if thorough {
                    self.improve(&x);
                }
                let any = || (0..x.len()).find(|cell| master.is_open(*cell));
                return branch.or_else(any).map_or(Cuts::Closed(bound), Cuts::Branch);
            }
        }
    }

    /// A choice in whole shares: if it keeps every demand it is the best so far.
    fn settle(&mut self, x: &[f64]) -> bool {
        let hidden: Vec<bool> = x.iter().map(|share| *share > 0.5).collect();
        match Cover::of(&mut self.work, hidden) {
            Ok(cover) => {
                self.take(cover);
                true
            }
            Err(broken) => {
                self.active.extend(broken.pair.1.map(|_| broken.pair));
                false
            }
        }
    }

    fn take(&mut self, cover: Cover) {
        let weight = weight(self.component(), &cover.hidden);
        if weight < self.best_weight {
            (self.best, self.best_weight) = (cover, weight);
        }
    }

    /// Builds a cover along the shares: cells with a large share are cheap.
    fn improve(&mut self, x: &[f64]) {
        let cost: Vec<f64> = x.iter().zip(&self.cost).map(|(share, cost)| cost * (1.02 - share)).collect();
        let always = self.component().always.clone();
        let until = self.moves_until(self.limit);
        if let Some(mut cover) = Cover::build(&mut self.work, always, &cost, until) {
            cover.trim(&mut self.work, &self.cost, until);
            self.take(cover);
        }
    }

    /// Publishes one cell after another, the costliest first, and hides what is cheapest instead, as long as that makes it lighter.
    fn exchange(&mut self, until: u64) {
        let until = self.moves_until(until);
        let all: f64 = self.cost.iter().sum();
        let mut before = i128::MAX;
        while self.best_weight < before {
            before = self.best_weight;
            let always = &self.component().always;
            let mut order: Vec<usize> = (0..self.cost.len()).filter(|cell| self.best.hidden[*cell] && !always[*cell]).collect();
            order.sort_by(|a, b| self.cost[*b].total_cmp(&self.cost[*a]).then(a.cmp(b)));
            for cell in order {
                let mut hidden = self.best.hidden.clone();
                if !std::mem::take(&mut hidden[cell]) {
                    continue;
                }
                let mut cost = self.cost.clone();
                cost[cell] = all;
                let Some(mut cover) = Cover::build(&mut self.work, hidden, &cost, until) else { return };
                cover.trim(&mut self.work, &self.cost, until);
                self.take(cover);
            }
        }
    }

    /// Adds the cuts of the demands that are broken most; insiders' where outsiders break none.
    fn separate(&mut self, master: &mut Master, x: &[f64]) -> usize {
        let mut broken: Vec<(f64, Cut)> = Vec::new();
        let mut witness = Vec::new();
        for demand in 0..self.component().demands.len() {
            witness.push(self.look((demand, None), x, &mut broken));
        }
        for pair in self.active.clone() {
            self.look(pair, x, &mut broken);
        }
        if broken.is_empty() {
            for (demand, witness) in witness.into_iter().enumerate() {
                for insider in self.work.contradicted(demand, witness.as_deref().unwrap_or_default()) {
                    let pair = (demand, Some(insider));
                    if !self.active.contains(&pair) && self.look(pair, x, &mut broken).is_none() {
                        self.active.insert(pair);
                    }
                }
            }
        }
        if broken.is_empty() {
            let outsiders = (0..self.component().demands.len()).map(|demand| (demand, None));
            for pair in outsiders.chain(self.active.clone()).collect::<Vec<_>>() {
                if self.is_over() {
                    break;
                }
                if let Some(lacks) = self.work.limits(pair, x) {
                    self.cuts_of(&lacks, x, &mut broken);
                }
            }
        }
        broken.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let most = CUTS_A_ROUND.max(self.component().demands.len() / DEMANDS_A_CUT);
        for (_, cut) in broken.drain(most.min(broken.len())..) {
            self.known.remove(&cut);
        }
        let added = broken.len();
        if added > 0 {
            for cut in master.tidy() {
                self.known.remove(&cut);
            }
        }
        for (_, cut) in broken {
            master.add(cut);
        }
        added
    }

    /// Looks at a demand: moves that witness it, or none and a cut if there is one that is new.
    fn look(&mut self, pair: Pair, x: &[f64], broken: &mut Vec<(f64, Cut)>) -> Option<Vec<Move>> {
        if self.is_over() {
            return Some(Vec::new());
        }
        match self.work.check(pair, x) {
            Ok(witness) => Some(witness),
            Err(lacks) => {
                self.cuts_of(&lacks, x, broken);
                None
            }
        }
    }

    /// The cut of what is lacking, and those that follow for the cells that are hidden for the most part: what these do
    /// not provide, others must.
    fn cuts_of(&mut self, lacks: &Broken, x: &[f64], broken: &mut Vec<(f64, Cut)>) {
        if lacks.terms.is_empty() {
            return; // a search that gave up
        }
        let always = &self.work.component.always;
        let Some(cut) = Cut::new(lacks.terms.iter().copied(), lacks.distance).given(|cell| always[cell]) else { return };
        let follow = [0.99, 0.8, 0.6, 0.4, 0.2].into_iter().filter_map(|most| cut.clone().given(|cell| x[cell] >= most));
        let best = [cut.clone()].into_iter().chain(follow).map(|cut| (cut.lacking(x), cut)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((lacking, cut)) = best
            && lacking > 1e-4
            && self.known.insert(cut.clone())
        {
            // what lifts the bound most, of cells without weight what lacks most
            broken.push((lacking + cut.price(x, &self.work.component.weight), cut));
        }
    }
}
