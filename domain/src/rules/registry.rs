//! Every rule, with the value and the source with which an installation begins.

use chrono::NaiveDate;

use super::{Days, Registered, Rule, Thresholds, Within};
use crate::{classification::DestinationGroups, edits::SlipWidths};

/// Day of the month after the quarter on which a filing is due.
pub const FILING_DUE_DAY: Rule<Within<1, 28>> =
    Rule::new("filing_due_day", "25", "Assumption until the Directorate says otherwise: no official day was found");

/// Days before and after the due day on which residents are reminded.
pub const REMINDER_DAYS: Rule<Days> = Rule::new("reminder_days", "-10 -3 1 10 20", "Assumption: notice periods are unknown");

/// A public cell with contributors but fewer than this is confidential.
pub const LEAST_CONTRIBUTORS: Rule<Within<1, 100>> = Rule::new(
    "least_contributors",
    "3",
    "Assumption: no minimum number of respondents was found in the Law on Official Statistics of 11.08.2021",
);

/// The p of the p% rule: how near, in percent of the largest contribution, nobody may come to it. Where contributions are not given
/// to disclosure control, the distance to keep in percent of the value.
pub const PROTECTION_PERCENT: Rule<Within<1, 100>> = Rule::new(
    "protection_percent",
    "10",
    "Assumption after the practice of statistical offices: Hundepool et al., Statistical Disclosure Control (2012), chapter 4",
);

/// From which share of accepted filings, in hundredths of a percent, a quarter whose due day has passed counts as complete.
pub const COMPLETE_SHARE: Rule<Within<0, 10_000>> = Rule::new(
    "complete_share",
    "9000",
    "Assumption: a quarter is complete once its due day has passed and nine of ten filings are accepted",
);

/// How many days after the end of a quarter its release is planned.
pub const RELEASE_DAYS: Rule<Within<1, 365>> = Rule::new(
    "release_days",
    "58",
    "Assumption: filings are due on the 25th of the month after the quarter, and a month is needed to check and amend them",
);

/// The countries of each published group of destinations; every other country is of the last group. A year keeps the groups of its
/// first day.
pub const DESTINATION_GROUPS: Rule<DestinationGroups> = Rule::new(
    "destination_groups",
    "US=US \
     UK+EU=GB,AT,BE,BG,HR,CY,CZ,DK,EE,FI,FR,DE,GR,HU,IE,IT,LV,LT,LU,MT,NL,PL,PT,RO,SK,SI,ES,SE \
     CIS=AM,AZ,BY,KZ,KG,MD,RU,TJ,TM \
     APAC=AU,BD,BN,BT,CN,FJ,HK,ID,IN,JP,KH,KR,LA,LK,MM,MN,MO,MV,MY,NP,NZ,PG,PH,PK,SG,TH,TL,TW,VN \
     MENA=AE,BH,DZ,EG,IL,IQ,IR,JO,KW,LB,LY,MA,OM,PS,QA,SA,SY,TN,TR,YE",
    "Groups of the Directorate's reports; their lists are our assumption: the European Union, the CIS in 2023",
);

/// How many days before a line with a day the rate may lie that it takes.
pub const RATE_LOOK_BACK_DAYS: Rule<Within<0, 31>> = Rule::new(
    "rate_look_back_days",
    "10",
    "Assumption after Tax Code art. 320: the last rate published holds over weekends and holidays, and these end within ten days",
);

/// How far the books and the lines of a filing may differ before a reason is asked for, in hundredths of a percent.
pub const BOOKS_TOLERANCE: Rule<Within<0, 10_000>> =
    Rule::new("books_tolerance", "100", "Assumption: exporters' books use other rates than the mean of the quarter; 1% is asked about");

/// Between which ratios, both ends included, two values differ by a mistaken unit.
pub const SLIP_WIDTHS: Rule<SlipWidths> = Rule::new(
    "slip_widths",
    "10=8-12.5 100=70-135 1000=350-1350 rate=8000-16000 1000000=350000-1350000",
    "Assumption after the practice of statistical offices: 350 to 1,350 around a thousand, the same width around the others",
);

/// How many times the largest, or which part of the smallest, of the history is a jump by itself.
pub const JUMP_FACTOR: Rule<Within<2, 1_000>> =
    Rule::new("jump_factor", "5", "Assumption: tried on invented histories; no such rule was found");

/// How many quarters of history a filing is held against.
pub const HISTORY_QUARTERS: Rule<Within<1, 40>> = Rule::new("history_quarters", "8", "Assumption: two years");

/// Below this neither of two values is worth a question.
pub const QUESTION_FLOOR: Rule<Thresholds> = Rule::new(
    "question_floor",
    "exports_usd=5000 domestic_uzs=50000000 payroll=50000000 employees=20",
    "Assumption: what is smaller does not change what is published",
);

/// From here on a value is asked about if there is no history to hold it against.
pub const LARGE_FIRST: Rule<Thresholds> = Rule::new(
    "large_first",
    "exports_usd=2000000 domestic_uzs=25000000000 payroll=10000000000 employees=500",
    "Assumption: more than all but a few dozen residents reach in a quarter",
);

/// From when on the first values apply: the day of Cabinet Resolution 589, which made the park.
pub const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2019, 7, 15);

/// Every rule. One that a later version of the program brings is added to earlier installations by its key.
pub const REGISTRY: [&dyn Registered; 14] = [
    &FILING_DUE_DAY,
    &REMINDER_DAYS,
    &LEAST_CONTRIBUTORS,
    &PROTECTION_PERCENT,
    &COMPLETE_SHARE,
    &RELEASE_DAYS,
    &DESTINATION_GROUPS,
    &RATE_LOOK_BACK_DAYS,
    &BOOKS_TOLERANCE,
    &SLIP_WIDTHS,
    &JUMP_FACTOR,
    &HISTORY_QUARTERS,
    &QUESTION_FLOOR,
    &LARGE_FIRST,
];
