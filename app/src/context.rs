//! What a page or a server function knows about its request.

use axum::http::{Method, StatusCode, request::Parts};
use domain::{
    access::{Action, Actor},
    filing::VersionState,
    ids::ResidentId,
    region::Region,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use services::{ServiceError, Store, accounts::session::Caller, filings::kept::Subject};
use uuid::Uuid;

use crate::{
    address::{Address, Link},
    lang::Lang,
};

/// Who sends the request, put into its extensions by the server's session layer.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Who.
    pub caller: Caller,
    /// The token of the cookie, if there is one.
    pub token: Option<String>,
    /// Network address of the requester.
    pub address: String,
}

/// Facts of the installation that pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installation {
    /// Whether the data are invented.
    pub demonstration: bool,
}

/// A request, as pages see it.
#[derive(Clone)]
pub struct Page {
    /// For use cases.
    pub store: Store,
    /// Who asks.
    pub session: Session,
    /// In which language.
    pub lang: Lang,
    /// Path with its language segment.
    pub path: String,
    /// Query without the question mark.
    pub query: String,
    /// The installation.
    pub installation: Installation,
}

impl Page {
    /// The page of the running request.
    ///
    /// # Panics
    /// Outside a request: the server provides the contexts for each.
    pub fn current() -> Self {
        let parts = expect_context::<Parts>();
        let path = parts.uri.path().to_owned();
        Self {
            store: expect_context(),
            session: parts.extensions.get::<Session>().cloned().unwrap_or_default(),
            lang: Lang::of_path(&path).unwrap_or_default(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            installation: expect_context(),
            path,
        }
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.session.caller.actor
    }

    /// A value of the query, decoded.
    pub fn param(&self, name: &str) -> Option<String> {
        form_value(&self.query, name)
    }

    /// Which kept text to show again: `?kept=…`.
    pub fn kept(&self) -> Option<Uuid> {
        self.param("kept")?.parse().ok()
    }

    /// The reason of `?kept=…` if it was sent for `subject`.
    ///
    /// # Errors
    /// When the person may not do what the text was for.
    pub async fn kept_reason(&self, subject: Subject) -> services::Result<Option<String>> {
        let Some(id) = self.kept() else { return Ok(None) };
        match services::filings::kept::find_reason(&self.store, self.actor(), subject, id).await {
            Ok(reason) => Ok(Some(reason)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An address in the language of the page.
    pub fn link(&self, address: Address) -> Link {
        address.link(self.lang)
    }

    /// The address of a page of the resident for whom the person acts on this page.
    pub fn own(&self, address: Address) -> Link {
        self.link(address).maybe("resident", self.param("resident"))
    }

    /// The person's own first page.
    pub fn own_page(&self) -> OwnPage {
        let actor = self.actor();
        match actor.only_region() {
            Some(region) => OwnPage::Region(region),
            None if !actor.memberships().is_empty() => OwnPage::Filings,
            None if actor.may(Action::Decide) => OwnPage::Queue,
            None if actor.is_official() => OwnPage::Office,
            None => OwnPage::Home,
        }
    }

    /// The same page in another language, with its query.
    pub fn in_language(&self, lang: Lang) -> String {
        let rest = self.path.trim_start_matches('/').split_once('/').map(|(_, rest)| rest).unwrap_or_default();
        let path = format!("/{}/{rest}", lang.code());
        let path = path.trim_end_matches('/');
        if self.query.is_empty() { path.to_owned() } else { format!("{path}?{}", self.query) }
    }

    /// The resident for whom the person acts on this page: `?resident=…`, or the first.
    ///
    /// # Errors
    /// When the person acts for nobody.
    pub fn resident(&self) -> services::Result<ResidentId> {
        let asked = self.param("resident").and_then(|text| text.parse().ok()).map(ResidentId);
        services::filings::mine::resident_of(self.actor(), asked)
    }
}

/// The page on which a person begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum OwnPage {
    Home,
    Filings,
    Queue,
    Office,
    Region(Region),
}

impl OwnPage {
    /// Its address in a language.
    pub fn link(self, lang: Lang) -> Link {
        match self {
            Self::Home => Address::HOME.link(lang),
            Self::Filings => Address::My.link(lang),
            Self::Queue => Address::Filings.link(lang).with("state", VersionState::Submitted),
            Self::Office => Address::Office.link(lang),
            Self::Region(region) => Address::OfficeRegion(region).link(lang),
        }
    }
}

/// A value of a query or form, with `+` and percent signs decoded.
pub fn form_value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Sets the status of the response.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// A local path to go to after signing in; anything else is refused, so that nobody is sent elsewhere.
pub fn local_path(next: &str) -> Option<&str> {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && next.len() < 500;
    (local && next.bytes().all(|byte| byte.is_ascii_graphic())).then_some(next)
}

/// Sends a form's reader on to a path of our own making.
pub fn go_to(path: &str) {
    // leptos_axum panics on line breaks in a path
    leptos_axum::redirect(local_path(path).unwrap_or("/"));
    // and leaves a page's status alone unless the reader asks for HTML by name
    if use_context::<Parts>().is_some_and(|parts| parts.method == Method::GET) {
        set_status(StatusCode::FOUND);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for next in ["/uz/my", "/ru/office?quarter=2023-Q3"] {
            assert_eq!(local_path(next), Some(next));
        }
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nLocation: x", "my", ""] {
            assert_eq!(local_path(next), None, "{next}");
        }
    }
}
