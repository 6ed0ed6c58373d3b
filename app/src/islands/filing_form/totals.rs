//! What the lines add up to while they are typed.

use leptos::prelude::*;

use super::{super::setup::Word, Form};
use crate::format;

/// The sums of what can be read so far.
#[component]
pub(super) fn Totals(form: Form) -> impl IntoView {
    let lang = form.setup.with_value(|setup| setup.lang);
    let sums = Memo::new(move |_| form.typed.with(|typed| form.setup.with_value(|setup| typed.estimate(&setup.means))));
    let said = move |tiyin: i64| format!("{}\u{a0}{}", format::decimal(lang, tiyin, 2), format::soum(lang));
    let row = |label: String, value: Signal<String>, id: &'static str| {
        view! { <div class="total"><dt>{label}</dt><dd id=id>{move || value.get()}</dd></div> }.into_any()
    };
    let (less, more) = (form.text(Word::Less), form.text(Word::More));
    let difference = move || match sums.get().difference() {
        Some(0) => said(0),
        // of the books less the lines
        Some(by) => format!("{} {}", said(by.abs()), if by > 0 { &less } else { &more }),
        None => String::new(),
    };
    let services = move || sums.get().services().map(said).unwrap_or_default();
    let unread_text = form.text(Word::Unread);
    let unread = move || if sums.get().unread > 0 { format!("{unread_text}: {}", sums.get().unread) } else { String::new() };
    let approximate_text = form.text(Word::Approximate);
    let approximate = move || if sums.get().approximate { approximate_text.clone() } else { String::new() };
    view! {
        <section class="totals" id="totals">
            <h2>{form.text(Word::Totals)}</h2>
            <dl>
                {row(form.text(Word::TotalDomestic), Signal::derive(move || said(sums.get().domestic_tiyin)), "total-domestic")}
                {row(form.text(Word::TotalExports), Signal::derive(move || format!("{}\u{a0}USD", format::decimal(lang, sums.get().exports_cents, 2))), "total-exports-usd")}
                {row(form.text(Word::TotalExportsUzs), Signal::derive(move || said(sums.get().exports_tiyin)), "total-exports-uzs")}
                {row(form.text(Word::TotalServices), Signal::derive(services), "total-services")}
                {row(form.text(Word::TotalPeople), Signal::derive(move || format::number(sums.get().employees)), "total-people")}
                {row(form.text(Word::Difference), Signal::derive(difference), "total-difference")}
            </dl>
            <p class="hint">{unread}</p>
            <p class="hint">{approximate}</p>
        </section>
    }
}
