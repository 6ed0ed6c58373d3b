//! The releases as an Atom feed (RFC 4287).

use app::{
    address::{Address, OpenPage},
    labels,
    lang::Lang,
    statistics,
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::library::Shelf;

type Xml = Writer<Vec<u8>>;

/// The feed in a language, the latest release first. `base` is where the public reaches the server.
///
/// # Errors
/// None: memory takes what is written.
pub fn atom(base: &str, lang: Lang, shelves: &[Shelf]) -> std::io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let own = format!("{base}/api/v1/feed.atom?lang={}", lang.code());
    let root = xml.create_element("feed").with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", lang.code())]);
    root.write_inner_content(|xml| {
        text(xml, "id", &own)?;
        text(xml, "title", &labels::site_name(lang))?;
        let changed = shelves.iter().filter_map(|shelf| shelf.release.withdrawn_at.or(shelf.release.publish_at)).max();
        text(xml, "updated", &changed.unwrap_or_default().to_rfc3339())?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", &statistics::publisher(lang)))?;
        xml.create_element("link").with_attributes([("rel", "self"), ("href", own.as_str())]).write_empty()?;
        text(xml, "rights", formats::LICENCE)?;
        for shelf in shelves.iter().rev() {
            xml.create_element("entry").write_inner_content(|xml| entry(xml, base, lang, shelf))?;
        }
        Ok(())
    })?;
    Ok(xml.into_inner())
}

fn entry(xml: &mut Xml, base: &str, lang: Lang, shelf: &Shelf) -> std::io::Result<()> {
    let release = &shelf.release;
    let address = format!("{base}{}", Address::OpenOf(release.name, OpenPage::Release).link(lang));
    text(xml, "id", &format!("{base}/api/v1/releases/{}", release.name))?;
    text(xml, "title", &statistics::release_title(lang, release.name))?;
    text(xml, "published", &release.publish_at.unwrap_or_default().to_rfc3339())?;
    text(xml, "updated", &release.withdrawn_at.or(release.publish_at).unwrap_or_default().to_rfc3339())?;
    xml.create_element("link").with_attributes([("rel", "alternate"), ("type", "text/html"), ("href", address.as_str())]).write_empty()?;
    let said = if shelf.is_valid() { None } else { Some(statistics::withdrawn(lang, release.reason.as_deref().unwrap_or_default())) };
    let said = said.or_else(|| release.provisional.as_deref().map(|reason| statistics::provisional(lang, reason)));
    said.map_or(Ok(()), |said| text(xml, "summary", &said))
}

fn text(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}
