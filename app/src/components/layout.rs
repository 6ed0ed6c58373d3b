//! The frame of every page: header, navigation, language, the note on invented data, footer.

use domain::access::Action;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::{
    address::{Address, OpenPage},
    api::{SignOut, action},
    context::Page,
    labels::t,
    lang::Lang,
    refusal::text_of,
};

/// A page with its title.
pub fn layout(page: &Page, title: &str, body: impl IntoView + 'static) -> AnyView {
    // erased here: a type that holds every page's whole tree is too deep for the compiler
    frame(page, title, body.into_any())
}

fn frame(page: &Page, title: &str, body: AnyView) -> AnyView {
    let lang = page.lang;
    // who hears the title first hears that something is wrong
    let wrong = page.param("problem").map(|_| format!("{}: ", t!(lang, site.error))).unwrap_or_default();
    let full_title = format!("{wrong}{title} · {}", t!(lang, site.name));
    let problem = page.param("problem").and_then(|code| text_of(lang, &code));
    let problem = problem.map(|text| view! { <div class="notice notice-bad" role="alert" tabindex="-1" id="problem"><p>{text}</p></div> });
    let invented = page
        .installation
        .demonstration
        .then(|| view! { <aside class="invented" aria-label=t!(lang, site.demo_tag)><strong>{t!(lang, site.demo_tag)}</strong>" "{t!(lang, site.demo_note)}</aside> });
    view! {
        <Title text=full_title/>
        <Meta name="description" content=t!(lang, site.description)/>
        <a class="skip" href="#main">{t!(lang, site.skip)}</a>
        {invented}
        {header(page)}
        <main id="main">
            {problem}
            {body}
        </main>
        {footer(page)}
    }
    .into_any()
}

fn header(page: &Page) -> AnyView {
    let lang = page.lang;
    let link = |address: Address, text: String| {
        let href = page.link(address).to_string();
        let within = address == Address::ReleaseDesk && page.path.starts_with(&href);
        let current = if page.path == href { Some("page") } else { within.then_some("true") };
        view! { <li><a href=href aria-current=current>{text}</a></li> }.into_any()
    };
    let actor = page.actor();
    let mut links = vec![link(Address::HOME, t!(lang, nav.progress))];
    if !actor.is_official() && actor.memberships().is_empty() {
        links.push(link(Address::Open(OpenPage::Data), t!(lang, open.data)));
        links.push(link(Address::Open(OpenPage::Releases), t!(lang, open.releases)));
        links.push(link(Address::Open(OpenPage::Methodology), t!(lang, open.methodology)));
    }
    if !actor.memberships().is_empty() {
        links.push(link(Address::My, t!(lang, nav.my)));
    }
    match actor.only_region() {
        Some(region) => {
            links.push(link(Address::OfficeRegion(region), t!(lang, nav.region)));
            links.push(link(Address::Filings, t!(lang, nav.filings)));
        }
        None if actor.is_official() => {
            links.push(link(Address::Office, t!(lang, nav.office)));
            links.push(link(Address::Filings, t!(lang, nav.filings)));
        }
        None => {}
    }
    if actor.may(Action::Release) {
        links.push(link(Address::ReleaseDesk, t!(lang, open.releases)));
    }
    if actor.may(Action::WatchJobs) {
        links.push(link(Address::Jobs, t!(lang, nav.jobs)));
    }
    let languages = Lang::ALL.map(|other| {
        let current = (other == lang).then_some("true");
        view! { <li><a href=page.in_language(other) hreflang=other.code() lang=other.code() aria-current=current>{other.own_name()}</a></li> }.into_any()
    });
    view! {
        <header class="site-header">
            <a class="brand" href=page.link(Address::HOME).to_string()>
                <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2 19.9 12.1 30 16 19.9 19.9 16 30 12.1 19.9 2 16 12.1 12.1Z"/></svg>
                <span>{t!(lang, site.name)}</span>
            </a>
            <nav aria-label=t!(lang, nav.label)><ul class="nav">{links}</ul></nav>
            <nav aria-label=t!(lang, nav.languages)><ul class="languages">{Vec::from(languages)}</ul></nav>
            {account(page)}
        </header>
    }
    .into_any()
}

fn account(page: &Page) -> AnyView {
    let lang = page.lang;
    let Some(name) = page.session.caller.name.clone() else {
        return view! { <a class="button button-small" href=page.link(Address::SignIn).to_string()>{t!(lang, nav.sign_in)}</a> }.into_any();
    };
    view! {
        <details class="account">
            <summary class="account-name">{name}</summary>
            <form method="post" action={action::<SignOut>()}>
                <input type="hidden" name="lang" value=lang.code()/>
                <button class="button button-small" type="submit">{t!(lang, nav.sign_out)}</button>
                <button class="button button-small button-quiet" type="submit" name="everywhere" value="true">{t!(lang, nav.sign_out_everywhere)}</button>
            </form>
        </details>
    }
    .into_any()
}

fn footer(page: &Page) -> AnyView {
    let lang = page.lang;
    view! {
        <footer class="site-footer">
            <p>{t!(lang, site.footer)}</p>
            <p>{t!(lang, site.footer_note)}</p>
        </footer>
    }
    .into_any()
}
