//! One region for officials.

use domain::region::Region;
use leptos::prelude::*;
use services::{ServiceError, ledger::figures::of_region};

use super::national::{View, controls, key_figures, quarters_table};
use crate::{
    address::Address,
    components::layout::layout,
    context::Page,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page, region: Region) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let book = of_region(&page.store, page.actor(), region).await?;
    let view = View::of(&page);
    let title = labels::region(lang, region);
    let basis =
        if view.basis == domain::ledger::Basis::Registered { t!(lang, home.basis_registered) } else { t!(lang, office.basis_activity) };
    let body = view! {
        <h1>{title}</h1>
        <p class="lead">{basis}</p>
        {controls(&page, view, Address::OfficeRegion(region))}
        {key_figures(&page, &book, view, Some(region))}
        {quarters_table(&page, &book, view, Some(region))}
    };
    Ok(layout(&page, title, body))
}
