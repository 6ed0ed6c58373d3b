//! A chart as a picture of pixels, for whoever shows no SVG: other sites that show what a link leads to.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::canvas::{ChartError, failed};

/// Width and height that other sites show whole (<https://ogp.me>; large social networks cut what is higher).
pub const PICTURE: (u32, u32) = (1_200, 630);

static FACES: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut faces = Database::new();
    faces.load_font_data(include_bytes!("../fonts/inter-regular.ttf").to_vec());
    faces.load_font_data(include_bytes!("../fonts/inter-semibold.ttf").to_vec());
    // charts ask for the typeface by a name that pages give it, then for any without serifs
    faces.set_sans_serif_family("Inter Variable");
    Arc::new(faces)
});

/// A chart of a file as PNG: as large as the picture allows, in the middle, on white.
///
/// # Errors
/// When it cannot be read or painted.
#[expect(clippy::cast_precision_loss, reason = "pixels of a picture, no amounts")]
pub fn picture(svg: &str) -> Result<Vec<u8>, ChartError> {
    let options = Options { fontdb: FACES.clone(), font_family: "Inter Variable".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(failed)?;
    let (wide, high) = (PICTURE.0 as f32, PICTURE.1 as f32);
    let scale = (wide / tree.size().width()).min(high / tree.size().height());
    let middle = |room: f32, taken: f32| (room - taken * scale) / 2.0;
    let place = Transform::from_scale(scale, scale).post_translate(middle(wide, tree.size().width()), middle(high, tree.size().height()));
    let mut pixels = Pixmap::new(PICTURE.0, PICTURE.1).ok_or_else(|| failed("no room for a picture"))?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, place, &mut pixels.as_mut());
    pixels.encode_png().map_err(failed)
}
