//! Figures: key numbers and tables.

use leptos::prelude::*;

/// A number with its name and a note under it.
pub fn key_figure(name: String, value: String, note: String) -> AnyView {
    view! {
        <div class="key-figure">
            <dt>{name}</dt>
            <dd><strong>{value}</strong>" "<span class="note">{note}</span></dd>
        </div>
    }
    .into_any()
}

/// A table with a caption. The first column is text, the others are numbers.
pub fn table(caption: &str, head: Vec<String>, rows: Vec<Vec<AnyView>>) -> AnyView {
    table_with_texts(caption, &[], head, rows)
}

/// A table with a caption. The first column and those of `texts` (from 0) are text, the others are numbers.
pub fn table_with_texts(caption: &str, texts: &[usize], head: Vec<String>, rows: Vec<Vec<AnyView>>) -> AnyView {
    let class = |n: usize| texts.contains(&n).then_some("text");
    let labels = head.clone();
    let head: Vec<_> = head.into_iter().enumerate().map(|(n, name)| view! { <th scope="col" class=class(n)>{name}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = cells
                .into_iter()
                .zip(&labels)
                .enumerate()
                .map(|(n, (cell, label))| {
                    if n == 0 {
                        view! { <th scope="row">{cell}</th> }.into_any()
                    } else {
                        view! { <td data-label=label.clone() class=class(n)>{cell}</td> }.into_any()
                    }
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=caption.to_owned()>
            <table><caption>{caption.to_owned()}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

/// Text as a cell.
pub fn cell(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! { {text} }.into_any()
}
