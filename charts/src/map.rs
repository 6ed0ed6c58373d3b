//! The 14 regions: as a map, and as a grid of equal tiles.
//!
//! Outlines: Natural Earth 10m admin-1 (public domain), simplified; for looking at, not for areas or borders.

use std::{collections::BTreeMap, sync::LazyLock};

use domain::region::Region;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{ChartError, Frame, Mark, draw, failed},
    paint::Paint,
    room::{Room, extent, spot},
    text::{Words, bold, bold_width, font, text_width},
};

/// Class of a region's value, fixed over time so that maps of two quarters can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// From 0 (least) to 4.
    Step(u8),
    /// Confidential.
    Hidden,
}

impl Class {
    /// The colour of the class.
    pub const fn paint(self) -> Paint {
        match self {
            Self::Step(step) => Paint::Class(step),
            Self::Hidden => Paint::Hidden,
        }
    }

    fn ink(self) -> Paint {
        match self {
            Self::Step(3..) => Paint::Paper,
            Self::Step(_) | Self::Hidden => Paint::Ink,
        }
    }
}

/// A region with its class, its short name and its value in words.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which.
    pub region: Region,
    /// Class of its value.
    pub class: Class,
    /// Short name.
    pub label: String,
    /// The value, or the mark that stands for it.
    pub text: String,
}

type Ring = Vec<(i64, i64)>;

/// Outlines in thousandths of a degree, by region.
static OUTLINES: LazyLock<BTreeMap<Region, Vec<Ring>>> =
    LazyLock::new(|| read_outlines(include_str!("../data/uz-regions.geojson")).unwrap_or_default());

fn read_outlines(text: &str) -> Option<BTreeMap<Region, Vec<Ring>>> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut outlines = BTreeMap::new();
    for feature in json["features"].as_array()? {
        let region = feature["id"].as_str()?.parse().ok()?;
        let geometry = &feature["geometry"];
        let polygons: Vec<&serde_json::Value> = match geometry["type"].as_str()? {
            "Polygon" => vec![&geometry["coordinates"]],
            _ => geometry["coordinates"].as_array()?.iter().collect(),
        };
        let mut rings = Vec::new();
        for polygon in polygons {
            // only the outer ring: what lies in a hole is drawn on top
            let points = polygon.as_array()?.first()?.as_array()?;
            rings.push(points.iter().filter_map(|point| Some((thousandths(&point[0])?, thousandths(&point[1])?))).collect());
        }
        outlines.insert(region, rings);
    }
    Some(outlines)
}

/// A coordinate in thousandths of a degree; the file has three decimals.
fn thousandths(value: &serde_json::Value) -> Option<i64> {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<3}").get(..whole.len() + 3)?.parse().ok()
}

/// Room that the largest outline of a region takes, in square pixels.
fn area_of(rings: &[Ring], x: impl Fn(i64) -> i32, y: impl Fn(i64) -> i32) -> i32 {
    let room = |ring: &Ring| extent(ring.iter().map(|(lon, _)| x(*lon))).0 * extent(ring.iter().map(|(_, lat)| y(*lat))).0;
    rings.iter().map(room).max().unwrap_or(0)
}

/// The middle of the room that an outline takes.
fn middle_of(corners: &[(i32, i32)]) -> (i32, i32) {
    let (wide, left) = extent(corners.iter().map(|corner| corner.0));
    let (high, top) = extent(corners.iter().map(|corner| corner.1));
    (left + wide / 2, top + high / 2)
}

/// The label of Tashkent city above the map, and the line down to it.
struct CallOut {
    at: (i32, i32),
    middle: i32,
    label: String,
}

impl CallOut {
    fn room(&self) -> Room {
        let (left, right) = (self.at.0.min(self.middle), self.at.0.max(self.middle));
        Room { left: left - 5, top: 0, right: right + 5, bottom: self.at.1 + 6 }
    }
}

fn call_out(places: &[Place], frame: Frame, x: impl Fn(i64) -> i32, y: impl Fn(i64) -> i32) -> Option<CallOut> {
    let city = places.iter().find(|place| place.region == Region::TashkentCity)?;
    let (lon, lat) = OUTLINES.get(&city.region)?.first()?.first().copied()?;
    let (at, label) = ((x(lon), y(lat)), format!("{} {}", city.label, city.text));
    let half = text_width(&label, 13.0) / 2 + 2;
    let middle = at.0.clamp(half, i32::try_from(frame.width).unwrap_or(640) - half);
    Some(CallOut { at, middle, label })
}

/// Draws the map. Tashkent city, a few pixels wide, gets a call-out.
///
/// # Errors
/// When plotters fails.
pub fn map(places: &[Place], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let points = || OUTLINES.values().flatten().flatten();
    let (west, east) = (points().map(|p| p.0).min().unwrap_or(0), points().map(|p| p.0).max().unwrap_or(1));
    let (south, north) = (points().map(|p| p.1).min().unwrap_or(0), points().map(|p| p.1).max().unwrap_or(1));
    let width = i64::from(frame.width) - 8;
    // a degree of longitude at 41° north is three quarters of one of latitude
    let x = |lon: i64| i32::try_from((lon - west) * width / (east - west)).unwrap_or(0) + 4;
    let y = |lat: i64| i32::try_from((north - lat) * width * 4 / ((east - west) * 3)).unwrap_or(0) + 24;
    let height = u32::try_from(y(south) + 8).unwrap_or(300);
    // the city last, on top of the region around it
    let mut ordered: Vec<&Place> = places.iter().collect();
    ordered.sort_by_key(|place| place.region == Region::TashkentCity);
    draw(frame, height, words, |area| {
        for place in ordered {
            for ring in OUTLINES.get(&place.region).into_iter().flatten() {
                let corners: Vec<(i32, i32)> = ring.iter().map(|(lon, lat)| (x(*lon), y(*lat))).collect();
                area.draw(&Polygon::new(corners.clone(), place.class.paint().sentinel().filled())).map_err(failed)?;
                area.draw(&PathElement::new(corners, Paint::Paper.sentinel().stroke_width(1))).map_err(failed)?;
            }
        }
        let call_out = call_out(places, frame, x, y);
        // labels must not run into each other or the call-out: the larger regions come first, who has no room has none, for
        // the table has every value
        let mut taken: Vec<Room> = call_out.iter().map(CallOut::room).collect();
        let mut marks = Vec::new();
        let mut by_size: Vec<&Place> = places.iter().filter(|place| place.region != Region::TashkentCity).collect();
        by_size.sort_by_key(|place| std::cmp::Reverse(OUTLINES.get(&place.region).map_or(0, |rings| area_of(rings, x, y))));
        for place in by_size {
            let rings = OUTLINES.get(&place.region).into_iter().flatten();
            let Some(ring) = rings.max_by_key(|ring| ring.len()) else { continue };
            let corners: Vec<(i32, i32)> = ring.iter().map(|(lon, lat)| (x(*lon), y(*lat))).collect();
            let half = (bold_width(&place.text, 11.0) / 2 + 1, 6);
            let found = spot(&corners, half, &taken);
            marks.push(Mark::new(Room::around(found.unwrap_or_else(|| middle_of(&corners)), (14, 10)), &place.label, &place.text));
            if let Some(middle) = found {
                taken.push(Room::around(middle, half));
                let style = bold(11.0, place.class.ink()).pos(Pos::new(HPos::Center, VPos::Center));
                area.draw(&Text::new(place.text.clone(), middle, style)).map_err(failed)?;
            }
        }
        if let Some(CallOut { at, middle, label }) = call_out {
            area.draw(&PathElement::new([at, (middle, 22)], Paint::Ink.sentinel().stroke_width(1))).map_err(failed)?;
            area.draw(&Text::new(label, (middle, 18), bold(13.0, Paint::Ink).pos(Pos::new(HPos::Center, VPos::Bottom)))).map_err(failed)?;
        }
        Ok(marks)
    })
}

/// Draws the grid of tiles: equal room for each region.
///
/// # Errors
/// When plotters fails.
pub fn tiles(places: &[Place], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let narrow = frame.is_narrow();
    // seven columns have no room for a name on a phone: two columns there, in the order of the grid
    let columns: i32 = if narrow { 2 } else { 7 };
    let width = i32::try_from(frame.width).unwrap_or(640);
    let (wide, high) = (width / columns, if narrow { 46 } else { 78 });
    let mut ordered: Vec<&Place> = places.iter().collect();
    ordered.sort_by_key(|place| (place.region.names().tile.1, place.region.names().tile.0));
    let rows = if narrow { i32::try_from(ordered.len().div_ceil(2)).unwrap_or(7) } else { 3 };
    draw(frame, u32::try_from(rows * high).unwrap_or(240), words, |area| {
        let mut marks = Vec::new();
        for (n, place) in ordered.iter().enumerate() {
            let n = i32::try_from(n).unwrap_or(0);
            let (column, row) =
                if narrow { (n % 2, n / 2) } else { (i32::from(place.region.names().tile.0) - 1, i32::from(place.region.names().tile.1)) };
            let (left, top) = (column * wide, row * high);
            let corners = [(left + 2, top + 2), (left + wide - 2, top + high - 2)];
            area.draw(&Rectangle::new(corners, place.class.paint().sentinel().filled())).map_err(failed)?;
            let at = |down: i32| (left + wide / 2, top + high / 2 + down);
            let centred = Pos::new(HPos::Center, VPos::Center);
            area.draw(&Text::new(place.label.clone(), at(-9), font(11.0, place.class.ink()).pos(centred))).map_err(failed)?;
            area.draw(&Text::new(place.text.clone(), at(10), bold(13.0, place.class.ink()).pos(centred))).map_err(failed)?;
            let [(left, top), (right, bottom)] = corners;
            marks.push(Mark::new(Room { left, top, right, bottom }, &place.label, &place.text));
        }
        Ok(marks)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_an_outline() {
        for region in Region::ALL {
            assert!(OUTLINES[&region].iter().all(|ring| ring.len() > 3), "{region}");
        }
    }

    #[test]
    fn coordinates_are_read_exactly() {
        assert_eq!(thousandths(&serde_json::json!(72.332)), Some(72_332));
        assert_eq!(thousandths(&serde_json::json!(40.88)), Some(40_880));
        assert_eq!(thousandths(&serde_json::json!(73)), Some(73_000));
    }
}
