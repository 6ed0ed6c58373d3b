//! Words for the codes of the domain, in each language.

use domain::{
    classification::{Activity, Destination, ServiceCategory},
    filing::VersionState,
    obligation::Standing,
    progress::Pace,
    region::Region,
};

use crate::{
    format,
    generated::i18n::Locale,
    lang::{Lang, said},
};

pub mod edits;
pub mod form;

/// The translation of a key, as text.
macro_rules! t {
    ($lang:expr, $($rest:tt)*) => {
        leptos_i18n::td_string!($crate::labels::locale($lang), $($rest)*).to_string()
    };
}
pub(crate) use t;

/// The language of the generated translations.
pub(crate) const fn locale(lang: Lang) -> Locale {
    said!(lang, LOCALE)
}

/// What the site is called.
pub fn site_name(lang: Lang) -> String {
    t!(lang, site.name)
}

/// What the site is for.
pub fn site_description(lang: Lang) -> String {
    t!(lang, site.description)
}

/// Name of a region.
pub fn region(lang: Lang, region: Region) -> &'static str {
    said!(lang, region(region))
}

/// The name of a region without the word for region, for narrow room.
pub fn short_region(lang: Lang, region: Region) -> String {
    said!(lang, short_region(region))
}

/// Name of an activity.
pub fn activity(lang: Lang, activity: Activity) -> String {
    match activity {
        Activity::Software => t!(lang, activity.software),
        Activity::DataProcessing => t!(lang, activity.data_processing),
        Activity::Automation => t!(lang, activity.automation),
        Activity::Education => t!(lang, activity.education),
        Activity::Bpo => t!(lang, activity.bpo),
        Activity::Design => t!(lang, activity.design),
        Activity::Animation => t!(lang, activity.animation),
    }
}

/// Name of a service category.
pub fn category(lang: Lang, category: ServiceCategory) -> String {
    match category {
        ServiceCategory::Computer => t!(lang, category.computer),
        ServiceCategory::Information => t!(lang, category.information),
        ServiceCategory::Business => t!(lang, category.business),
        ServiceCategory::Licences => t!(lang, category.licences),
        ServiceCategory::Audiovisual => t!(lang, category.audiovisual),
    }
}

/// Name of a group of destinations.
pub fn destination(lang: Lang, destination: Destination) -> String {
    match destination {
        Destination::UnitedStates => t!(lang, destination.us),
        Destination::UkAndEu => t!(lang, destination.uk_eu),
        Destination::Cis => t!(lang, destination.cis),
        Destination::AsiaPacific => t!(lang, destination.apac),
        Destination::MiddleEastNorthAfrica => t!(lang, destination.mena),
        Destination::Other => t!(lang, destination.other),
    }
}

/// Name of the state of a version, and the class of its mark.
pub fn version_state(lang: Lang, state: VersionState) -> (String, &'static str) {
    match state {
        VersionState::Submitted => (t!(lang, state.submitted), "tag"),
        VersionState::Returned => (t!(lang, state.returned), "tag tag-warn"),
        VersionState::Withdrawn => (t!(lang, state.withdrawn), "tag tag-quiet"),
        VersionState::Accepted => (t!(lang, state.accepted), "tag tag-good"),
        VersionState::Superseded => (t!(lang, state.superseded), "tag tag-quiet"),
    }
}

/// How an obligation stands, and the class of its mark.
pub fn standing(lang: Lang, standing: Standing) -> (String, &'static str) {
    match standing {
        Standing::NotYetOpen => (t!(lang, standing.not_yet_open), "tag tag-quiet"),
        Standing::Due { days: 0, .. } => (t!(lang, standing.due_today), "tag tag-warn"),
        Standing::Due { days, .. } => (t!(lang, standing.due_in, count = days), "tag"),
        Standing::Overdue { days, .. } => (t!(lang, standing.overdue, count = days), "tag tag-bad"),
        Standing::Submitted => (t!(lang, standing.submitted), "tag"),
        Standing::Returned => (t!(lang, standing.returned), "tag tag-warn"),
        Standing::Accepted => (t!(lang, standing.accepted), "tag tag-good"),
        Standing::Amending => (t!(lang, standing.amending), "tag tag-warn"),
        Standing::AmendmentSent => (t!(lang, standing.amendment_sent), "tag"),
        Standing::AmendmentReturned => (t!(lang, standing.amendment_returned), "tag tag-warn"),
    }
}

/// How a year stands on the straight path to its target.
pub fn pace(lang: Lang, pace: Pace) -> String {
    match pace {
        Pace::OnPath => t!(lang, home.on_path),
        Pace::Ahead(by) => t!(lang, home.ahead, by = format::dollars_scaled(lang, by.0)),
        Pace::Behind(by) => t!(lang, home.behind, by = format::dollars_scaled(lang, by.0)),
    }
}

/// What the tax number is called: STIR of a company, PINFL of a person.
pub fn tax_number(lang: Lang, self_employed: bool) -> String {
    if self_employed { t!(lang, my.pinfl) } else { t!(lang, my.tax_number) }
}
