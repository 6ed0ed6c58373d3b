//! What runs in the browser. Everything an island needs arrives as props: its strings, its choices, its draft.

pub mod filing_form;
