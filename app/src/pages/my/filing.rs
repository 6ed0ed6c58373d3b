//! A quarter's filing as its resident finds it: the form, or what was sent.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    classification::{Activity, ServiceCategory},
    edits::{Edit, Finding},
    filing::FilingState,
    form::FormInput,
    ids::ResidentId,
    money::Currency,
    quarter::Quarter,
    region::Region,
};
use leptos::hydration::HydrationScripts;
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{
        draft::{DraftView, Found, find_own},
        kept::{Subject, find_form, token},
        submit::check_answers,
        versions::FilingView,
    },
};
use uuid::Uuid;

use crate::pages::errors::show_with;
use crate::{
    address::Address,
    api::{AmendFiling, CancelDraft, WithdrawFiling, action},
    components::{
        layout::layout,
        reason::{end_mark, keep_mark, reason_field},
    },
    context::Page,
    countries, format,
    islands::{
        filing_form::FilingForm,
        setup::{Setup, Text, Word, fields},
    },
    labels::{self, t},
    lang::Lang,
};

/// A form that could not be taken.
struct Kept {
    id: Uuid,
    form: FormInput,
    sent_at: DateTime<Utc>,
}

impl Kept {
    /// Whether the form of the page can show it: it fits, and the draft was not saved again since.
    fn fits(&self, draft: &DraftView) -> bool {
        let too_many = self.form.check_size().is_err_and(|finding| finding.edit() == Edit::TooManyLines);
        !too_many && draft.saved.as_ref().is_none_or(|(saved_at, _)| *saved_at <= self.sent_at)
    }
}

/// The form of `?kept=…`, if there is one.
async fn kept(page: &Page, resident: ResidentId, quarter: Quarter) -> Result<Option<Kept>, ServiceError> {
    let Some(id) = page.kept() else { return Ok(None) };
    match find_form(&page.store, page.actor(), resident, quarter, id).await {
        Ok((form, sent_at)) => Ok(Some(Kept { id, form, sent_at })),
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The page.
pub async fn page(page: Page, quarter: Quarter) -> Result<AnyView, ServiceError> {
    let resident = page.resident()?;
    let kept = kept(&page, resident, quarter).await?;
    match find_own(&page.store, page.actor(), resident, quarter).await {
        Ok(Found::Draft(draft)) => form_page(page, *draft, kept).await,
        Ok(Found::Sent(filing)) => sent_page(&page, &filing, kept).await,
        Err(ServiceError::QuarterClosed) => {
            let kept = kept.map(|kept| kept_apart(&page, resident, quarter, kept.id)).into_any();
            Ok(show_with(&page, StatusCode::GONE, kept))
        }
        Err(error) => Err(error),
    }
}

/// Leads to a kept form that is not shown in the form of the filing.
fn kept_apart(page: &Page, resident: ResidentId, quarter: Quarter, id: Uuid) -> AnyView {
    let lang = page.lang;
    let href = page.link(Address::KeptForm(quarter, id)).with("resident", resident).to_string();
    view! { <div class="notice notice-warn"><p>{t!(lang, form.kept_apart)}" "<a href=href>{t!(lang, form.kept_read)}</a></p></div> }
        .into_any()
}

/// Says that the form shows what was sent, not what is saved.
fn kept_below(page: &Page, draft: &DraftView) -> AnyView {
    let lang = page.lang;
    let text = match draft.saved.clone() {
        Some((at, who)) => {
            let saved = page.link(Address::Filing(draft.quarter)).with("resident", draft.resident.id).to_string();
            let text = t!(lang, form.kept_text, who = who, at = format::instant(lang, at));
            view! { <p>{text}</p><p><a href=saved>{t!(lang, form.kept_draft)}</a></p> }.into_any()
        }
        None => view! { <p>{t!(lang, form.kept_first)}</p> }.into_any(),
    };
    // what is wrong is said first, where there is anything wrong
    let role = page.param("problem").is_none().then_some("alert");
    view! { <div class="notice notice-warn" role=role><h2>{t!(lang, form.kept_title)}</h2>{text}</div> }.into_any()
}

/// The problems of the saved draft, if they were asked for by the way back from checking; or what keeps the form from
/// being saved at all.
async fn problems(page: &Page, draft: &DraftView) -> Vec<Finding> {
    match draft.form.check_size() {
        Err(problem) => vec![problem],
        Ok(()) if page.param("problem").as_deref() == Some("check") => {
            match check_answers(&page.store, page.actor(), draft.resident.id, draft.quarter).await {
                Err(ServiceError::Invalid(problems)) => problems,
                _ => Vec::new(),
            }
        }
        Ok(()) => Vec::new(),
    }
}

/// What is wrong, each leading to its field.
fn summary(lang: Lang, found: &[Finding]) -> Option<AnyView> {
    (!found.is_empty()).then(|| {
        let items: Vec<_> = found
            .iter()
            .map(|found| view! { <li><a href=format!("#{}", found.at.id())>{labels::edits::at_place(lang, found)}</a></li> })
            .collect();
        view! { <div class="notice notice-bad" role="alert" tabindex="-1" id="problems"><h2>{t!(lang, form.problems)}</h2><ul>{items}</ul></div> }.into_any()
    })
}

/// How the draft stands: why it came back, what it amends, the quarter before, who saved it last.
fn standing(lang: Lang, draft: &DraftView) -> AnyView {
    let returned = draft.return_reason.clone().map(|reason| {
        view! { <div class="notice notice-warn"><h2>{t!(lang, form.returned)}</h2><blockquote class="reason">{reason}</blockquote></div> }
    });
    let amends = draft.reason.clone().map(|reason| view! { <p class="hint">{t!(lang, form.amends, reason = reason)}</p> });
    let saved = draft
        .saved
        .clone()
        .map(|(at, who)| view! { <p class="hint" id="saved">{t!(lang, form.saved_by, at = format::instant(lang, at), who = who)}</p> });
    let previous = draft.previous.map(|previous| {
        let services = format::soums_scaled(lang, previous.services.0);
        let exports = format::dollars_scaled(lang, previous.exports_usd.0);
        view! { <p class="hint">{t!(lang, form.previous, services = services, exports = exports)}</p> }
    });
    view! {
        {returned}
        {amends}
        <p>{t!(lang, form.intro)}</p>
        {previous}
        {saved}
    }
    .into_any()
}

async fn form_page(page: Page, mut draft: DraftView, kept: Option<Kept>) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let mut shows_kept = false;
    let kept = kept.map(|kept| {
        if !kept.fits(&draft) {
            return kept_apart(&page, draft.resident.id, draft.quarter, kept.id);
        }
        draft.form = kept.form;
        shows_kept = true;
        kept_below(&page, &draft)
    });
    let quarter = format::quarter(lang, draft.quarter);
    let title = t!(lang, form.title, quarter = quarter);
    let found = problems(&page, &draft).await;
    let summary = summary(lang, &found);
    let standing = standing(lang, &draft);
    let withdrawn = page
        .param("done")
        .filter(|done| done == "withdrawn")
        .map(|_| view! { <div class="notice notice-good" role="status"><p>{t!(lang, sent.withdrawn)}</p></div> });
    let options = expect_context::<LeptosOptions>();
    let head = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{draft.resident.name.clone()}" · "{t!(lang, my.due_on, day = format::day(lang, draft.due_on))}" · "{t!(lang, form.version, number = draft.version)}</p>
    };
    let cancel = cancel_form(lang, &draft);
    let keep = token(&page.store, page.actor(), Subject::Form(draft.resident.id, draft.quarter)).await?;
    let person = page.actor().person().map(|person| person.to_string()).unwrap_or_default();
    let focus = page.param("at").and_then(|at| at.parse().ok());
    let setup = Setup { kept: shows_kept, keep, person, focus, ..setup(lang, draft, &found) };
    let body = view! {
        {head}
        {withdrawn}
        {summary}
        {kept}
        {standing}
        {view! { <FilingForm setup/> }.into_any()}
        {cancel}
        // only here: a page without islands loads no WebAssembly
        <HydrationScripts options islands=true/>
    };
    Ok(layout(&page, &title, body))
}

/// The way out of what was begun by mistake.
fn cancel_form(lang: Lang, draft: &DraftView) -> Option<AnyView> {
    let begun = draft.revision != 0 || draft.may_cancel;
    let (title, hint) = if draft.reason.is_some() {
        (t!(lang, form.cancel_amendment), t!(lang, form.cancel_amendment_hint))
    } else {
        (t!(lang, form.cancel_draft), t!(lang, form.cancel_draft_hint))
    };
    let form = view! {
        // a form shows it once something is saved
        <details class="undo" id="give-up" hidden=!begun>
            <summary>{title.clone()}</summary>
            <form method="post" action={action::<CancelDraft>()} class="stack">
                <p class="hint">{hint}</p>
                <input type="hidden" name="lang" value=lang.code()/>
                <input type="hidden" name="resident" value=draft.resident.id.to_string()/>
                <input type="hidden" name="quarter" value=draft.quarter.to_string()/>
                <input type="hidden" name="revision" value=draft.revision.to_string()/>
                <button class="button button-warn" type="submit">{title}</button>
            </form>
        </details>
    };
    (draft.may_cancel || !begun).then(|| form.into_any())
}

fn setup(lang: Lang, draft: DraftView, problems: &[Finding]) -> Setup {
    let currencies = Currency::foreign().map(|currency| (currency.code().to_owned(), currency.code().to_owned()));
    Setup {
        lang,
        person: String::new(),
        keep: String::new(),
        focus: None,
        resident: draft.resident.id.to_string(),
        quarter: draft.quarter.to_string(),
        days: (draft.quarter.first_day().to_string(), draft.quarter.last_day().to_string()),
        registered: draft.region.to_string(),
        revision: draft.revision,
        kept: false,
        form: draft.form,
        means: draft.means,
        problems: problems.iter().map(|found| (found.at, labels::edits::at_field(lang, found))).collect(),
        regions: Region::ALL.map(|region| (region.iso().to_owned(), labels::region(lang, region).to_owned())).to_vec(),
        activities: Activity::ALL.iter().map(|a| (a.code().to_owned(), labels::activity(lang, *a))).collect(),
        countries: countries::choices(lang),
        categories: ServiceCategory::ALL.iter().map(|c| (c.code().to_owned(), labels::category(lang, *c))).collect(),
        currencies: currencies.collect(),
        labels: fields().map(|(section, field)| labels::form::field(lang, section, field)).collect(),
        text: text(lang),
    }
}

fn text(lang: Lang) -> Text {
    Text::of(|word| match word {
        Word::Domestic => t!(lang, form.domestic),
        Word::DomesticHint => t!(lang, form.domestic_hint),
        Word::Exports => t!(lang, form.exports),
        Word::ExportsHint => t!(lang, form.exports_hint),
        Word::People => t!(lang, form.people),
        Word::PeopleHint => t!(lang, form.people_hint),
        Word::Control => t!(lang, form.control),
        Word::ControlHint => t!(lang, form.control_hint),
        Word::AmountUzs => t!(lang, form.amount_uzs),
        Word::DateHint => t!(lang, form.date_hint),
        Word::Optional => t!(lang, form.optional),
        Word::AddDomestic => t!(lang, form.add_domestic),
        Word::AddExport => t!(lang, form.add_export),
        Word::AddPeople => t!(lang, form.add_people),
        Word::Remove => t!(lang, form.remove),
        Word::Totals => t!(lang, form.totals),
        Word::TotalDomestic => t!(lang, form.total_domestic),
        Word::TotalExports => t!(lang, form.total_exports),
        Word::TotalExportsUzs => t!(lang, form.total_exports_uzs),
        Word::TotalServices => t!(lang, form.total_services),
        Word::TotalPeople => t!(lang, form.total_people),
        Word::Difference => t!(lang, form.difference),
        Word::Less => t!(lang, form.less),
        Word::More => t!(lang, form.more),
        Word::Unread => t!(lang, form.unread),
        Word::Approximate => t!(lang, form.approximate),
        Word::Recalculate => t!(lang, form.recalculate),
        Word::Save => t!(lang, form.save),
        Word::Check => t!(lang, form.check),
        Word::Saved => t!(lang, form.saved),
        Word::Saving => t!(lang, form.saving),
        Word::NotSaved => t!(lang, form.not_saved),
        Word::Ended => t!(lang, form.ended),
        Word::Conflict => t!(lang, form.conflict),
        Word::Choose => t!(lang, form.choose),
        Word::Offline => t!(lang, form.offline),
        Word::Retrying => t!(lang, form.retrying),
        Word::PickDate => t!(lang, form.pick_date),
        Word::Restored => t!(lang, form.restored),
        Word::Found => t!(lang, form.found),
        Word::UseFound => t!(lang, form.use_found),
        Word::DropFound => t!(lang, form.drop_found),
    })
}

async fn sent_page(page: &Page, filing: &FilingView, kept: Option<Kept>) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let kept = kept.map(|kept| kept_apart(page, filing.resident.id, filing.quarter, kept.id));
    let quarter = format::quarter(lang, filing.quarter);
    let title = t!(lang, sent.title, quarter = quarter);
    let accepted = filing.state == FilingState::Accepted;
    let text = if accepted { t!(lang, sent.accepted) } else { t!(lang, sent.in_review) };
    let versions: Vec<_> = filing
        .versions
        .iter()
        .map(|version| {
            let (state, class) = labels::version_state(lang, version.state);
            let href = page.own(Address::Version(filing.quarter, version.number)).to_string();
            view! {
                <li><a href=href>{t!(lang, form.version, number = version.number)}</a>" · "{format::instant(lang, version.submitted_at)}" "<span class=class>{state}</span></li>
            }
        })
        .collect();
    let step = if accepted { amend_form(page, filing).await? } else { withdraw_form(page, filing) };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{filing.resident.name.clone()}</p>
        <p>{text}</p>
        {kept}
        <h2>{t!(lang, sent.versions)}</h2>
        <ul>{versions}</ul>
        {step}
    };
    Ok(layout(page, &title, body))
}

/// What every form about a filing carries.
fn of_filing(lang: Lang, filing: &FilingView) -> AnyView {
    view! {
        <input type="hidden" name="lang" value=lang.code()/>
        <input type="hidden" name="resident" value=filing.resident.id.to_string()/>
        <input type="hidden" name="quarter" value=filing.quarter.to_string()/>
    }
    .into_any()
}

async fn amend_form(page: &Page, filing: &FilingView) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let subject = Subject::Amendment(filing.resident.id, filing.quarter);
    if !page.actor().may(Action::Prepare(filing.resident.id)) {
        return Ok(().into_any());
    }
    let reason = page.kept_reason(subject).await?;
    let keep = token(&page.store, page.actor(), subject).await?;
    let form = view! {
        <form method="post" action={action::<AmendFiling>()} class="stack card" novalidate>
            <h2>{t!(lang, sent.amend)}</h2>
            <p class="hint">{t!(lang, sent.amend_hint)}</p>
            {of_filing(lang, filing)}
            {keep_mark(keep)}
            {reason_field(page, &t!(lang, sent.amend_reason), None, reason)}
            <button class="button" type="submit">{t!(lang, sent.amend_button)}</button>
            {end_mark()}
        </form>
    };
    Ok(form.into_any())
}

fn withdraw_form(page: &Page, filing: &FilingView) -> AnyView {
    let lang = page.lang;
    let latest = filing.versions.first().filter(|_| page.actor().may(Action::Submit(filing.resident.id)));
    let form = latest.map(|version| {
        view! {
            <details class="undo">
                <summary>{t!(lang, sent.withdraw)}</summary>
                <form method="post" action={action::<WithdrawFiling>()} class="stack">
                    <p class="hint">{t!(lang, sent.withdraw_hint)}</p>
                    {of_filing(lang, filing)}
                    <input type="hidden" name="number" value=version.number.to_string()/>
                    <button class="button button-warn" type="submit">{t!(lang, sent.withdraw_button)}</button>
                </form>
            </details>
        }
    });
    view! { {form} }.into_any()
}
