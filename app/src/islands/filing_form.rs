//! The filing form. On the server it is an ordinary form, complete without JavaScript; in the browser it adds and
//! removes lines, echoes amounts, adds up and saves by itself.

use domain::{
    form::{FieldPath, FormInput, Section},
    region::Region,
};
use leptos::{either::Either, ev, prelude::*};

use super::{
    autosave::Autosave,
    browser::{focus, is_for_press, typed},
    form_state::Form,
    setup::{Setup, Word},
};
use crate::api::{Carried, SaveFiling, action};

mod field;
mod totals;

use field::field;
use totals::Totals;

/// A line of a section with its remove button.
fn line(form: Form, section: Section, index: usize, fields: AnyView, remove: impl Fn(ev::MouseEvent) + 'static) -> AnyView {
    let label = form.text(Word::Remove);
    let spoken = format!("{label} {}", index + 1);
    view! {
        <li class="line">
            <span class="line-number" aria-hidden="true">{index + 1}</span>
            <div class=format!("line-fields line-{}", section.code())>{fields}</div>
            <button type="submit" name="step" value=format!("remove:{}:{index}", section.code()) class="button button-quiet" aria-label=spoken on:click=remove>
                {label}
            </button>
        </li>
    }
    .into_any()
}

/// The filing form.
#[island]
pub fn FilingForm(setup: Setup) -> impl IntoView {
    let lang = setup.lang;
    let (resident, quarter, keep) = (setup.resident.clone(), setup.quarter.clone(), setup.keep.clone());
    let (revision, kept) = (setup.revision, setup.kept);
    let form = Form::new(setup);
    let saving = Autosave::new(form, revision, kept);
    // once the form is interactive
    Effect::new(move |_| saving.begin());
    let changed = move |event: ev::Event| {
        if let Some((at, value)) = typed(&event) {
            let differs = form.typed.with_untracked(|form| form.field(at).is_some_and(|text| text != value));
            if differs {
                form.typed.update(|form| {
                    if let Some(field) = form.field_mut(at) {
                        *field = value;
                    }
                });
                saving.changed();
            }
        }
    };
    let left = move |event: ev::FocusEvent| {
        if let Some((at, _)) = typed(&event) {
            saving.left(at, is_for_press(&event));
        }
    };
    let section = move |section: Section, title: String, hint: String, add: String| section_view(form, saving, section, title, hint, add);
    view! {
        {move || saving.notice()}
        <form method="post" action={action::<SaveFiling>()} class="filing-form" autocomplete="off" on:input=changed on:change=changed on:focusout=left novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident/>
            <input type="hidden" name="quarter" value=quarter/>
            <input type="hidden" name="revision" value=move || saving.revision().to_string()/>
            <input type="hidden" name="carried[keep]" value=keep/>
            // the first button is what Enter presses
            <button type="submit" name="step" value="recalculate" class="visually-hidden" tabindex="-1" aria-hidden="true">{form.text(Word::Recalculate)}</button>
            {section(Section::Domestic, form.text(Word::Domestic), form.text(Word::DomesticHint), form.text(Word::AddDomestic))}
            {section(Section::Exports, form.text(Word::Exports), form.text(Word::ExportsHint), form.text(Word::AddExport))}
            {section(Section::People, form.text(Word::People), form.text(Word::PeopleHint), form.text(Word::AddPeople))}
            <fieldset class="section" id="control">
                <legend>{form.text(Word::Control)}</legend>
                <p class="hint">{form.text(Word::ControlHint)}</p>
                {form.soums(FieldPath::Books, form.text(Word::AmountUzs), "money", form.typed.with_untracked(|f| f.control_total.clone()))}
            </fieldset>
            <Totals form/>
            <div class="actions">
                <button type="submit" name="step" value="check" class="button button-primary">{form.text(Word::Check)}</button>
                <button type="submit" name="step" value="save" class="button">{form.text(Word::Save)}</button>
                <button type="submit" name="step" value="recalculate" class="button">{form.text(Word::Recalculate)}</button>
                <p class="save-status" id="save-status" aria-hidden="true">{move || saving.message()}</p>
                <p class="visually-hidden" role="status">{move || saving.announcement()}</p>
            </div>
            <input type="hidden" name="carried[end]" value=Carried::END/>
        </form>
    }
}

fn section_view(form: Form, saving: Autosave, section: Section, title: String, hint: String, add: String) -> AnyView {
    let reshape = move |event: ev::MouseEvent, change: &dyn Fn(&mut FormInput)| {
        event.prevent_default();
        form.typed.update(|form| change(form));
        form.reshaped();
        saving.changed();
    };
    let registered = form.setup.with_value(|setup| setup.registered.parse().unwrap_or(Region::TashkentCity));
    let add_id = format!("add-{}", section.code());
    let remove_to = add_id.clone();
    let lines = move || {
        let remove = |index: usize| {
            let add_id = remove_to.clone();
            move |event: ev::MouseEvent| {
                form.without_line(section, index);
                reshape(event, &move |form: &mut FormInput| form.remove_line(section, index));
                focus(add_id.clone());
            }
        };
        let lines = form.typed.with_untracked(|typed| -> Vec<AnyView> {
            let fields =
                |n, typed| -> Vec<AnyView> { section.fields().iter().map(|spec| field(form, saving, section, n, *spec, typed)).collect() };
            typed
                .lines(section)
                .iter()
                .enumerate()
                .map(|(n, typed)| line(form, section, n, fields(n, typed).into_any(), remove(n)))
                .collect()
        });
        // the other side each time, so that every line is made anew: a field that was typed in keeps its text for ever
        if form.shape.get().is_multiple_of(2) { Either::Left(lines) } else { Either::Right(lines) }
    };
    let add_line = move |event: ev::MouseEvent| {
        let index = form.typed.with_untracked(|form| form.lines(section).len());
        reshape(event, &move |form: &mut FormInput| form.add_line(section, registered));
        if let Some(first) = section.fields().first() {
            focus(FieldPath::of(section, index, first.field).id());
        }
    };
    let problem = move || form.problem(FieldPath::Section(section)).map(|message| view! { <p class="field-problem">{message}</p> });
    view! {
        <fieldset class="section" id=section.code()>
            <legend>{title}</legend>
            <p class="hint">{hint}</p>
            {problem}
            <ol class="lines">{lines}</ol>
            <button type="submit" name="step" id=add_id value=format!("add:{}:{registered}", section.code()) class="button" on:click=add_line>
                {add}
            </button>
        </fieldset>
    }
    .into_any()
}
