//! A choice of hidden cells that keeps every demand, and the moves that witness it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    super::linear::{Ended, Move, Moves, Pushed, Room},
    model::{Component, Demand, Side},
};

/// Distances are reached if this part of them is.
const NEARLY: f64 = 1.0 - 1e-9;

/// A demand of an outsider (`None`) or of an insider.
pub type Pair = (usize, Option<usize>);

/// A demand that cannot be kept with what is hidden, and what hiding would have to provide: coefficients by cell, of
/// which the hidden ones must reach the distance.
#[derive(Debug, Clone)]
pub struct Broken {
    pub pair: Pair,
    pub distance: f64,
    pub terms: Vec<(usize, f64)>,
}

/// A component with its equations solved.
pub struct Work<'a> {
    pub component: &'a Component,
    pub moves: Moves,
    /// Who knows something of each cell.
    insiders_of: Vec<Vec<usize>>,
}

impl<'a> Work<'a> {
    pub fn new(component: &'a Component) -> Self {
        let mut insiders_of = vec![Vec::new(); component.weight.len()];
        for (n, insider) in component.insiders.iter().enumerate() {
            insider.known.iter().for_each(|known| insiders_of[known.cell].push(n));
        }
        Self { component, moves: Moves::new(component.weight.len(), &component.rows), insiders_of }
    }

    /// The demand as it is for an insider; nothing if the cell is the insider's own.
    fn demand(&self, pair: Pair) -> Option<(Demand, f64)> {
        let demand = self.component.demands[pair.0];
        match pair.1.map(|insider| &self.component.insiders[insider]) {
            Some(insider) if insider.owns(demand.cell) => None,
            Some(insider) => Some((demand, insider.distance(&demand))),
            None => Some((demand, demand.distance)),
        }
    }

    /// Whether the demand is kept when each cell is hidden to some share: the moves that witness it, or what is lacking.
    pub fn check(&mut self, pair: Pair, shares: &[f64]) -> Result<Vec<Move>, Broken> {
        self.explore(pair, shares, false)
    }

    /// Like [`Work::check`], but finds what limits the demand even where it is kept.
    pub fn limits(&mut self, pair: Pair, shares: &[f64]) -> Option<Broken> {
        self.explore(pair, shares, true).err()
    }

    fn explore(&mut self, pair: Pair, shares: &[f64], to_the_end: bool) -> Result<Vec<Move>, Broken> {
        let Some((demand, distance)) = self.demand(pair).filter(|(_, distance)| *distance > 0.0) else { return Ok(Vec::new()) };
        let full = self.component.room_of(pair.1);
        // a cell need not give more than the distance: of a part of a cell, only so much of that counts in a cut
        let part = |room: f64, share: f64| if share < 1.0 { room.min(distance) * share } else { room };
        let scaled =
            |room: &[f64]| room.iter().zip(shares).map(|(room, share)| if *share > 0.0 { part(*room, *share) } else { 0.0 }).collect();
        let room = Room { below: scaled(&full.below), above: scaled(&full.above) };
        let ways: &[bool] = match demand.side {
            Side::Above => &[true],
            Side::Below => &[false],
            Side::Width => &[true, false],
        };
        let (mut reached, mut witness, mut terms) = (0.0, Vec::new(), BTreeMap::<usize, f64>::new());
        for up in ways {
            let enough = if to_the_end { f64::INFINITY } else { distance - reached };
            let Pushed { distance: step, stand, ended } = self.moves.push(&room, demand.cell, *up, enough);
            reached += step;
            witness.push(stand);
            if reached >= distance * NEARLY && !to_the_end || reached.is_infinite() {
                return Ok(witness);
            }
            let Ended::Limited(limit) = ended else { continue };
            for (cell, rate) in limit.rates {
                let room = if rate > 0.0 { full.above[cell] } else { full.below[cell] };
                if room > 0.0 && rate != 0.0 {
                    *terms.entry(cell).or_default() += rate.abs() * room;
                }
            }
        }
        Err(Broken { pair, distance, terms: terms.into_iter().collect() })
    }

    /// The insiders for whom an outsider's witness of a demand is none.
    pub fn contradicted(&self, demand: usize, witness: &[Move]) -> Vec<usize> {
        let Demand { cell, insiders: true, .. } = self.component.demands[demand] else { return Vec::new() };
        let touched: BTreeSet<usize> = witness.iter().flatten().flat_map(|(cell, _)| &self.insiders_of[*cell]).copied().collect();
        let contradicts = |insider: &usize| {
            let insider = &self.component.insiders[*insider];
            !insider.owns(cell) && !witness.iter().flatten().all(|(cell, by)| insider.allows(*cell, *by))
        };
        touched.into_iter().filter(contradicts).collect()
    }

    /// Hides what keeps the demand at low cost, if it is broken; fails if it cannot be kept.
    fn keep(&mut self, pair: Pair, hidden: &mut [bool], cost: &[f64]) -> Result<Vec<Move>, Broken> {
        if let Ok(witness) = self.check(pair, &shares(hidden)) {
            return Ok(witness);
        }
        if self.repair(pair, hidden, cost)
            && let Ok(witness) = self.check(pair, &shares(hidden))
        {
            return Ok(witness);
        }
        // nothing is cheap enough, or rounding: everything shows whether anything is
        self.check(pair, &vec![1.0; hidden.len()]).inspect(|witness| {
            witness.iter().flatten().for_each(|(cell, _)| hidden[*cell] = true);
        })
    }

    /// Hides what keeps the demand at low cost. False if nothing does.
    fn repair(&mut self, pair: Pair, hidden: &mut [bool], cost: &[f64]) -> bool {
        let Some((demand, distance)) = self.demand(pair) else { return true };
        let room = self.component.room_of(pair.1);
        let cost: Vec<f64> = hidden.iter().zip(cost).map(|(hidden, cost)| if *hidden { 0.0 } else { *cost }).collect();
        let up = match demand.side {
            Side::Above => true,
            Side::Below => false,
            // the side with more room
            Side::Width => room.above[demand.cell] >= room.below[demand.cell],
        };
        let side = if up { room.above[demand.cell] } else { room.below[demand.cell] };
        let Some(found) = self.moves.cheapest(&room, demand.cell, up, distance.min(side), &cost) else { return false };
        for (cell, _) in found {
            hidden[cell] = true;
        }
        if distance > side {
            let Some(other) = self.moves.cheapest(&room, demand.cell, !up, distance - side, &cost) else { return false };
            for (cell, _) in other {
                hidden[cell] = true;
            }
        }
        true
    }
}

/// Hidden cells with moves that witness every demand: an outsider's for each, and an insider's where what it knows
/// contradicts the outsider's.
#[derive(Clone)]
pub struct Cover {
    pub hidden: Vec<bool>,
    outsiders: Vec<Rc<Vec<Move>>>,
    insiders: BTreeMap<(usize, usize), Rc<Vec<Move>>>,
}

impl Cover {
    /// Hides what the costs make cheap until every demand is kept, beginning with `hidden`. Fails with a pair that cannot
    /// be kept even by hiding everything.
    pub fn build(work: &mut Work, mut hidden: Vec<bool>, cost: &[f64]) -> Result<Self, Broken> {
        let component = work.component;
        let demands = &component.demands;
        let mut order: Vec<usize> = (0..demands.len()).collect();
        order.sort_by(|a, b| demands[*b].distance.total_cmp(&demands[*a].distance).then(a.cmp(b)));
        for demand in &order {
            work.keep((*demand, None), &mut hidden, cost)?;
        }
        let mut cover = Self { hidden: Vec::new(), outsiders: Vec::new(), insiders: BTreeMap::new() };
        // what is hidden later breaks no demand that is kept
        for demand in 0..demands.len() {
            cover.outsiders.push(Rc::new(work.check((demand, None), &shares(&hidden))?));
            for insider in work.contradicted(demand, &cover.outsiders[demand]) {
                let moves = work.keep((demand, Some(insider)), &mut hidden, cost)?;
                cover.insiders.insert((demand, insider), Rc::new(moves));
            }
        }
        cover.hidden = hidden;
        Ok(cover)
    }

    /// The witnesses of a choice that is given; fails with the first demand that is not kept.
    pub fn of(work: &mut Work, hidden: Vec<bool>) -> Result<Self, Broken> {
        let mut cover = Self { hidden, outsiders: Vec::new(), insiders: BTreeMap::new() };
        let shares = shares(&cover.hidden);
        for demand in 0..work.component.demands.len() {
            cover.outsiders.push(Rc::new(work.check((demand, None), &shares)?));
            for insider in work.contradicted(demand, &cover.outsiders[demand]) {
                let moves = work.check((demand, Some(insider)), &shares)?;
                cover.insiders.insert((demand, insider), Rc::new(moves));
            }
        }
        Ok(cover)
    }

    /// Publishes again what no demand needs, the costliest first, as long as the work allows.
    pub fn trim(&mut self, work: &mut Work, cost: &[f64], limit: u64) {
        let mut order: Vec<usize> = (0..self.hidden.len()).filter(|cell| self.hidden[*cell] && !work.component.always[*cell]).collect();
        order.sort_by(|a, b| cost[*b].total_cmp(&cost[*a]).then(b.cmp(a)));
        for cell in order {
            if work.moves.work > limit {
                return;
            }
            if let Some(less) = self.without(work, cell) {
                *self = less;
            }
        }
    }

    /// The same with one cell published, if every demand is kept without it.
    fn without(&self, work: &mut Work, cell: usize) -> Option<Self> {
        let uses = |moves: &Rc<Vec<Move>>| moves.iter().flatten().any(|(other, _)| *other == cell);
        let mut less = self.clone();
        less.hidden[cell] = false;
        let shares = shares(&less.hidden);
        for demand in 0..less.outsiders.len() {
            let changed = uses(&less.outsiders[demand]);
            if changed {
                let moves = work.check((demand, None), &shares).ok()?;
                less.outsiders[demand] = Rc::new(moves);
            }
            let own: Vec<usize> = less.insiders.range((demand, 0)..=(demand, usize::MAX)).map(|((_, insider), _)| *insider).collect();
            let needed = if changed { work.contradicted(demand, &less.outsiders[demand]) } else { own.clone() };
            for insider in own.iter().filter(|insider| !needed.contains(insider)) {
                less.insiders.remove(&(demand, *insider));
            }
            for insider in needed {
                let pair = (demand, insider);
                if less.insiders.get(&pair).is_some_and(|moves| !uses(moves)) {
                    continue;
                }
                let moves = work.check((demand, Some(insider)), &shares).ok()?;
                less.insiders.insert(pair, Rc::new(moves));
            }
        }
        Some(less)
    }

    /// A sensitive cell, by place in the component, that each hidden cell covers.
    pub fn covers(&self, work: &Work) -> BTreeMap<usize, usize> {
        let of_outsiders = self.outsiders.iter().enumerate();
        let mut covers = BTreeMap::new();
        for (demand, moves) in of_outsiders.chain(self.insiders.iter().map(|((demand, _), moves)| (*demand, moves))) {
            for (cell, _) in moves.iter().flatten() {
                covers.entry(*cell).or_insert(work.component.demands[demand].cell);
            }
        }
        covers
    }
}

/// Hidden cells as shares.
pub fn shares(hidden: &[bool]) -> Vec<f64> {
    hidden.iter().map(|hidden| if *hidden { 1.0 } else { 0.0 }).collect()
}

/// Weight of what is hidden.
pub fn weight(component: &Component, hidden: &[bool]) -> i128 {
    component.weight.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(weight, _)| i128::from(*weight)).sum()
}
