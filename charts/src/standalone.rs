//! What stands around a chart in a file of its own: title, legend and source, which on a page are text of the page.

use crate::{
    paint::Paint,
    text::{Words, bold_width, escaped, text_width},
};

const MARGIN: i32 = 12;
const TITLE: i32 = 16;
const SMALL: i32 = 11;

/// Puts title, legend and source around the drawing; returns it with its height. Every text gets the length it was
/// measured with, so that it fits where the typeface is missing.
pub(crate) fn file(body: &str, width: u32, height: u32, words: Words<'_>) -> (String, u32) {
    let room = i32::try_from(width).unwrap_or(640) - 2 * MARGIN;
    let mut out: Vec<String> = Vec::new();
    let mut down = MARGIN;
    for line in wrapped(words.title, room, |text| bold_width(text, f64::from(TITLE))) {
        down += TITLE + 6;
        out.push(text(MARGIN, down - 6, TITLE, Paint::Ink, Some("bold"), &line));
    }
    down += 8;
    out.push(format!("<g transform=\"translate(0 {down})\">\n{}</g>\n", with_lengths(body)));
    down += i32::try_from(height).unwrap_or(0) + 8;
    let mut left = MARGIN;
    for (paint, label) in words.legend {
        let wide = text_width(label, f64::from(SMALL));
        if left + wide + 18 > room {
            (left, down) = (MARGIN, down + SMALL + 8);
        }
        let colour = paint.hex();
        out.push(format!(
            "<rect x=\"{left}\" y=\"{down}\" width=\"12\" height=\"12\" fill=\"{colour}\" stroke=\"{}\"/>\n",
            Paint::Muted.hex()
        ));
        out.push(text(left + 18, down + 10, SMALL, Paint::Ink, None, label));
        left += wide + 36;
    }
    down += if words.legend.is_empty() { 0 } else { SMALL + 12 };
    for line in wrapped(words.source, room, |text| text_width(text, f64::from(SMALL))) {
        down += SMALL + 5;
        out.push(text(MARGIN, down - 5, SMALL, Paint::Muted, None, &line));
    }
    let height = u32::try_from(down + MARGIN).unwrap_or(height);
    let ground = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n", Paint::Paper.hex());
    (ground + &out.concat(), height)
}

fn text(x: i32, y: i32, size: i32, paint: Paint, weight: Option<&str>, content: &str) -> String {
    let wide = if weight.is_some() { bold_width(content, f64::from(size)) } else { text_width(content, f64::from(size)) };
    let weight = weight.map(|weight| format!(" font-weight=\"{weight}\"")).unwrap_or_default();
    let (colour, content) = (paint.hex(), escaped(content));
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"{size}\" fill=\"{colour}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\"{weight}>{content}</text>\n"
    )
}

/// Lines of whole words that fit into `room`.
fn wrapped(text: &str, room: i32, wide: impl Fn(&str) -> i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let longer = lines.last().map(|line| format!("{line} {word}")).filter(|line| wide(line) <= room);
        match (longer, lines.last_mut()) {
            (Some(longer), Some(last)) => *last = longer,
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Gives each text of a drawing the length it was measured with.
fn with_lengths(body: &str) -> String {
    let mut parts = body.split("<text ");
    let mut out = vec![parts.next().unwrap_or_default().to_owned()];
    for part in parts {
        let (attributes, rest) = part.split_once('>').unwrap_or((part, ""));
        let content = rest.split_once("</text>").map_or("", |(content, _)| content.trim());
        let plain = content.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let size = attributes.split("font-size=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse::<f64>().ok()).unwrap_or(13.0);
        let wide = if attributes.contains("bold") { bold_width(&plain, size) } else { text_width(&plain, size) };
        out.push(format!("<text {attributes} textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\">{rest}"));
    }
    out.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_only() {
        let wide = |text: &str| i32::try_from(text.chars().count()).unwrap();
        assert_eq!(wrapped("one two  three", 7, wide), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable x", 4, wide), ["unbreakable", "x"]);
        assert!(wrapped("", 4, wide).is_empty());
    }
}
