//! Every public page in every language, for search engines (<https://www.sitemaps.org/protocol.html>).

use app::{
    address::{Address, OpenPage},
    lang::Lang,
};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::library::Shelf;

type Xml = Writer<Vec<u8>>;

/// The sitemap. `base` is where the public reaches the server.
///
/// # Errors
/// None: memory takes what is written.
pub fn sitemap(base: &str, shelves: &[Shelf]) -> std::io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let spaces = [("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"), ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")];
    xml.create_element("urlset").with_attributes(spaces).write_inner_content(|xml| {
        let changed = |shelf: &Shelf| shelf.release.withdrawn_at.or(shelf.release.publish_at);
        // what the latest says changes with each release and each withdrawal
        let last = shelves.iter().filter_map(changed).max();
        let latest = OpenPage::pages().filter(|page| *page != OpenPage::Release).map(|page| (Address::Open(page), last));
        // what an old release says is found from its page
        let releases = shelves.iter().map(|shelf| (Address::OpenOf(shelf.release.name, OpenPage::Release), changed(shelf)));
        for (address, last) in latest.chain(releases) {
            Lang::ALL.iter().try_for_each(|lang| page(xml, base, (address, last), *lang))?;
        }
        Ok(())
    })?;
    Ok(xml.into_inner())
}

/// A page, and when it last changed.
fn page(xml: &mut Xml, base: &str, (address, last): (Address, Option<DateTime<Utc>>), lang: Lang) -> std::io::Result<()> {
    let at = |lang: Lang| format!("{base}{}", address.link(lang));
    xml.create_element("url").write_inner_content(|xml| {
        xml.create_element("loc").write_text_content(BytesText::new(&at(lang)))?;
        if let Some(last) = last {
            let last = last.to_rfc3339_opts(SecondsFormat::Secs, true);
            xml.create_element("lastmod").write_text_content(BytesText::new(&last))?;
        }
        for other in Lang::ALL {
            let href = at(other);
            let link = [("rel", "alternate"), ("hreflang", other.code()), ("href", href.as_str())];
            xml.create_element("xhtml:link").with_attributes(link).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}
