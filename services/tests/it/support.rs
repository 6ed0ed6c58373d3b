//! A database with a handful of residents and officials, on either backend.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    access::{Actor, Role},
    clock::Clock,
    edits::Reply,
    exchange::UnitRate,
    form::{Field, FormInput, Section, TypedLine},
    ids::{FilingId, ResidentId},
    obligation::StatusSpan,
    people::PeopleCount,
    quarter::Quarter,
    region::Region,
    register::Value,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use services::{
    Entropy, Store,
    accounts::{person::Position, session},
    filings::submit::Submission,
    founding::{Founder, Founding, found},
    periods,
    reference::rates::NewRate,
    register::{NewResident, Resident},
    releases::{Content, File},
    store::connect_options,
};
use tempfile::TempDir;
use uuid::Uuid;

/// Expands to a test on `SQLite` and one on `PostgreSQL`. The body gets a [`Bench`].
#[macro_export]
macro_rules! on_both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                ($body)($crate::support::Bench::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                ($body)($crate::support::Bench::postgres().await).await;
            }
        }
    };
}

/// A clock that a test moves.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Releases without files.
#[expect(clippy::unnecessary_wraps, reason = "files may fail to be made")]
pub fn no_files(_: &Content) -> Result<Vec<File>, String> {
    Ok(Vec::new())
}

impl TestClock {
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

/// Different bytes at each call, the same in each run.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let n = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&n.to_be_bytes()[..chunk.len()]);
        }
    }
}

pub struct Bench {
    pub store: Store,
    pub clock: Arc<TestClock>,
    /// Address of the database.
    pub url: String,
    _folder: TempDir,
}

pub const A: ResidentId = ResidentId(Uuid::from_u128(0xa));
pub const B: ResidentId = ResidentId(Uuid::from_u128(0xb));
pub const PASSWORD: &str = "open-sesame";

pub fn q(text: &str) -> Quarter {
    text.parse().unwrap()
}

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

pub async fn migrated(url: &str) {
    let db = Database::connect(connect_options(url, 1)).await.unwrap();
    migrations::up(&db).await.unwrap();
    db.close().await.unwrap();
}

/// An empty, migrated `PostgreSQL` database of its own.
pub async fn postgres_url() -> String {
    let url = empty_postgres_url().await;
    migrated(&url).await;
    url
}

/// A `PostgreSQL` database of its own without tables. One of that name is left by a process that has ended.
pub async fn empty_postgres_url() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let base =
        std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES is an address of PostgreSQL; `cargo xtask test` starts one and sets it");
    let name = format!("t{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
    let admin = Database::connect(connect_options(&base, 1)).await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    format!("{}/{name}", base.rsplit_once('/').unwrap().0)
}

pub fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("test.sqlite").display())
}

impl Bench {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder);
        migrated(&url).await;
        Self::open(&url, folder).await
    }

    pub async fn postgres() -> Self {
        Self::open(&postgres_url().await, tempfile::tempdir().unwrap()).await
    }

    /// Connected, on 20 October 2023, filled with two residents and an official of each kind.
    async fn open(url: &str, folder: TempDir) -> Self {
        let bench = Self::connect(url, folder).await;
        let hash = session::hash_password(&bench.store, PASSWORD).await.unwrap();
        found(&bench.store, &small_world(bench.clock.now()), &hash).await.unwrap();
        periods::open_ended(&bench.store).await.unwrap();
        periods::close(&bench.store, q("2022-Q4")).await.unwrap();
        bench
    }

    /// Connected, without data.
    pub async fn connect(url: &str, folder: TempDir) -> Self {
        let clock = Arc::new(TestClock(Mutex::new("2023-10-20T05:00:00Z".parse().unwrap())));
        let store = Store::connect(url, clock.clone(), Arc::new(Counter(AtomicU64::new(1)))).await.unwrap();
        Self { store, clock, url: url.to_owned(), _folder: folder }
    }

    /// Another server of the same installation.
    pub async fn another_server(&self) -> Store {
        Store::connect(&self.url, self.clock.clone(), Arc::new(Counter(AtomicU64::new(1_000_000)))).await.unwrap()
    }

    /// The database by other means than the use cases.
    pub async fn by_hand(&self) -> DatabaseConnection {
        Database::connect(connect_options(&self.url, 1)).await.unwrap()
    }

    pub async fn actor(&self, name: &str) -> Actor {
        let token = session::sign_in(&self.store, &format!("{name}@test.example"), PASSWORD, "127.0.0.1").await.unwrap();
        session::caller(&self.store, Some(&token)).await.unwrap().actor
    }

    /// Saves and submits a form; the key is new each time.
    pub async fn file(&self, actor: &Actor, resident: ResidentId, quarter: Quarter, form: &FormInput) -> u32 {
        let revision = self.revision(actor, resident, quarter).await;
        let revision = services::filings::draft::save(&self.store, actor, resident, quarter, revision, form).await.unwrap();
        let key = self.store.new_id().to_string();
        let replies = self.replies(actor, resident, quarter, "other rates in the books").await;
        let submission = Submission { revision, idempotency_key: &key, replies: &replies };
        services::filings::submit::submit(&self.store, actor, resident, quarter, submission).await.unwrap()
    }

    /// Confirms whatever the saved draft is asked about.
    pub async fn replies(&self, actor: &Actor, resident: ResidentId, quarter: Quarter, reason: &str) -> Vec<Reply> {
        let asked = services::filings::submit::check_answers(&self.store, actor, resident, quarter).await.unwrap().asked;
        asked.into_iter().map(|asked| Reply { digest: asked.digest, confirmed: true, reason: reason.to_owned() }).collect()
    }

    pub async fn revision(&self, actor: &Actor, resident: ResidentId, quarter: Quarter) -> i32 {
        match services::filings::draft::find_own(&self.store, actor, resident, quarter).await.unwrap() {
            services::filings::draft::Found::Draft(draft) => draft.revision,
            services::filings::draft::Found::Sent(_) => panic!("nothing to write"),
        }
    }

    pub async fn filing_id(&self, actor: &Actor, resident: ResidentId, quarter: Quarter) -> FilingId {
        services::filings::draft::sent(&self.store, actor, resident, quarter).await.unwrap().id
    }
}

fn resident(id: ResidentId, number: &str, name: &str, region: Region) -> NewResident {
    let resident = Resident {
        id,
        tax_number: number.to_owned(),
        name: name.to_owned(),
        region,
        self_employed: false,
        foreign_owned: false,
        certificate: "1".to_owned(),
        invented: true,
    };
    let also = vec![Value::Activities(vec![domain::classification::Activity::Software]), Value::OwnerGroup(format!("group-{name}"))];
    NewResident { resident, status: vec![StatusSpan { from: day(2022, 12, 1), until: None }], also }
}

pub fn rate(currency: &str, on: NaiveDate, rate: &str) -> NewRate {
    let unit_rate = UnitRate::from_published(rate, "1").unwrap();
    NewRate { currency: currency.to_owned(), day: on, rate: rate.to_owned(), nominal: 1, unit_rate, before: None }
}

fn small_world(stands_at: DateTime<Utc>) -> Founding {
    let person = |name: &str, positions| Founder { email: format!("{name}@test.example"), name: name.to_owned(), positions };
    let member = |name: &str, id| person(name, vec![Position::Member(id, day(2022, 12, 1))]);
    let official = |name: &str, role| person(name, vec![Position::Official(role)]);
    let days = [day(2023, 1, 3), day(2023, 4, 3), day(2023, 7, 3), day(2023, 9, 29)];
    let rates = days.into_iter().flat_map(|on| [rate("USD", on, "12000.00"), rate("EUR", on, "13200.00"), rate("GBP", on, "15000.00")]);
    Founding {
        stands_at,
        residents: vec![resident(A, "300000001", "A", Region::Samarkand), resident(B, "300000002", "B", Region::Bukhara)],
        people: vec![
            member("a", A),
            official("reviewer", Role::Reviewer),
            member("b", B),
            official("samarkand", Role::RegionalViewer(Region::Samarkand)),
            official("bukhara", Role::RegionalViewer(Region::Bukhara)),
            official("statistician", Role::Statistician),
            official("administrator", Role::Administrator),
        ],
        rates: (rates.collect(), "test".to_owned()),
    }
}

fn export(country: &str, currency: &str, amount: &str, region: Region) -> TypedLine {
    let texts = [
        (Field::Country, country),
        (Field::Category, "SI2"),
        (Field::Currency, currency),
        (Field::Amount, amount),
        (Field::Region, region.iso()),
    ];
    TypedLine::of(Section::Exports, texts)
}

/// Types into a field of a line.
pub fn set(line: &mut TypedLine, field: Field, text: &str) {
    text.clone_into(line.entry(field));
}

/// Three export currencies in two regions: $1,000.00 + €2,000.00 + £300.00 at 12,000, 13,200 and 15,000 is $3,575.00.
pub fn three_currencies() -> FormInput {
    let mut form = FormInput::new(Region::Samarkand);
    let domestic = [(Field::Region, "UZ-SA"), (Field::Activity, "software"), (Field::Amount, "5 000 000")];
    form.domestic[0] = TypedLine::of(Section::Domestic, domestic);
    form.exports = vec![
        export("US", "USD", "1 000", Region::Samarkand),
        export("DE", "EUR", "2 000,00", Region::Samarkand),
        export("GB", "GBP", "300.00", Region::Navoi),
    ];
    set(&mut form.people[0], Field::People(PeopleCount::Employees), "12");
    form.control_total = "47900000".into();
    form
}
