//! Checking the answers before sending.

use domain::{quarter::Quarter, questions::Question};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{
        kept::Subject,
        submit::{Answers, check_answers},
    },
};

use crate::{
    components::{
        layout::layout,
        lines,
        reason::{end_mark, keep_mark, reason_field},
    },
    context::{Page, go_to},
    format,
    labels::{self, t},
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
    let subject = Subject::Books(resident, quarter);
    let reason = page.kept_reason(subject).await?;
    let keep = services::filings::kept::token(&page.store, page.actor(), subject).await?;
    let mut beside: Vec<_> = answers.in_force.map(|in_force| (t!(lang, review.in_force), in_force)).into_iter().collect();
    beside.extend(answers.previous.map(|previous| (format::quarter(lang, quarter.previous()), previous)));
    let submit = if answers.unchanged {
        view! { <div class="notice notice-warn"><p>{t!(lang, check.unchanged)}</p></div> }.into_any()
    } else if page.actor().may(domain::access::Action::Submit(resident)) {
        view! { <button class="button button-primary" type="submit">{t!(lang, check.submit, quarter = quarter_text)}</button> }.into_any()
    } else {
        view! { <p class="notice">{t!(lang, check.no_right)}</p> }.into_any()
    };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{answers.resident.name.clone()}" · "{t!(lang, form.version, number = answers.version)}</p>
        {lines::totals(lang, &answers.totals, &beside, &answers.questions)}
        {lines::lines(lang, &answers.converted, &answers.questions)}
        <form method="post" action="/api/submit_filing" class="stack" novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident.to_string()/>
            <input type="hidden" name="quarter" value=quarter.to_string()/>
            <input type="hidden" name="revision" value=answers.revision.to_string()/>
            <input type="hidden" name="key" value=answers.idempotency_key.clone()/>
            {keep_mark(keep)}
            {questions(&page, &answers, reason)}
            <div class="actions">{submit}<a class="button" href=form_path>{t!(lang, check.back)}</a></div>
            {end_mark()}
        </form>
    };
    Ok(layout(&page, &title, body))
}

/// The questions, a reason where one is needed, and the tick.
fn questions(page: &Page, answers: &Answers, reason: Option<String>) -> AnyView {
    let lang = page.lang;
    if answers.questions.is_empty() || answers.unchanged {
        return ().into_any();
    }
    let items: Vec<_> = answers.questions.iter().map(|question| view! { <li>{labels::question(lang, question)}</li> }).collect();
    let reason = answers
        .questions
        .iter()
        .any(Question::needs_reason)
        .then(|| reason_field(page, "reply[reason]", &t!(lang, check.reason), None, reason));
    let problem = page.param("problem").filter(|code| code == "unanswered").and_then(|code| labels::page_problem(lang, &code));
    let class = if problem.is_some() { "field field-wrong" } else { "field" };
    let (described, invalid) = (problem.as_ref().map(|_| "confirmed-problem"), problem.as_ref().map(|_| "true"));
    let problem = problem.map(|message| view! { <p class="field-problem" id="confirmed-problem">{message}</p> });
    // what was confirmed stays confirmed while a reason is mended
    let ticked = page.param("problem").is_some_and(|code| code.starts_with("reason"));
    view! {
        <div class="notice notice-warn">
            <h2>{t!(lang, check.questions)}</h2>
            <ul>{items}</ul>
            {reason}
            <div class=class>
                {problem}
                <label class="tick"><input type="checkbox" name="reply[confirmed]" value="true" checked=ticked aria-describedby=described aria-invalid=invalid/>" "{t!(lang, check.confirm)}</label>
            </div>
        </div>
    }
    .into_any()
}
