//! Figures in, SVG out. Labels arrive translated and formatted; nothing here knows a language. Drawn on the server only.
//!
//! Plotters draws with sentinel colours, which are then replaced: on a page by custom properties of the style sheet, so
//! that a chart follows light and dark mode; in a file by fixed colours.

#![warn(missing_docs)]

mod bars;
mod bullet;
mod canvas;
mod columns;
mod cumulative;
mod map;
mod paint;
mod picture;
mod room;
mod standalone;
mod text;

pub use bars::{Bar, bars};
pub use bullet::{Bullet, bullet};
pub use canvas::{ChartError, Frame};
pub use columns::{Column, Kind, columns, small_columns};
pub use cumulative::{Cumulative, Line, cumulative};
pub use map::{Class, Place, map, tiles};
pub use paint::{Paint, Palette};
pub use picture::{PICTURE, picture};
pub use text::{Words, text_width};
