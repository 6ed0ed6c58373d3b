//! The intervals of a component's cells, for outsiders and for whoever contributes.

use std::collections::BTreeMap;

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
    simplex::{End, Exact, Overflow, Room, Way, less, times},
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
        self.points.truncate(POINTS);
    }

    /// The end for an insider as far as it is known already: of a point that is possible every part of the way is possible as
    /// well. Looks no further than for what is enough. True if it is the end for certain.
    fn within(&self, insider: &Insider, room: &Room<T>, enough: Option<&Ratio<T>>) -> Result<(End<T>, bool), Overflow> {
        if let End::Open(moving) = &self.end
            && moving.iter().all(|cell| insider.stakes.get(cell) != Some(&Stake::Whole))
        {
            return Ok((self.end.clone(), true));
        }
        let mut best: Ratio<T> = Ratio::zero();
        for point in &self.points {
            if !less(&best.abs(), &point.at.abs()) || enough.is_some_and(|enough| !less(&best.abs(), enough)) {
                break;
            }
            let mut part = Ratio::from(T::one());
            for cell in insider.stakes.keys() {
                part = room.part(*cell, &point.deviation(*cell), part)?;
            }
            let reached = times(&point.at, &part)?;
            if less(&best.abs(), &reached.abs()) {
                best = reached;
            }
        }
        let is_end = matches!(&self.end, End::At(end) if *end == best);
        Ok((End::At(best), is_end))
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

    fn run_insider<T: Exact + Into<BigInt> + TryFrom<BigInt>>(
        &self,
        insider: &Insider,
        target: usize,
    ) -> Result<FeasibilityInterval, Overflow> {
        let mut farthest = self.farthest::<T>();
        let bounds = Bounds::new(self.room(Some(insider))?);
        let ((down, _), (up, _)) = (farthest.of(&bounds, target, Way::Down, None)?, farthest.of(&bounds, target, Way::Up, None)?);
        Ok(self.interval(target, &down, &up))
    }

    fn run_sum<T: Exact + Into<BigInt> + TryFrom<BigInt>>(&self, cells: &[usize]) -> Result<FeasibilityInterval, Overflow> {
        let sum = self.component.cells.len();
        let terms = cells.iter().filter_map(|place| Some((self.component.cells.binary_search(place).ok()?, 1)));
        let mut equations = self.component.equations.clone();
        equations.push(terms.chain([(sum, -1)]).collect());
        let mut farthest = Farthest::<T>::new(sum + 1, equations);
        let mut room = self.room(None)?;
        room.least.push(None);
        room.most.push(None);
        let bounds = Bounds::new(room);
        let ((down, _), (up, _)) = (farthest.of(&bounds, sum, Way::Down, None)?, farthest.of(&bounds, sum, Way::Up, None)?);
        Ok(interval(cells.iter().map(|place| i128::from(self.view.problem.cells[*place].value)).sum(), &down, &up))
    }

    fn run<T: Exact + Into<BigInt> + TryFrom<BigInt>>(&self, most: u64) -> Result<(Option<Vec<Inferred>>, u64), Overflow> {
        let cells = self.component.cells.len();
        let mut farthest = self.farthest::<T>();
        let open = Bounds::new(self.room(None)?);
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
        for insider in &insiders {
            if farthest.work() > most {
                return Ok((None, farthest.work()));
            }
            let bounds = Bounds::new(self.room(Some(insider))?);
            for target in demanded.iter().copied().filter(|target| !insider.knows(self.component, *target)) {
                self.add(insider, target, &bounds, &mut farthest, &mut known[target], &mut inferred[target].1)?;
            }
        }
        Ok((Some(inferred), farthest.work()))
    }

    /// Looks at a cell as an insider.
    fn add<T: Exact + Into<BigInt> + TryFrom<BigInt>>(
        &self,
        insider: &Insider,
        target: usize,
        bounds: &Bounds<T>,
        farthest: &mut Farthest<T>,
        known: &mut [Known<T>; 2],
        worst: &mut Vec<Worst>,
    ) -> Result<(), Overflow> {
        let place = self.component.cells[target];
        let cell = &self.view.problem.cells[place];
        let required = self.required.get(&place).copied().and_then(|required| match insider.parts.get(&target) {
            Some(own) => required_of_contributor(cell, *own, self.view.problem.parameters),
            None => Some(required),
        });
        let Some(required) = required else { return Ok(()) };
        let at_least = insider.known(self.least, self.component, target);
        // what others were found to reach within this insider's room is open to it as well
        let [down, up] = known;
        let enough = |distance: i128| {
            let whole = T::try_from(BigInt::from(distance.max(0))).map_err(|_| Overflow);
            (required.width == 0).then_some(whole).transpose().map(|whole| whole.map(Ratio::from))
        };
        let value = i128::from(cell.value);
        let (below, above) = (enough(value - required.lower.max(at_least))?, enough(required.upper - value)?);
        let (below, above) = (below.as_ref(), above.as_ref());
        let is_enough = |end: &End<T>, enough: Option<&Ratio<T>>| match (end, enough) {
            (End::At(at), Some(enough)) => !less(&at.abs(), enough),
            _ => false,
        };
        let ends = (down.within(insider, &bounds.exact, below)?.0, up.within(insider, &bounds.exact, above)?.0);
        if self.interval(target, &ends.0, &ends.1).leaves_open(required, at_least) {
            return Ok(());
        }
        let mut find = |known: &mut Known<T>, way: Way, enough: Option<&Ratio<T>>| -> Result<End<T>, Overflow> {
            let (end, is_end) = known.within(insider, &bounds.exact, enough)?;
            if is_end || is_enough(&end, enough) {
                return Ok(end);
            }
            let (end, point) = farthest.of(bounds, target, way, enough)?;
            known.add(target, &point);
            Ok(end)
        };
        // how far is enough, and how far exactly if that is not reached
        let ends = (find(down, Way::Down, below)?, find(up, Way::Up, above)?);
        if self.interval(target, &ends.0, &ends.1).leaves_open(required, at_least) {
            return Ok(());
        }
        let ends = (find(down, Way::Down, None)?, find(up, Way::Up, None)?);
        let interval = self.interval(target, &ends.0, &ends.1);
        if !interval.leaves_open(required, at_least) {
            worst.push(Worst { group: insider.group.clone(), interval });
        }
        Ok(())
    }

    fn farthest<T: Exact>(&self) -> Farthest<T> {
        Farthest::new(self.component.cells.len(), self.component.equations.clone())
    }

    fn interval<T: Exact + Into<BigInt>>(&self, target: usize, down: &End<T>, up: &End<T>) -> FeasibilityInterval {
        interval(self.view.problem.cells[self.component.cells[target]].value.into(), down, up)
    }

    /// How far the cells may deviate from their values for all that is known beforehand.
    fn room<T: Exact + TryFrom<BigInt>>(&self, insider: Option<&Insider>) -> Result<Room<T>, Overflow> {
        let whole = |number: i128| T::try_from(BigInt::from(number)).map_err(|_| Overflow);
        let (mut least, mut most) = (Vec::new(), Vec::new());
        for (target, place) in self.component.cells.iter().enumerate() {
            let value = i128::from(self.view.problem.cells[*place].value);
            let (mut lower, mut upper) = self.view.bounds(*place);
            match insider.and_then(|insider| insider.stakes.get(&target)) {
                Some(Stake::Whole) => (lower, upper) = (value, Some(value)),
                Some(Stake::AtLeast(amount)) => lower = lower.max(i128::from(*amount)),
                None => {}
            }
            least.push(Some(whole(lower - value)?));
            most.push(upper.map(|upper| whole(upper - value)).transpose()?);
        }
        Ok(Room { least, most })
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
