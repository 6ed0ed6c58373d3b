//! The pages of the open statistics: made of what a release says and of nothing else, the same for everybody. They need no script.

use charts::{ChartError, Frame, Palette};
use domain::{
    clock::tashkent_date,
    datasets::{Dataset, DatasetId, Revision},
    published::Coverage,
    release::{Planned, ReleaseName, ReleaseState},
};
use leptos::prelude::*;
use services::releases::{Coming, Packed, ReleaseView};

use crate::{
    address::{Address, OpenPage},
    format,
    labels::t,
    lang::Lang,
};

mod chart;
mod data;
mod document;
mod embed;
mod exports;
mod figure;
mod figures;
mod home;
mod methodology;
mod numbers;
mod regions;
mod releases;

pub use releases::{changed, file_table, plan_table};

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: usize,
    /// SHA-256 of them.
    pub digest: String,
}

impl From<&Packed> for FileLine {
    fn from(file: &Packed) -> Self {
        Self { name: file.name.clone(), size: file.size, digest: file.digest.clone() }
    }
}

/// As what a release is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As the latest.
    Latest,
    /// By its name, for ever.
    Permanent,
    /// To those who work on it, before it is public.
    Preview,
}

/// What pages are made of: a release as it stands among the others.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The release; none before the first.
    pub release: Option<ReleaseView>,
    /// What it says.
    pub datasets: Vec<Dataset>,
    /// What the one before it said.
    pub before: Vec<Dataset>,
    /// What the publication plan of its year shows.
    pub plan: Vec<Planned>,
    /// How much of its quarter was in when it was made, if it says so.
    pub coverage: Option<Coverage>,
    /// Its files.
    pub files: Vec<FileLine>,
    /// Every release that is public, in order.
    pub all: Vec<ReleaseView>,
    /// Those to come.
    pub coming: Vec<Coming>,
    /// How much the country's figures were revised up to it.
    pub revisions: Vec<Revision>,
    /// As what it is shown.
    pub shown: Shown,
    /// Where the public reaches the server.
    pub base: String,
    /// The address of the stylesheet.
    pub stylesheet: String,
    /// The address of the script that steps through the values of charts.
    pub script: String,
    /// Whether residents are invented.
    pub demonstration: bool,
}

/// A page in a language, or a chart in a file.
///
/// # Errors
/// When a chart cannot be drawn; nothing where the release says nothing of it.
pub fn render(edition: &Edition, lang: Lang, page: OpenPage) -> Result<Option<Vec<u8>>, ChartError> {
    let view = View { edition, lang, page, is_missing: false };
    let file = |id| chart::chart(&view, id).map(|chart| chart.svg(lang, Frame { width: 720, palette: Palette::File })).transpose();
    match page {
        OpenPage::Chart(id) => Ok(file(id)?.map(String::into_bytes)),
        OpenPage::Picture(id) => file(id)?.map(|svg| charts::picture(&svg)).transpose(),
        _ => Ok(Some(document_of(&view).into_bytes())),
    }
}

fn document_of(view: &View<'_>) -> String {
    match view.page {
        OpenPage::Home => home::page(view),
        OpenPage::Regions => regions::page(view),
        OpenPage::Region(region) => regions::region(view, region),
        OpenPage::Exports => exports::page(view),
        OpenPage::People => exports::people(view),
        // a chart is a file; as a page it stands alone
        OpenPage::Embed(id) | OpenPage::Chart(id) | OpenPage::Picture(id) => embed::page(view, id),
        OpenPage::Data => data::catalogue(view),
        OpenPage::Dataset(id) => data::dataset(view, id),
        OpenPage::Releases => releases::list(view),
        OpenPage::Release => releases::release(view),
        OpenPage::Methodology => methodology::page(view),
    }
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A page at an address.
    Address,
    /// What was published on a day.
    Day,
}

/// The page that says that there is none at its address, or as of a day.
pub fn render_missing(edition: &Edition, lang: Lang, missing: Missing) -> String {
    let view = View { edition, lang, page: OpenPage::Home, is_missing: true };
    let title = t!(lang, error.not_found);
    let text = match missing {
        Missing::Address => t!(lang, error.not_found_text),
        Missing::Day => t!(lang, open.nothing_as_of),
    };
    let releases = (missing == Missing::Day).then(|| {
        let href = Address::Open(OpenPage::Releases).link(lang).to_string();
        view! { <p class="links"><a href=href>{t!(lang, open.releases)}</a></p> }
    });
    let body = view! { <h1>{title.clone()}</h1><p>{text.clone()}</p>{releases} }.into_any();
    document::document(&view, &title, &text, body)
}

/// The day on which a release became public.
fn published_on(lang: Lang, release: &ReleaseView) -> String {
    release.publish_at.map(|at| format::day(lang, tashkent_date(at))).unwrap_or_default()
}

/// That a release was withdrawn, when and why, if it was.
fn withdrawn_on(lang: Lang, release: &ReleaseView) -> Option<String> {
    let day = format::day(lang, tashkent_date(release.withdrawn_at?));
    Some(t!(lang, open.withdrawn_on, day = day, reason = release.reason.clone().unwrap_or_default()))
}

/// A page that is made.
struct View<'a> {
    edition: &'a Edition,
    lang: Lang,
    page: OpenPage,
    /// Whether there is no such page: then it says so, and search engines are told nothing of it.
    is_missing: bool,
}

impl View<'_> {
    /// Its release.
    fn name(&self) -> Option<ReleaseName> {
        self.edition.release.as_ref().map(|release| release.name)
    }

    fn of(&self, id: DatasetId) -> Option<&Dataset> {
        self.edition.datasets.iter().find(|dataset| dataset.id == id)
    }

    /// The latest release that is valid.
    fn latest(&self) -> Option<&ReleaseView> {
        self.edition.all.iter().rfind(|release| release.state != ReleaseState::Withdrawn)
    }

    /// A page of the same release where that is asked for, else of the latest.
    fn link(&self, page: OpenPage) -> String {
        self.in_language(self.lang, page)
    }

    fn in_language(&self, lang: Lang, page: OpenPage) -> String {
        let address = match (self.name(), self.edition.shown) {
            (Some(name), Shown::Permanent) => Address::OpenOf(name, page),
            (Some(name), Shown::Preview) => Address::Preview(name, page),
            _ => Address::Open(page),
        };
        address.link(lang).to_string()
    }

    /// A file of a release.
    fn file(&self, release: ReleaseName, name: &str) -> String {
        match self.edition.shown {
            Shown::Preview => Address::ReleaseOnDesk(release).link(self.lang).below("files").below(name).to_string(),
            Shown::Latest | Shown::Permanent => format!("/api/v1/releases/{release}/{name}"),
        }
    }

    /// How much of its quarter was in when it was made.
    fn coverage(&self) -> Option<String> {
        let Coverage { quarter, percent } = self.edition.coverage?;
        Some(t!(self.lang, open.coverage, quarter = format::quarter(self.lang, quarter), percent = format::number(percent)))
    }

    /// Asks for a page as it stood on a day: one that is public.
    fn as_of(&self, page: OpenPage) -> Option<AnyView> {
        let lang = self.lang;
        let form = || {
            view! {
                <form method="get" action=Address::Open(page).link(lang).to_string() class="as-of">
                    <label for="as-of">{t!(lang, open.as_of)}</label>
                    <input id="as-of" type="date" name="asOf" required/>
                    <button class="button button-small" type="submit">{t!(lang, open.show)}</button>
                </form>
            }
        };
        (self.edition.shown != Shown::Preview).then(|| form().into_any())
    }

    /// Which release it is, and whether a later one is valid.
    fn standing(&self) -> AnyView {
        let lang = self.lang;
        let Some(release) = &self.edition.release else { return view! { <p class="lead">{t!(lang, open.nothing_yet)}</p> }.into_any() };
        let (name, day) = (release.name.to_string(), published_on(lang, release));
        let withdrawn = withdrawn_on(lang, release).map(|text| view! { <div class="notice notice-bad"><p>{text}</p></div> });
        let provisional = release.provisional.clone().map(|reason| {
            let coverage = self.coverage().map(|text| format!(" {text}"));
            view! { <div class="notice notice-warn"><p>{t!(lang, open.provisional_because, reason = reason)}{coverage}</p></div> }
        });
        if self.edition.shown == Shown::Preview {
            let desk = Address::ReleaseOnDesk(release.name).link(lang).to_string();
            return view! {
                <div class="notice notice-warn"><p>{t!(lang, desk.not_public)}" "<a href=desk>{t!(lang, desk.back)}</a></p></div>
                {provisional}
            }
            .into_any();
        }
        let is_later = self.latest().is_some_and(|latest| latest.name > release.name);
        let text = if is_later {
            let latest = Address::Open(if self.page == OpenPage::Release { OpenPage::Releases } else { self.page }).link(lang).to_string();
            view! { <div class="notice"><p>{t!(lang, open.older, release = name, day = day)}" "<a href=latest>{t!(lang, open.to_latest)}</a></p></div> }
                .into_any()
        } else {
            let permanent = (self.edition.shown == Shown::Latest && !matches!(self.page, OpenPage::Releases)).then(|| {
                let href = Address::OpenOf(release.name, self.page).link(lang).to_string();
                view! { " "<a href=href>{t!(lang, open.permanent_page)}</a> }
            });
            let newest = self.edition.all.last().filter(|newest| self.edition.shown == Shown::Latest && newest.name > release.name);
            let went_back = newest.map(|newest| {
                let href = Address::OpenOf(newest.name, OpenPage::Release).link(lang).to_string();
                view! { <div class="notice notice-warn"><p><a href=href>{t!(lang, open.went_back, release = newest.name.to_string())}</a></p></div> }
            });
            view! { {went_back}<p class="source">{t!(lang, open.of_release, release = name, day = day)}{permanent}</p> }.into_any()
        };
        view! { {withdrawn}{provisional}{text} }.into_any()
    }
}
