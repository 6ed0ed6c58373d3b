//! Checking the answers before sending.

use domain::quarter::Quarter;
use leptos::prelude::*;
use services::{ServiceError, submit::check_answers};

use crate::{
    components::{layout::layout, lines},
    context::{Page, go_to},
    format,
    labels::t,
};

/// The page; with problems it leads back to the form, where each stands at its field.
pub async fn page(page: Page, quarter: Quarter) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let resident = page.resident()?;
    let form_path = page.link(&format!("my/filings/{quarter}?resident={resident}"));
    let answers = match check_answers(&page.store, page.actor(), resident, quarter).await {
        Err(ServiceError::Invalid(_)) => {
            go_to(&format!("{form_path}&problem=check#problems"));
            return Ok(().into_any());
        }
        Err(ServiceError::Overflow(_)) => {
            go_to(&format!("{form_path}&problem=too_large"));
            return Ok(().into_any());
        }
        Err(ServiceError::Step(_)) => {
            go_to(&form_path);
            return Ok(().into_any());
        }
        other => other?,
    };
    let quarter_text = format::quarter(lang, quarter);
    let title = t!(lang, check.title, quarter = quarter_text.clone());
    let questions: Vec<_> = answers.questions.iter().map(|question| view! { <li>{lines::question(lang, question)}</li> }).collect();
    let questions = (!questions.is_empty()).then(|| {
        view! {
            <div class="notice notice-warn">
                <h2>{t!(lang, check.questions)}</h2>
                <ul>{questions}</ul>
                <label class="tick"><input type="checkbox" name="confirmed" value="true" required/>" "{t!(lang, check.confirm)}</label>
            </div>
        }
    });
    let beside: Vec<_> = answers.previous.map(|previous| (format::quarter(lang, quarter.previous()), previous)).into_iter().collect();
    let may_submit = page.actor().may(domain::access::Action::Submit(resident));
    let submit = if may_submit {
        view! { <button class="button button-primary" type="submit">{t!(lang, check.submit, quarter = quarter_text)}</button> }.into_any()
    } else {
        view! { <p class="notice">{t!(lang, check.no_right)}</p> }.into_any()
    };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{answers.resident.name.clone()}" · "{t!(lang, form.version, number = answers.version)}</p>
        {lines::totals(lang, &answers.totals, &beside)}
        <p class="hint">{t!(lang, check.control, amount = format::decimal(lang, answers.converted.content.control_total.0, 2))}</p>
        {lines::lines(lang, &answers.converted)}
        <form method="post" action="/api/submit_filing" class="stack">
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident.to_string()/>
            <input type="hidden" name="quarter" value=quarter.to_string()/>
            <input type="hidden" name="revision" value=answers.revision.to_string()/>
            <input type="hidden" name="key" value=answers.idempotency_key.clone()/>
            {questions}
            <div class="actions">{submit}<a class="button" href=form_path>{t!(lang, check.back)}</a></div>
        </form>
    };
    Ok(layout(&page, &title, body))
}
