//! Signing in, and the way on from there.

use axum::http::request::Parts;
use leptos::prelude::*;

use crate::{
    api::{SignIn, action},
    components::layout::layout,
    context::{Page, go_to, local_path},
    cookies::{self, TYPED_EMAIL},
    labels::t,
};

fn typed_email() -> String {
    use_context::<Parts>().and_then(|parts| cookies::find(&parts.headers, TYPED_EMAIL)).unwrap_or_default()
}

/// The form.
pub fn page(page: &Page) -> AnyView {
    let lang = page.lang;
    let problem = page.param("problem");
    let wrong = problem.as_deref() == Some("credentials");
    let email = if problem.is_some() { typed_email() } else { String::new() };
    let next = page.param("next").filter(|next| local_path(next).is_some()).unwrap_or_default();
    let kept = next.contains("kept=").then(|| t!(lang, sign_in.kept));
    let expired = page.param("expired").map(|_| view! { <div class="notice"><p>{t!(lang, sign_in.expired)}" "{kept}</p></div> });
    let signed_out = page
        .param("signed_out")
        .map(|_| view! { <div class="notice notice-good" role="status"><p>{t!(lang, sign_in.signed_out)}</p></div> });
    let demo = page.installation.demonstration.then(|| {
        let accounts = [
            ("resident@itpark.example", t!(lang, role.resident)),
            ("reviewer@itpark.example", t!(lang, role.reviewer)),
            ("region@itpark.example", t!(lang, role.region)),
            ("statistician@itpark.example", t!(lang, role.statistician)),
            ("admin@itpark.example", t!(lang, role.admin)),
        ];
        let rows = accounts.map(|(email, role)| view! { <li><code>{email}</code>" — "{role}</li> }.into_any());
        view! { <aside class="notice"><h2>{t!(lang, sign_in.demo)}</h2><ul>{Vec::from(rows)}</ul></aside> }
    });
    let described = wrong.then_some("problem");
    let body = view! {
        <div class="narrow">
            <h1>{t!(lang, sign_in.title)}</h1>
            {signed_out}
            {expired}
            <form method="post" action={action::<SignIn>()} class="stack" novalidate>
                <input type="hidden" name="lang" value=lang.code()/>
                <input type="hidden" name="next" value=next/>
                <div class=if wrong { "field field-wrong" } else { "field" }>
                    <label for="email">{t!(lang, sign_in.email)}</label>
                    <input id="email" name="email" type="email" autocomplete="username" value=email aria-describedby=described/>
                </div>
                <div class=if wrong { "field field-wrong" } else { "field" }>
                    <label for="password">{t!(lang, sign_in.password)}</label>
                    <input id="password" name="password" type="password" autocomplete="current-password" aria-describedby=described/>
                </div>
                <button class="button button-primary" type="submit">{t!(lang, sign_in.button)}</button>
            </form>
            {demo}
        </div>
    };
    layout(page, &t!(lang, sign_in.title), body)
}

/// The person's own first page.
pub fn start(page: &Page) -> AnyView {
    go_to(&page.own_page().link(page.lang).to_string());
    ().into_any()
}
