//! The page of a form that was sent while the server was busy or failed.

use leptos::prelude::*;

use crate::{labels::t, lang::Lang};

/// The page of a form that was sent while the server was busy or failed: what was sent stands in it and is sent again by one
/// button. It needs nothing but what was sent: no database, no session.
pub fn send_again(lang: Lang, stylesheet: &str, action: &str, fields: &[(String, String)]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> }).collect();
    let page = view! {
        <html lang=lang.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{format!("{}: {}", t!(lang, site.error), t!(lang, error.busy))}</title>
                <link rel="stylesheet" href=stylesheet.to_owned()/>
            </head>
            <body>
                <main id="main">
                    <div class="narrow">
                        <h1>{t!(lang, error.busy)}</h1>
                        <p>{t!(lang, error.busy_text)}</p>
                        <form method="post" action=action.to_owned()>
                            {fields}
                            <button class="button button-primary" type="submit">{t!(lang, error.again)}</button>
                        </form>
                    </div>
                </main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
