//! Writes a second: submissions and acceptances beside the same rows written straight to `SQLite` with the same durability, and
//! submissions while 50 drafts a second are saved beside submissions alone, on both databases (`TEST_POSTGRES` names one).
//! Prints lines of what, measured, reference, its figure and the aim. Run by `cargo xtask bench`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{
    fmt::Write as _,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use demonstration::{Scale, fill, world};
use domain::{
    access::{Actor, Membership},
    clock::FixedClock,
    edits::Reply,
    form::{Field, FormInput, Section, TypedLine},
    ids::{FilingId, ResidentId},
    people::PeopleCount,
    quarter::Quarter,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use services::{
    Entropy, Store,
    accounts::session,
    filings::{
        draft,
        review::accept,
        submit::{Submission, check_answers, submit},
    },
    store::connect_options,
};
use tokio::{sync::Mutex, task::JoinSet};

struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let n = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&n.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// Writes of one side before the other side's turn, so that a disk that slows down slows both.
const TURN: usize = 10;
const COUNT: usize = 400;
/// The same where others type: long enough for them to type on.
const TYPING_TURN: usize = 50;

fn form() -> FormInput {
    let mut form = FormInput::new(domain::region::Region::Samarkand);
    let domestic = [(Field::Region, "UZ-SA"), (Field::Activity, "software"), (Field::Amount, "5000000")];
    form.domestic[0] = TypedLine::of(Section::Domestic, domestic);
    let line = |country| {
        let texts = [
            (Field::Country, country),
            (Field::Category, "SI2"),
            (Field::Currency, "USD"),
            (Field::Amount, "1000"),
            (Field::Region, "UZ-SA"),
        ];
        TypedLine::of(Section::Exports, texts)
    };
    form.exports = vec![line("US"), line("DE"), line("GB")];
    "12".clone_into(form.people[0].entry(Field::People(PeopleCount::Employees)));
    form.control_total = "0".into();
    form
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    beside_rows(&url("one.sqlite"), &url("two.sqlite")).await;
    while_drafting("SQLite", &url("three.sqlite")).await;
    let base = std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES names a cluster");
    let admin = Database::connect(connect_options(&base, 1)).await.unwrap();
    admin.execute_unprepared("CREATE DATABASE writes").await.unwrap();
    while_drafting("PostgreSQL", &format!("{}/writes", base.rsplit_once('/').unwrap().0)).await;
}

async fn beside_rows(through: &str, straight: &str) {
    let (drafts, rows) = (Drafts::saved(through).await, Rows::begin(straight).await);
    let mut times = [Duration::ZERO; 4];
    for turn in 0..COUNT / TURN {
        let numbers = turn * TURN..(turn + 1) * TURN;
        let since = Instant::now();
        drafts.submit(numbers.clone()).await;
        times[0] += since.elapsed();
        let since = Instant::now();
        rows.write(numbers.clone(), submitted_rows).await;
        times[1] += since.elapsed();
        let filings = drafts.filings(numbers.clone()).await;
        let since = Instant::now();
        drafts.accept(&filings).await;
        times[2] += since.elapsed();
        let since = Instant::now();
        rows.write(numbers, accepted_rows).await;
        times[3] += since.elapsed();
    }
    let [submits, submitted, accepts, accepted] = times.map(|time| per_second(COUNT, time));
    println!("submits a second;{submits:.0};the same rows straight to SQLite;{submitted:.0};at least 0.3");
    println!("acceptances a second;{accepts:.0};the same rows straight to SQLite;{accepted:.0};");
}

/// Submissions while others type, beside submissions alone.
async fn while_drafting(database: &str, url: &str) {
    let drafts = Drafts::saved(url).await;
    let (mut alone, mut beside, mut saved) = (Duration::ZERO, Duration::ZERO, 0);
    for turn in 0..COUNT / TYPING_TURN {
        let numbers = turn * TYPING_TURN..(turn + 1) * TYPING_TURN;
        let since = Instant::now();
        if turn % 2 == 0 {
            drafts.submit(numbers).await;
            alone += since.elapsed();
        } else {
            let done = Arc::new(AtomicBool::new(false));
            let typing = tokio::spawn(drafts.type_until(done.clone()));
            drafts.submit(numbers).await;
            beside += since.elapsed();
            done.store(true, Ordering::SeqCst);
            saved += typing.await.unwrap();
        }
    }
    let rate = f64::from(saved) / beside.as_secs_f64();
    let (alone, beside) = (per_second(COUNT / 2, alone), per_second(COUNT / 2, beside));
    println!("submits a second on {database} while {rate:.0} drafts a second are saved;{beside:.0};while none are;{alone:.0};");
}

/// Drafts that only have to be submitted.
struct Drafts {
    store: Store,
    actor: Actor,
    reviewer: Actor,
    quarter: Quarter,
    ready: Vec<(ResidentId, i32, Vec<Reply>)>,
    /// Whose drafts are saved by others meanwhile, and their revisions.
    typed: Arc<Mutex<Vec<(ResidentId, i32)>>>,
}

impl Drafts {
    async fn saved(url: &str) -> Self {
        let db = Database::connect(connect_options(url, 1)).await.unwrap();
        migrations::up(&db).await.unwrap();
        db.close().await.unwrap();
        let world = world(Scale { residents: COUNT * 2 + 200, quarters: 1, ..Scale::default() }).unwrap();
        let store = Store::connect(url, Arc::new(FixedClock(world.founding.stands_at)), Arc::new(Counter(1.into()))).await.unwrap();
        fill(&store, &world, &session::hash_password(&store, "x").await.unwrap(), |_| Ok(Vec::new())).await.unwrap();
        let actor = async |who: &str| {
            let token = session::sign_in(&store, &format!("{who}@itpark.example"), "x", "bench").await.unwrap();
            session::caller(&store, Some(&token)).await.unwrap().actor
        };
        let (person, reviewer) = (actor("resident").await.person().unwrap(), actor("reviewer").await);
        let memberships =
            world.founding.residents.iter().map(|new| Membership { resident: new.resident.id, prepare: true, submit: true }).collect();
        let actor = Actor::Person { id: person, memberships, roles: vec![] };
        let quarter: Quarter = "2023-Q3".parse().unwrap();
        let (mut ready, mut typed) = (Vec::new(), Vec::new());
        for resident in world.founding.residents.iter().map(|new| &new.resident) {
            let Ok(revision) = draft::save(&store, &actor, resident.id, quarter, 0, &form()).await else { continue };
            if ready.len() >= COUNT {
                typed.push((resident.id, revision));
            } else {
                let asked = check_answers(&store, &actor, resident.id, quarter).await.unwrap().asked;
                let reply = |digest| Reply { digest, confirmed: true, reason: "benchmark".to_owned() };
                ready.push((resident.id, revision, asked.into_iter().map(|asked| reply(asked.digest)).collect()));
            }
        }
        assert!(ready.len() == COUNT && typed.len() > 20, "{} drafts for {COUNT} submissions", ready.len());
        Self { store, actor, reviewer, quarter, ready, typed: Arc::new(Mutex::new(typed)) }
    }

    async fn submit(&self, numbers: Range<usize>) {
        for (resident, revision, replies) in &self.ready[numbers] {
            let key = resident.to_string();
            let submission = Submission { revision: *revision, idempotency_key: &key, replies };
            submit(&self.store, &self.actor, *resident, self.quarter, submission).await.unwrap();
        }
    }

    /// Filings with the number of the version that waits: some were returned once.
    async fn filings(&self, numbers: Range<usize>) -> Vec<(FilingId, u32)> {
        let mut filings = Vec::new();
        for (resident, ..) in &self.ready[numbers] {
            let sent = draft::sent(&self.store, &self.actor, *resident, self.quarter).await.unwrap();
            filings.push((sent.id, sent.versions[0].number));
        }
        filings
    }

    async fn accept(&self, filings: &[(FilingId, u32)]) {
        for (filing, number) in filings {
            accept(&self.store, &self.reviewer, *filing, *number).await.unwrap();
        }
    }

    /// Saves fifty drafts a second until the submissions are done; returns how many.
    fn type_until(&self, done: Arc<AtomicBool>) -> impl Future<Output = u32> + use<> {
        let (store, actor, quarter, typed) = (self.store.clone(), self.actor.clone(), self.quarter, self.typed.clone());
        async move {
            let (mut typed, mut pause, mut saves) = (typed.lock().await, tokio::time::interval(Duration::from_millis(20)), JoinSet::new());
            while !done.load(Ordering::SeqCst) {
                pause.tick().await;
                // a person each, who waits for nobody else
                let (at, store, actor) = (saves.len(), store.clone(), actor.clone());
                let (resident, revision) = typed[at];
                let text = FormInput { control_total: (revision + 1).to_string(), ..form() };
                saves.spawn(async move { (at, draft::save(&store, &actor, resident, quarter, revision, &text).await.unwrap()) });
            }
            let revisions = saves.join_all().await;
            for (at, revision) in &revisions {
                typed[*at].1 = *revision;
            }
            u32::try_from(revisions.len()).unwrap()
        }
    }
}

/// The same rows, each step in one IMMEDIATE transaction.
struct Rows(DatabaseConnection);

impl Rows {
    async fn begin(url: &str) -> Self {
        let db = Database::connect(connect_options(url, 1)).await.unwrap();
        migrations::up(&db).await.unwrap();
        db.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
        Self(db)
    }

    async fn write(&self, numbers: Range<usize>, rows: fn(usize) -> String) {
        for n in numbers {
            self.0.execute_unprepared(&format!("BEGIN IMMEDIATE;{}COMMIT;", rows(n))).await.unwrap();
        }
    }
}

const DIGEST: &str = "d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0";

fn event_rows(seq: usize, action: &str, n: usize) -> String {
    format!(
        "INSERT INTO audit_event VALUES ({seq},'2023-10-20 05:00:00.000 +00:00',x'00','{action}','filing/{n}','{{}}','{DIGEST}','{DIGEST}',1);\
         INSERT INTO audit_record VALUES ('filing','{n:032x}',{seq},1,'{DIGEST}'),('filing_version','{n:032x}',{seq},1,'{DIGEST}');\
         UPDATE audit_head SET seq = {seq}, hash = '{DIGEST}' WHERE id = 1;"
    )
}

fn submitted_rows(n: usize) -> String {
    let lines: String = (0..3).fold(String::new(), |sql, position| {
        sql + &format!(
            "INSERT INTO export_line VALUES (x'{n:032x}',{position},'US','SI2','USD',100000,'UZ-SA',NULL,NULL,NULL,12000000000,12000000000,1200000000,100000);"
        )
    });
    format!(
        "INSERT INTO filing_version VALUES (x'{n:032x}',x'{n:032x}',1,'submitted','UZ-SA',NULL,x'00','2023-10-20 05:00:00.000 +00:00',0,'r{n}','k{n}',\
         '{DIGEST}',NULL,NULL,NULL,0,500000000,3600000000,300000,12,'2023-Q3',4100000000,1);\
         INSERT INTO domestic_line VALUES (x'{n:032x}',0,'UZ-SA','software',500000000);{lines}\
         INSERT INTO people_line VALUES (x'{n:032x}',0,'UZ-SA',12,0,0,0,0,0,0);\
         INSERT INTO edit_answer VALUES (x'{n:032x}',0,'books_differ','control_total','books=0 lines=4100000000','benchmark');\
         INSERT INTO filing VALUES (x'{n:032x}',x'{n:032x}','2023-Q3','submitted',1,NULL,NULL);{}",
        event_rows(n * 2 + 1, "filing.submit", n)
    )
}

/// Items of the filing's contributions, at two places.
const ITEMS: [&str; 8] =
    ["all", "activity/software", "category/SI2", "country/DE", "country/GB", "country/US", "destination/UK+EU", "destination/US"];

fn accepted_rows(n: usize) -> String {
    let amounts = ["1"; 12].join(",");
    let mut sql = format!(
        "UPDATE filing_version SET state = 'accepted', decided_by = x'00', decided_at = '2023-10-20 05:00:00.000 +00:00' WHERE id = x'{n:032x}';\
         UPDATE filing SET state = 'accepted', accepted_version = 1 WHERE id = x'{n:032x}';"
    );
    for (place, national) in [("registered/UZ-SA", true), ("activity/UZ-SA", false)] {
        for item in ITEMS {
            write!(sql, "INSERT INTO contribution VALUES ('2023-Q3',x'{n:032x}','{place}','{item}',{amounts});").unwrap();
            for scope in [Some(place), national.then_some("UZ")].into_iter().flatten() {
                for period in ["2023-Q3", "2023-H2", "2023-9M", "2023"] {
                    let row = format!("'{period}','{scope}','{item}',{amounts},{amounts}");
                    write!(sql, "INSERT OR REPLACE INTO rollup VALUES ({row});").unwrap();
                }
            }
        }
    }
    sql + &event_rows(n * 2 + 2, "filing.accept", n)
}

fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64()
}
