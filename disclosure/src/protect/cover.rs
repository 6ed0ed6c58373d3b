//! A choice of hidden cells that keeps every demand, and the moves that witness it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    super::linear::{Ended, Move, Moves, Prices, Pushed, Room},
    model::{Component, Demand, Side},
};

/// Distances are reached if this part of them is.
const NEARLY: f64 = 1.0 - 1e-9;

/// What it costs to hide one more cell whatever it weighs, and to use one that is hidden, as parts of the distance.
const ONE_MORE: f64 = 0.5;
const FREE: f64 = 1e-4;

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
    /// Who knows something of each cell, and how far it may deviate for all that they know.
    insiders_of: Vec<Vec<(usize, f64, f64)>>,
    /// Demands that cannot be kept even by hiding everything. They are left to the attacker: what remains is protected nevertheless.
    lost: BTreeSet<Pair>,
}

impl<'a> Work<'a> {
    pub fn new(component: &'a Component) -> Self {
        let mut insiders_of = vec![Vec::new(); component.weight.len()];
        for (n, insider) in component.insiders.iter().enumerate() {
            for known in &insider.known {
                insiders_of[known.cell].push((n, known.below, known.above));
            }
        }
        Self { component, moves: Moves::new(component.weight.len(), &component.rows), insiders_of, lost: BTreeSet::new() }
    }

    /// The demand as it is for an insider; nothing if the cell is the insider's own, or nothing keeps the demand.
    fn demand(&self, pair: Pair) -> Option<(Demand, f64)> {
        if self.lost.contains(&pair) {
            return None;
        }
        let demand = self.component.demands[pair.0];
        match pair.1.map(|insider| &self.component.insiders[insider]) {
            Some(insider) if insider.owns(demand.cell) => None,
            Some(insider) => Some((demand, insider.distance(&demand))),
            None => Some((demand, demand.distance)),
        }
    }

    /// Whether the demand is kept when each cell is hidden to some share: the moves that witness it, or what is lacking.
    pub fn check(&mut self, pair: Pair, shares: &[f64]) -> Result<Vec<Move>, Broken> {
        self.explore(pair, pair.1.as_slice(), shares, false)
    }

    /// Like [`Work::check`], but finds what limits the demand even where it is kept.
    pub fn limits(&mut self, pair: Pair, shares: &[f64]) -> Option<Broken> {
        self.explore(pair, pair.1.as_slice(), shares, true).err()
    }

    /// Looks at a demand with what each of some insiders knows.
    fn explore(&mut self, pair: Pair, insiders: &[usize], shares: &[f64], to_the_end: bool) -> Result<Vec<Move>, Broken> {
        let Some((demand, distance)) = self.demand(pair).filter(|(_, distance)| *distance > 0.0) else { return Ok(Vec::new()) };
        let full = self.component.room_of(insiders);
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
            // part of the way is enough, and contradicts fewer insiders
            let part = if step.is_finite() { ((distance - reached) / step).min(1.0) } else { 1.0 };
            witness.push(stand.into_iter().map(|(cell, at)| (cell, at * part)).collect());
            reached += step;
            if reached >= distance * NEARLY && !to_the_end || reached.is_infinite() {
                return Ok(witness);
            }
            // of a side that was not looked at to the end nothing is known, and so of both
            let Ended::Limited(limit) = ended else { return Err(Broken { pair, distance, terms: Vec::new() }) };
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
        let moves = witness.iter().flatten();
        let contradicted: BTreeSet<usize> = moves
            .flat_map(|(cell, by)| self.insiders_of[*cell].iter().map(move |known| (known, by)))
            .filter(|((_, below, above), by)| !(-below..=*above).contains(by))
            .map(|((insider, ..), _)| *insider)
            .collect();
        contradicted.into_iter().filter(|insider| !self.component.insiders[*insider].owns(cell)).collect()
    }

    /// Moves that witness a demand for insiders, for several at once where these are possible for all of them: for those for whom
    /// that is not so, what is given for one.
    fn witnesses<E>(
        &mut self,
        demand: usize,
        insiders: Vec<usize>,
        hidden: &mut [bool],
        mut alone: impl FnMut(&mut Self, Pair, &mut [bool]) -> Result<Vec<Move>, E>,
    ) -> Result<Vec<(usize, Uses)>, E> {
        let mut found = Vec::new();
        let mut groups = vec![insiders];
        while let Some(mut group) = groups.pop() {
            let witness = match group[..] {
                [] => continue,
                [insider] => Some(alone(self, (demand, Some(insider)), hidden)?),
                _ => self.explore((demand, None), &group, &shares(hidden), false).ok(),
            };
            if let Some(witness) = witness {
                let uses = self.uses(&witness);
                found.extend(group.into_iter().map(|insider| (insider, Rc::clone(&uses))));
            } else {
                groups.push(group.split_off(group.len() / 2));
                groups.push(group);
            }
        }
        Ok(found)
    }

    /// Hides what keeps the demand at low cost, if it is broken; if nothing does, the demand is lost.
    fn keep(&mut self, pair: Pair, hidden: &mut [bool], cost: &[f64]) -> Vec<Move> {
        if let Ok(witness) = self.check(pair, &shares(hidden)) {
            return witness;
        }
        // nothing is cheap enough, or rounding: everything shows whether anything is
        let found = self.cheapest(pair, hidden, cost).or_else(|| self.check(pair, &vec![1.0; hidden.len()]).ok());
        let Some(witness) = found else {
            self.lost.insert(pair);
            return Vec::new();
        };
        for (cell, _) in witness.iter().flatten() {
            hidden[*cell] = true;
        }
        witness
    }

    /// What moves take of cells that are not hidden in any case.
    fn uses(&self, witness: &[Move]) -> Uses {
        let cells: BTreeSet<usize> = witness.iter().flatten().map(|(cell, _)| *cell).filter(|cell| !self.component.always[*cell]).collect();
        cells.into_iter().collect()
    }

    /// Moves that keep the demand, of hidden cells and of others that cost little to hide.
    fn cheapest(&mut self, pair: Pair, hidden: &[bool], cost: &[f64]) -> Option<Vec<Move>> {
        let Some((demand, distance)) = self.demand(pair) else { return Some(Vec::new()) };
        let room = self.component.room_of(pair.1.as_slice());
        let up = match demand.side {
            Side::Above => true,
            Side::Below => false,
            // the side with more room
            Side::Width => room.above[demand.cell] >= room.below[demand.cell],
        };
        let side = if up { room.above[demand.cell] } else { room.below[demand.cell] };
        if side < distance && demand.side != Side::Width {
            return None;
        }
        let ways = [(up, distance.min(side)), (!up, distance - side)].into_iter().filter(|(_, distance)| *distance > 0.0);
        ways.map(|(up, distance)| {
            let prices = prices(&room, distance, hidden, cost);
            self.moves.cheapest(&room, demand.cell, up, distance, &prices)
        })
        .collect()
    }
}

/// What a step of each cell costs on the way of so much. Whoever moves a cell pays for all of it, the less for a step the farther it
/// can go; and for its being one more, as few large cells conceal better than many small ones.
fn prices(room: &Room, distance: f64, hidden: &[bool], cost: &[f64]) -> Prices {
    let price = |(cell, room): (usize, &f64)| {
        let price = if hidden[cell] { FREE * distance } else { cost[cell] + ONE_MORE * distance };
        price / room.clamp(1.0, distance.max(1.0))
    };
    let of = |room: &[f64]| room.iter().enumerate().map(price).collect();
    Prices { below: of(&room.below), above: of(&room.above) }
}

/// Cells that a witness of a demand needs to be hidden, in order, without those that are hidden in any case.
type Uses = Rc<[usize]>;

/// Hidden cells with what the witnesses of every demand need of them: an outsider's of each, and an insider's where what it knows
/// contradicts the outsider's.
#[derive(Clone)]
pub struct Cover {
    pub hidden: Vec<bool>,
    outsiders: Vec<Uses>,
    insiders: BTreeMap<(usize, usize), Uses>,
}

impl Cover {
    /// Hides what the costs make cheap until every demand is kept, beginning with `hidden`. Nothing if that takes more work than
    /// the limit.
    pub fn build(work: &mut Work, mut hidden: Vec<bool>, cost: &[f64], limit: u64) -> Option<Self> {
        let demands = &work.component.demands;
        let mut order: Vec<usize> = (0..demands.len()).collect();
        order.sort_by(|a, b| demands[*b].distance.total_cmp(&demands[*a].distance).then(a.cmp(b)));
        let mut witnesses = vec![Vec::new(); demands.len()];
        for demand in order {
            if work.moves.work > limit {
                return None;
            }
            witnesses[demand] = work.keep((demand, None), &mut hidden, cost);
        }
        // what is hidden later breaks no demand that is kept
        let mut cover = Self { hidden: Vec::new(), outsiders: Vec::new(), insiders: BTreeMap::new() };
        for (demand, witness) in witnesses.into_iter().enumerate() {
            let contradicted = work.contradicted(demand, &witness);
            let insiders = work.witnesses(demand, contradicted, &mut hidden, |work, pair, hidden| {
                if work.moves.work > limit { Err(()) } else { Ok(work.keep(pair, hidden, cost)) }
            });
            cover.insiders.extend(insiders.ok()?.into_iter().map(|(insider, uses)| ((demand, insider), uses)));
            cover.outsiders.push(work.uses(&witness));
        }
        cover.hidden = hidden;
        Some(cover)
    }

    /// A choice that is given, if every demand is kept; fails with the first that is not.
    pub fn of(work: &mut Work, hidden: Vec<bool>) -> Result<Self, Broken> {
        let mut cover = Self { hidden, outsiders: Vec::new(), insiders: BTreeMap::new() };
        let shares = shares(&cover.hidden);
        for demand in 0..work.component.demands.len() {
            let witness = work.check((demand, None), &shares)?;
            let contradicted = work.contradicted(demand, &witness);
            let insiders = work.witnesses(demand, contradicted, &mut cover.hidden, |work, pair, _| work.check(pair, &shares))?;
            cover.insiders.extend(insiders.into_iter().map(|(insider, uses)| ((demand, insider), uses)));
            cover.outsiders.push(work.uses(&witness));
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
            if let Some(less) = self.without(work, cell, limit) {
                *self = less;
            }
        }
    }

    /// The same with one cell published, if every demand is kept without it and the work allows to look.
    fn without(&self, work: &mut Work, cell: usize, limit: u64) -> Option<Self> {
        let needs = |uses: &Uses| uses.binary_search(&cell).is_ok();
        let mut less = self.clone();
        less.hidden[cell] = false;
        let shares = shares(&less.hidden);
        let outsiders: Vec<usize> = (0..self.outsiders.len()).filter(|demand| needs(&self.outsiders[*demand])).collect();
        for demand in outsiders {
            let witness = (work.moves.work <= limit).then(|| work.check((demand, None), &shares).ok()).flatten()?;
            let contradicted = work.contradicted(demand, &witness);
            less.outsiders[demand] = work.uses(&witness);
            let own: Vec<usize> = less.insiders.range((demand, 0)..=(demand, usize::MAX)).map(|((_, insider), _)| *insider).collect();
            for insider in own.iter().filter(|insider| !contradicted.contains(insider)) {
                less.insiders.remove(&(demand, *insider));
            }
            let new = contradicted.into_iter().filter(|insider| !own.contains(insider)).collect();
            let insiders = work.witnesses(demand, new, &mut less.hidden, |work, pair, _| work.check(pair, &shares)).ok()?;
            less.insiders.extend(insiders.into_iter().map(|(insider, uses)| ((demand, insider), uses)));
        }
        let mut insiders: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for ((demand, insider), _) in less.insiders.iter().filter(|(_, uses)| needs(uses)) {
            insiders.entry(*demand).or_default().push(*insider);
        }
        for (demand, insiders) in insiders {
            let insiders = (work.moves.work <= limit)
                .then(|| work.witnesses(demand, insiders, &mut less.hidden, |work, pair, _| work.check(pair, &shares)).ok());
            less.insiders.extend(insiders.flatten()?.into_iter().map(|(insider, uses)| ((demand, insider), uses)));
        }
        Some(less)
    }

    /// A sensitive cell, by place in the component, that each hidden cell covers.
    pub fn covers(&self, work: &Work) -> BTreeMap<usize, usize> {
        let of_outsiders = self.outsiders.iter().enumerate();
        let mut covers = BTreeMap::new();
        for (demand, uses) in of_outsiders.chain(self.insiders.iter().map(|((demand, _), uses)| (*demand, uses))) {
            for cell in uses.iter() {
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
