//! The intervals of a component's cells, for outsiders and for whoever contributes.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{Signed, Zero};

use super::{
    FeasibilityInterval,
    component::Component,
    farthest::{Bounds, Farthest, Point},
    insider::{Everybody, Insider},
    known::{Least, Stake, View},
    rules::{Required, required_of_contributor},
    simplex::{End, Exact, Overflow, Room, Way, less, part_within, times},
};

/// An insider who can infer too much of a cell.
#[derive(Debug, Clone)]
pub struct Worst {
    pub group: String,
    pub interval: FeasibilityInterval,
}

/// What an outsider can infer, and the insiders who can infer too much.
pub type Inferred = (FeasibilityInterval, Vec<Worst>);

/// What can be inferred of the cells of a component.
pub struct Inference<'a> {
    pub view: &'a View<'a>,
    pub least: &'a Least<'a>,
    pub component: &'a Component,
    pub required: &'a BTreeMap<usize, Required>,
    pub everybody: &'a Everybody<'a>,
    /// Whether two act together.
    pub pairs: bool,
    /// Numbers touched for single questions.
    pub work: std::cell::Cell<u64>,
}

/// Where a cell was moved to, and where all cells stood then: fractions with a common denominator, kept small as there are many.
struct Reached<T: Exact> {
    at: Ratio<T>,
    stand: Vec<(u32, i64)>,
    denominator: i64,
}

impl<T: Exact> Reached<T> {
    /// Nothing if the numbers are too large to be kept.
    fn new(target: usize, moved: &Point<T>) -> Option<Self> {
        let at = moved.iter().find(|(cell, _)| *cell == target).map_or_else(Ratio::zero, |(_, at)| at.clone());
        let common = moved.iter().try_fold(T::one(), |common, (_, at)| {
            if at.is_integer() { Some(common) } else { common.checked_mul(&(at.denom().clone() / common.gcd(at.denom()))) }
        })?;
        let whole = |(cell, at): &(usize, Ratio<T>)| {
            let times = common.clone() / at.denom().clone();
            Some((u32::try_from(*cell).ok()?, at.numer().checked_mul(&times)?.to_i64()?))
        };
        Some(Self { at, stand: moved.iter().map(whole).collect::<Option<_>>()?, denominator: common.to_i64()? })
    }

    fn deviation(&self, cell: usize) -> Ratio<T> {
        let found = self.stand.binary_search_by_key(&cell, |(cell, _)| *cell as usize);
        let whole = |place: usize| T::from(self.stand[place].1);
        match found {
            Ok(place) if self.denominator == 1 => Ratio::from(whole(place)),
            Ok(place) => Ratio::new(whole(place), T::from(self.denominator)),
            Err(_) => Ratio::zero(),
        }
    }
}

/// Points that are kept of an end: more only cost room.
const POINTS: usize = 32;

/// What was found of one end of a cell.
struct Known<T: Exact> {
    /// The end for outsiders.
    end: End<T>,
    /// Where the cell was moved to by outsiders and insiders, the farthest first.
    points: Vec<Reached<T>>,
}

impl<T: Exact> Known<T> {
    fn new(end: End<T>, target: usize, moved: &Point<T>) -> Self {
        let mut known = Self { end, points: Vec::new() };
        known.add(target, moved);
        known
    }

    fn add(&mut self, target: usize, moved: &Point<T>) {
        let Some(reached) = Reached::new(target, moved) else { return };
        let place = self.points.partition_point(|other| other.at.abs() >= reached.at.abs());
        self.points.insert(place, reached);
        if self.points.len() > POINTS {
            // the nearest, but not the newest
            self.points.remove(if place == POINTS { POINTS - 1 } else { POINTS });
        }
    }
}

/// Of 128 bits if they are enough, else of as many as there are.
fn exactly<R>(narrow: impl FnOnce() -> Result<R, Overflow>, wide: impl FnOnce() -> Result<R, Overflow>) -> R {
    narrow().or_else(|Overflow| wide()).unwrap_or_else(|Overflow| unreachable!("integers without limit do not overflow"))
}

impl Inference<'_> {
    /// The intervals of the cells, in their order, and the numbers that were touched; nothing if these would be more than `most`.
    pub fn all(&self, most: u64) -> (Option<Vec<Inferred>>, u64) {
        exactly(|| self.run::<i128>(most), || self.run::<BigInt>(most))
    }

    /// What an outsider can infer of the sum of some cells, by their places in the problem.
    pub fn of_sum(&self, cells: &[usize]) -> FeasibilityInterval {
        exactly(|| self.run_sum::<i128>(cells), || self.run_sum::<BigInt>(cells))
    }

    /// What an insider of this name can infer of a cell, by its place in the problem.
    pub fn of_insider(&self, name: &str, place: usize) -> Option<FeasibilityInterval> {
        let insider = self.everybody.find(name, self.component)?;
        let target = self.component.cells.binary_search(&place).ok()?;
        Some(exactly(|| self.run_insider::<i128>(&insider, target), || self.run_insider::<BigInt>(&insider, target)))
    }

    fn run_insider<T: Exact + Into<BigInt>>(&self, insider: &Insider, target: usize) -> Result<FeasibilityInterval, Overflow> {
        let mut farthest = self.farthest::<T>();
        let bounds = Bounds::new(self.room(&[insider])?);
        let ((down, _), (up, _)) = (farthest.of(&bounds, target, Way::Down, None)?, farthest.of(&bounds, target, Way::Up, None)?);
        self.work.update(|work| work + farthest.work());
        Ok(self.interval(target, &down, &up))
    }

    fn run_sum<T: Exact + Into<BigInt>>(&self, cells: &[usize]) -> Result<FeasibilityInterval, Overflow> {
        let sum = self.component.cells.len();
        let terms = cells.iter().filter_map(|place| Some((self.component.cells.binary_search(place).ok()?, 1)));
        let mut equations = self.component.equations.clone();
        equations.push(terms.chain([(sum, -1)]).collect());
        let mut farthest = Farthest::<T>::new(sum + 1, equations);
        let mut room = self.room(&[])?;
        room.least.push(None);
        room.most.push(None);
        let bounds = Bounds::new(room);
        let ((down, _), (up, _)) = (farthest.of(&bounds, sum, Way::Down, None)?, farthest.of(&bounds, sum, Way::Up, None)?);
        self.work.update(|work| work + farthest.work());
        Ok(interval(cells.iter().map(|place| i128::from(self.view.problem.cells[*place].value)).sum(), &down, &up))
    }

    fn run<T: Exact + Into<BigInt>>(&self, most: u64) -> Result<(Option<Vec<Inferred>>, u64), Overflow> {
        let cells = self.component.cells.len();
        let mut farthest = self.farthest::<T>();
        let open = Bounds::new(self.room(&[])?);
        let mut known = Vec::new();
        for target in 0..cells {
            if farthest.work() > most {
                return Ok((None, farthest.work()));
            }
            let mut end = |way| farthest.of(&open, target, way, None).map(|(end, point)| Known::new(end, target, &point));
            known.push([end(Way::Down)?, end(Way::Up)?]);
        }
        let mut inferred: Vec<Inferred> =
            known.iter().enumerate().map(|(target, [down, up])| (self.interval(target, &down.end, &up.end), Vec::new())).collect();
        let demanded: Vec<usize> = (0..cells).filter(|target| self.required.contains_key(&self.component.cells[*target])).collect();
        let intervals: Vec<&FeasibilityInterval> = inferred.iter().map(|(interval, _)| interval).collect();
        let insiders =
            if demanded.is_empty() { Vec::new() } else { self.everybody.who_know_more(self.least, self.component, &intervals, self.pairs) };
        for target in demanded {
            if farthest.work() > most {
                return Ok((None, farthest.work()));
            }
            inferred[target].1 = self.worst(target, &insiders, &mut farthest, &mut known[target])?;
        }
        Ok((Some(inferred), farthest.work()))
    }

    /// The insiders who can infer too much of a cell. A point that is possible for all that several know is looked for first: what it
    /// reaches is open to each of them.
    fn worst<T: Exact + Into<BigInt>>(
        &self,
        target: usize,
        insiders: &[Insider],
        farthest: &mut Farthest<T>,
        known: &mut [Known<T>; 2],
    ) -> Result<Vec<Worst>, Overflow> {
        let asks = |insider| self.asks(insider, target).map(|needs| (insider, needs));
        let mut groups: Vec<Vec<(&Insider, Needs)>> = vec![insiders.iter().filter_map(asks).collect()];
        let mut worst = Vec::new();
        while let Some(group) = groups.pop() {
            let mut group = self.not_content(target, group, known)?;
            // without ends that are enough each has to be looked at for itself
            let Some(enough) = Needs::of_all(&group).filter(|_| group.len() > 1) else {
                for (insider, needs) in group {
                    worst.extend(self.look(insider, needs, target, farthest, known)?);
                }
                continue;
            };
            let all: Vec<&Insider> = group.iter().map(|(insider, _)| *insider).collect();
            let bounds = Bounds::new(self.room(&all)?);
            for ((known, way), enough) in known.iter_mut().zip([Way::Down, Way::Up]).zip(enough) {
                let enough = Ratio::from(T::try_from(enough.into()).map_err(|_| Overflow)?);
                known.add(target, &farthest.of(&bounds, target, way, Some(&enough))?.1);
            }
            groups.push(group.split_off(group.len() / 2));
            groups.push(group);
        }
        Ok(worst)
    }

    /// What must stay open of a cell to an insider; nothing if it is no secret to it.
    fn asks(&self, insider: &Insider, target: usize) -> Option<Needs> {
        if insider.knows(self.component, target) {
            return None;
        }
        let place = self.component.cells[target];
        let cell = &self.view.problem.cells[place];
        if cell.is_zero_of_some() {
            return None;
        }
        let required = self.required.get(&place).copied()?;
        let required = match insider.parts.get(&target) {
            Some(own) => required_of_contributor(cell, *own)?,
            None => required,
        };
        let at_least = insider.known(self.least, self.component, target);
        let value = i128::from(cell.value);
        let ends = [value - required.lower.max(at_least), required.upper - value].map(|distance| distance.max(0));
        Some(Needs { required, at_least, enough: (required.width == 0).then_some(ends) })
    }

    /// Those to whom what is known does not show that enough stays open.
    fn not_content<'i, T: Exact + Into<BigInt>>(
        &self,
        target: usize,
        group: Vec<(&'i Insider, Needs)>,
        [down, up]: &[Known<T>; 2],
    ) -> Result<Vec<(&'i Insider, Needs)>, Overflow> {
        let mut left = Vec::new();
        for (insider, needs) in group {
            let ends = [self.within(down, insider, needs.end(0)?.as_ref())?.0, self.within(up, insider, needs.end(1)?.as_ref())?.0];
            if !self.interval(target, &ends[0], &ends[1]).leaves_open(needs.required, needs.at_least) {
                left.push((insider, needs));
            }
        }
        Ok(left)
    }

    /// The end for an insider as far as it is known already: of a point that is possible every part of the way is possible as
    /// well. Looks no further than for what is enough. True if it is the end for certain.
    fn within<T: Exact>(&self, known: &Known<T>, insider: &Insider, enough: Option<&Ratio<T>>) -> Result<(End<T>, bool), Overflow> {
        if let End::Open(moving) = &known.end
            && moving.iter().all(|cell| insider.stakes.get(cell) != Some(&Stake::Whole))
        {
            return Ok((known.end.clone(), true));
        }
        let mut best: Ratio<T> = Ratio::zero();
        for point in &known.points {
            if !less(&best.abs(), &point.at.abs()) || enough.is_some_and(|enough| !less(&best.abs(), enough)) {
                break;
            }
            let mut part = Ratio::from(T::one());
            for cell in insider.stakes.keys() {
                let at = point.deviation(*cell);
                let [least, most] = if at.is_zero() { [None, None] } else { self.ends(*cell, &[insider])? };
                part = part_within(if at.is_positive() { most } else { least }, &at, part)?;
            }
            let reached = times(&point.at, &part)?;
            if less(&best.abs(), &reached.abs()) {
                best = reached;
            }
        }
        let is_end = matches!(&known.end, End::At(end) if *end == best);
        Ok((End::At(best), is_end))
    }

    /// Looks at a cell as an insider.
    fn look<T: Exact + Into<BigInt>>(
        &self,
        insider: &Insider,
        needs: Needs,
        target: usize,
        farthest: &mut Farthest<T>,
        known: &mut [Known<T>; 2],
    ) -> Result<Option<Worst>, Overflow> {
        let bounds = Bounds::new(self.room(&[insider])?);
        let [down, up] = known;
        let mut find = |known: &mut Known<T>, way: Way, enough: Option<Ratio<T>>| -> Result<End<T>, Overflow> {
            let (end, is_end) = self.within(known, insider, enough.as_ref())?;
            if is_end || matches!((&end, &enough), (End::At(at), Some(enough)) if !less(&at.abs(), enough)) {
                return Ok(end);
            }
            let (end, point) = farthest.of(&bounds, target, way, enough.as_ref())?;
            known.add(target, &point);
            Ok(end)
        };
        // how far is enough, and how far exactly if that is not reached
        let ends = (find(down, Way::Down, needs.end(0)?)?, find(up, Way::Up, needs.end(1)?)?);
        if self.interval(target, &ends.0, &ends.1).leaves_open(needs.required, needs.at_least) {
            return Ok(None);
        }
        let ends = (find(down, Way::Down, None)?, find(up, Way::Up, None)?);
        let interval = self.interval(target, &ends.0, &ends.1);
        let too_open = !interval.leaves_open(needs.required, needs.at_least);
        Ok(too_open.then(|| Worst { group: insider.group.clone(), interval }))
    }

    fn farthest<T: Exact>(&self) -> Farthest<T> {
        Farthest::new(self.component.cells.len(), self.component.equations.clone())
    }

    fn interval<T: Exact + Into<BigInt>>(&self, target: usize, down: &End<T>, up: &End<T>) -> FeasibilityInterval {
        interval(self.view.problem.cells[self.component.cells[target]].value.into(), down, up)
    }

    /// How far the cells may deviate from their values for all that is known beforehand, to outsiders and each of some insiders.
    fn room<T: Exact>(&self, insiders: &[&Insider]) -> Result<Room<T>, Overflow> {
        let ends = (0..self.component.cells.len()).map(|cell| self.ends(cell, &[])).collect::<Result<Vec<_>, Overflow>>()?;
        let (mut least, mut most): (Vec<_>, Vec<_>) = ends.into_iter().map(|[least, most]| (least, most)).unzip();
        for cell in insiders.iter().flat_map(|insider| insider.stakes.keys()).copied().collect::<BTreeSet<usize>>() {
            [least[cell], most[cell]] = self.ends(cell, insiders)?;
        }
        Ok(Room { least, most })
    }

    fn ends<T: Exact>(&self, cell: usize, insiders: &[&Insider]) -> Result<[Option<T>; 2], Overflow> {
        let place = self.component.cells[cell];
        let value = i128::from(self.view.problem.cells[place].value);
        let (mut lower, mut upper) = self.view.bounds(place);
        for stake in insiders.iter().filter_map(|insider| insider.stakes.get(&cell)) {
            match stake {
                Stake::Whole => (lower, upper) = (value, Some(value)),
                Stake::AtLeast(amount) => lower = lower.max(i128::from(*amount)),
            }
        }
        let whole = |number: i128| T::try_from(BigInt::from(number)).map_err(|_| Overflow);
        Ok([Some(whole(lower - value)?), upper.map(|upper| whole(upper - value)).transpose()?])
    }
}

/// What must stay open of a cell.
#[derive(Debug, Clone, Copy)]
struct Needs {
    required: Required,
    /// What the value is known to be at least.
    at_least: i128,
    /// Distances below and above that are enough, if each end is enough for itself.
    enough: Option<[i128; 2]>,
}

impl Needs {
    /// The distance that is enough on a side.
    fn end<T: Exact>(&self, side: usize) -> Result<Option<Ratio<T>>, Overflow> {
        self.enough.map(|ends| T::try_from(ends[side].into()).map(Ratio::from).map_err(|_| Overflow)).transpose()
    }

    /// What is enough for several.
    fn of_all(group: &[(&Insider, Self)]) -> Option<[i128; 2]> {
        group.iter().try_fold([0, 0], |most, (_, needs)| needs.enough.map(|[below, above]| [most[0].max(below), most[1].max(above)]))
    }
}

fn interval<T: Exact + Into<BigInt>>(value: i128, down: &End<T>, up: &End<T>) -> FeasibilityInterval {
    let value = BigRational::from(BigInt::from(value));
    let end = |end: &End<T>| match end {
        End::At(at) => Some(&value + BigRational::new(at.numer().clone().into(), at.denom().clone().into())),
        End::Open(_) => None,
    };
    FeasibilityInterval { lower: end(down), upper: end(up) }
}
