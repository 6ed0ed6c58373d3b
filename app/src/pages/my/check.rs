//! Checking the answers before sending.

use domain::{
    edits::{Finding, Reply},
    filing::StepError,
    quarter::Quarter,
};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{
        answers::{Asked, Unanswered},
        kept::{Subject, find_replies, token},
        submit::check_answers,
    },
};

use crate::{
    address::Address,
    api::{Carried, SubmitFiling, action},
    components::{
        layout::layout,
        lines,
        reason::{Area, end_mark, keep_mark},
    },
    context::{Page, go_to},
    format,
    labels::{self, t},
    lang::Lang,
    refusal::{Refusal, text_of},
};

/// The page; with problems it leads back to the form, where each stands at its field.
pub async fn page(page: Page, quarter: Quarter) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let resident = page.resident()?;
    let form_page = page.link(Address::Filing(quarter)).with("resident", resident);
    let answers = match check_answers(&page.store, page.actor(), resident, quarter).await {
        Err(ServiceError::Invalid(_)) => {
            go_to(&form_page.with("problem", "check").at("problems").to_string());
            return Ok(().into_any());
        }
        Err(ServiceError::Overflow(_)) => {
            go_to(&form_page.with("problem", "too_large").to_string());
            return Ok(().into_any());
        }
        Err(ServiceError::Step(_)) => {
            go_to(&form_page.to_string());
            return Ok(().into_any());
        }
        other => other?,
    };
    let quarter_text = format::quarter(lang, quarter);
    let title = t!(lang, check.title, quarter = quarter_text.clone());
    let keep = token(&page.store, page.actor(), Subject::Replies(resident, quarter)).await?;
    let mut asked = answers.asked;
    if let Some(id) = page.kept() {
        said(&mut asked, &find_replies(&page.store, page.actor(), resident, quarter, id).await?);
    }
    let found: Vec<Finding> = asked.iter().map(|asked| asked.finding.clone()).collect();
    let mut beside: Vec<_> = answers.in_force.map(|in_force| (t!(lang, review.in_force), in_force)).into_iter().collect();
    beside.extend(answers.previous.map(|previous| (format::quarter(lang, quarter.previous()), previous)));
    let submit = if answers.unchanged {
        view! { <div class="notice notice-warn"><p>{t!(lang, check.unchanged)}</p></div> }.into_any()
    } else if page.actor().may(domain::access::Action::Submit(resident)) {
        view! { <button class="button button-primary" type="submit">{t!(lang, check.submit, quarter = quarter_text)}</button> }.into_any()
    } else {
        view! { <p class="notice">{t!(lang, check.no_right)}</p> }.into_any()
    };
    // what is said here goes on to the form and back, and to whoever submits
    let back = if asked.is_empty() || answers.unchanged {
        view! { <a class="button" href=form_page.to_string()>{t!(lang, check.back)}</a> }.into_any()
    } else {
        view! { <button class="button" type="submit" name="carried[step]" value=Carried::CHANGE>{t!(lang, check.back)}</button> }.into_any()
    };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{answers.resident.name.clone()}" · "{t!(lang, form.version, number = answers.version)}</p>
        {lines::totals(lang, &answers.totals, &beside, &found)}
        {lines::lines(lang, &answers.converted, &found)}
        <form method="post" action={action::<SubmitFiling>()} class="stack" novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident.to_string()/>
            <input type="hidden" name="quarter" value=quarter.to_string()/>
            <input type="hidden" name="revision" value=answers.revision.to_string()/>
            <input type="hidden" name="key" value=answers.idempotency_key.clone()/>
            {keep_mark(keep)}
            {if answers.unchanged { ().into_any() } else { questions(&page, &asked) }}
            <div class="actions">{submit}{back}</div>
            {end_mark()}
        </form>
    };
    Ok(layout(&page, &title, body))
}

/// Lays what was sent and could not be taken over what is known.
fn said(asked: &mut [Asked], kept: &[Reply]) {
    for asked in asked {
        // what an earlier version of the program kept is a reason without its finding
        let reply = kept.iter().find(|reply| reply.digest == asked.digest || reply.digest.is_empty() && asked.finding.needs_reason());
        if let Some(reply) = reply {
            asked.reply = Some(Reply { digest: asked.digest.clone(), ..reply.clone() });
        }
    }
}

/// What is asked about, each with its tick and, where one is needed, its reason.
fn questions(page: &Page, asked: &[Asked]) -> AnyView {
    if asked.is_empty() {
        return ().into_any();
    }
    // problems are shown once somebody has tried to send
    let tried = page.param("problem").is_some();
    let items: Vec<_> = asked.iter().enumerate().map(|(n, asked)| question(page.lang, n, asked, tried)).collect();
    view! {
        <div class="notice notice-warn">
            <h2>{t!(page.lang, check.questions)}</h2>
            <ol class="questions">{items}</ol>
        </div>
    }
    .into_any()
}

fn question(lang: Lang, n: usize, asked: &Asked, tried: bool) -> AnyView {
    let unanswered = asked.answer().err().filter(|_| tried);
    let reply = asked.reply.clone().unwrap_or_default();
    let label = t!(lang, check.reason);
    let reason = asked.finding.needs_reason().then(|| {
        let problem = match unanswered {
            Some(Unanswered::Reason(error)) => reason_problem(lang, error).map(|message| format!("{label}: {message}")),
            _ => None,
        };
        Area {
            id: &format!("reason-{n}"),
            name: &format!("replies[{n}][reason]"),
            label: &label,
            hint: None,
            problem,
            typed: Some(reply.reason),
        }
        .view()
    });
    let problem = (tried && !reply.confirmed).then(|| t!(lang, page_problem.unanswered));
    let class = if problem.is_some() { "field field-wrong" } else { "field" };
    let id = format!("confirmed-{n}");
    let (described, invalid) = (problem.as_ref().map(|_| format!("{id}-problem")), problem.as_ref().map(|_| "true"));
    let problem = problem.map(|message| view! { <p class="field-problem" id=format!("{id}-problem")>{message}</p> });
    view! {
        <li>
            <p id=format!("question-{n}")>{labels::edits::finding(lang, &asked.finding)}</p>
            <input type="hidden" name=format!("replies[{n}][digest]") value=asked.digest.clone()/>
            {reason}
            <div class=class>
                {problem}
                <label class="tick"><input type="checkbox" id=id name=format!("replies[{n}][confirmed]") value="true" checked=reply.confirmed aria-describedby=described.unwrap_or_else(|| format!("question-{n}")) aria-invalid=invalid/>" "{t!(lang, check.confirm)}</label>
            </div>
        </li>
    }
    .into_any()
}

fn reason_problem(lang: Lang, error: StepError) -> Option<String> {
    text_of(lang, Refusal::of(&error.into()).code)
}
