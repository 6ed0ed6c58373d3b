//! Where in an outline a label has room.

/// Room that a label or a line takes, in pixels.
pub(crate) struct Room {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Room {
    pub(crate) const fn around(middle: (i32, i32), half: (i32, i32)) -> Self {
        Self { left: middle.0 - half.0, top: middle.1 - half.1, right: middle.0 + half.0, bottom: middle.1 + half.1 }
    }

    pub(crate) const fn meets(&self, other: &Self) -> bool {
        self.left <= other.right && other.left <= self.right && self.top <= other.bottom && other.top <= self.bottom
    }
}

/// Extent and least of some coordinates.
pub(crate) fn extent(values: impl Iterator<Item = i32> + Clone) -> (i32, i32) {
    let (least, most) = (values.clone().min().unwrap_or(0), values.max().unwrap_or(0));
    (most - least, least)
}

/// Where in an outline a label of the given half width and height stands farthest from the border, clear of what is taken;
/// `None` where there is no room.
pub(crate) fn spot(corners: &[(i32, i32)], half: (i32, i32), taken: &[Room]) -> Option<(i32, i32)> {
    let border = fine(corners);
    let margin = |middle: (i32, i32)| {
        let from = |point: &(i32, i32)| ((point.0 - middle.0).abs() - half.0).max((point.1 - middle.1).abs() - half.1);
        border.iter().map(from).min().unwrap_or(0)
    };
    let (wide, left) = extent(corners.iter().map(|corner| corner.0));
    let (high, top) = extent(corners.iter().map(|corner| corner.1));
    let spots = (left..left + wide).step_by(3).flat_map(|x| (top..top + high).step_by(3).map(move |y| (x, y)));
    spots
        .filter(|spot| is_inside(corners, *spot) && !taken.iter().any(|room| room.meets(&Room::around(*spot, half))))
        .map(|spot| (margin(spot), spot))
        .filter(|(margin, _)| *margin >= 0)
        .max_by_key(|(margin, _)| *margin)
        .map(|(_, spot)| spot)
}

/// A closed line with a point at least every second pixel.
fn fine(corners: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let next = corners.iter().cycle().skip(1);
    let between = corners.iter().zip(next).flat_map(|(a, b)| {
        let steps = ((a.0 - b.0).abs().max((a.1 - b.1).abs()) / 2).max(1);
        (0..steps).map(move |n| (a.0 + (b.0 - a.0) * n / steps, a.1 + (b.1 - a.1) * n / steps))
    });
    between.collect()
}

/// Whether a point lies in a closed line: a ray from it crosses the line an odd number of times.
fn is_inside(corners: &[(i32, i32)], (x, y): (i32, i32)) -> bool {
    let next = corners.iter().cycle().skip(1);
    let crossed = corners.iter().zip(next).filter(|(a, b)| {
        let (upper, lower) = if a.1 < b.1 { (a, b) } else { (b, a) };
        // right of the edge by the sign of the cross product
        upper.1 <= y && y < lower.1 && (x - upper.0) * (lower.1 - upper.1) < (lower.0 - upper.0) * (y - upper.1)
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_where_it_has_most_room_or_nowhere() {
        // an L: the foot is wide, the shaft too narrow
        let corners = [(0, 0), (20, 0), (20, 60), (100, 60), (100, 100), (0, 100)];
        let half = (20, 6);
        let (x, y) = spot(&corners, half, &[]).unwrap();
        assert!((20..=80).contains(&x) && (66..=94).contains(&y), "{x} {y}");
        assert_eq!(spot(&corners, (60, 6), &[]), None, "wider than the whole");
        let left = Room { left: 0, top: 0, right: 55, bottom: 100 };
        let (x, _) = spot(&corners, half, &[left]).unwrap();
        assert!(x > 75, "beside what is taken: {x}");
        let all = Room { left: 0, top: 0, right: 100, bottom: 100 };
        assert_eq!(spot(&corners, half, &[all]), None);
    }
}
