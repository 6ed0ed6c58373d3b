//! Submits per second through the use case, beside the same rows written straight to `SQLite` with the same durability.
//! Prints `submits REFERENCE` per second. Run by `cargo xtask bench`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{
    access::{Actor, Membership},
    clock::FixedClock,
    content::PeopleCount,
    form::{Field, FormInput, Section, TypedLine},
    ids::ResidentId,
    quarter::Quarter,
};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use services::{
    Entropy, Store,
    accounts::session,
    demo::{Scale, world},
    filings::{
        answers::Reply,
        draft,
        submit::{Submission, check_answers, submit},
    },
    seed,
    store::connect_options,
};

struct Counter(std::sync::atomic::AtomicU64);

impl Entropy for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&n.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// Submissions of one side before the other side's turn, so that a disk that slows down slows both.
const TURN: usize = 10;
const TURNS: usize = 40;
const COUNT: usize = TURN * TURNS;

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
    let drafts = Drafts::saved(&url("one.sqlite")).await;
    let rows = Rows::begin(&url("two.sqlite")).await;
    let (mut submitting, mut writing) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        let numbers = turn * TURN..(turn + 1) * TURN;
        let started = Instant::now();
        drafts.submit(numbers.clone()).await;
        submitting += started.elapsed();
        let started = Instant::now();
        rows.write(numbers).await;
        writing += started.elapsed();
    }
    println!("{:.1} {:.1}", per_second(submitting), per_second(writing));
}

/// Drafts that only have to be submitted.
struct Drafts {
    store: Store,
    actor: Actor,
    quarter: Quarter,
    ready: Vec<(ResidentId, i32, Vec<Reply>)>,
}

impl Drafts {
    async fn saved(url: &str) -> Self {
        let db = Database::connect(connect_options(url, 1)).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        db.close().await.unwrap();
        let world = world(Scale { residents: COUNT * 2, quarters: 1, ..Scale::default() }).unwrap();
        let store = Store::connect(url, Arc::new(FixedClock(world.stands_at)), Arc::new(Counter(1.into()))).await.unwrap();
        seed::fill(&store, &world, &session::hash_password(&store, "x").await.unwrap()).await.unwrap();
        let token = session::sign_in(&store, "resident@itpark.example", "x", "bench").await.unwrap();
        let person = session::caller(&store, Some(&token)).await.unwrap().actor.person().unwrap();
        let memberships = world.residents.iter().map(|new| Membership { resident: new.resident.id, prepare: true, submit: true }).collect();
        let actor = Actor::Person { id: person, memberships, roles: vec![] };
        let quarter: Quarter = "2023-Q3".parse().unwrap();
        let mut ready = Vec::new();
        for resident in world.residents.iter().map(|new| &new.resident) {
            if let Ok(revision) = draft::save(&store, &actor, resident.id, quarter, 0, &form()).await {
                let asked = check_answers(&store, &actor, resident.id, quarter).await.unwrap().asked;
                let reply = |digest| Reply { digest, confirmed: true, reason: "benchmark".to_owned() };
                ready.push((resident.id, revision, asked.into_iter().map(|asked| reply(asked.digest)).collect()));
            }
        }
        assert!(ready.len() >= COUNT, "{} drafts for {COUNT} submissions", ready.len());
        Self { store, actor, quarter, ready }
    }

    async fn submit(&self, numbers: Range<usize>) {
        for (resident, revision, replies) in &self.ready[numbers] {
            let key = resident.to_string();
            let submission = Submission { revision: *revision, idempotency_key: &key, replies };
            submit(&self.store, &self.actor, *resident, self.quarter, submission).await.unwrap();
        }
    }
}

/// The same rows, each submission in one IMMEDIATE transaction.
struct Rows(DatabaseConnection);

impl Rows {
    async fn begin(url: &str) -> Self {
        let db = Database::connect(connect_options(url, 1)).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        db.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
        Self(db)
    }

    async fn write(&self, numbers: Range<usize>) {
        for n in numbers {
            self.0.execute_unprepared(&rows_of(n)).await.unwrap();
        }
    }
}

fn rows_of(n: usize) -> String {
    let lines: String = (0..3).fold(String::new(), |sql, position| {
        sql + &format!(
            "INSERT INTO export_line VALUES (x'{n:032x}',{position},'US','SI2','USD',100000,'UZ-SA',NULL,NULL,NULL,12000000000,12000000000,1200000000,100000);"
        )
    });
    format!(
        "BEGIN IMMEDIATE;\
         INSERT INTO filing_version VALUES (x'{n:032x}',x'{n:032x}',1,'submitted','UZ-SA',NULL,x'00','2023-10-20 05:00:00.000 +00:00',0,'r{n}','k{n}',\
         'd6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0',NULL,NULL,NULL,0,500000000,3600000000,300000,12,'2023-Q3',4100000000,1);\
         INSERT INTO domestic_line VALUES (x'{n:032x}',0,'UZ-SA','software',500000000);{lines}\
         INSERT INTO edit_answer VALUES (x'{n:032x}',0,'books_differ','control_total','books=0 lines=4100000000','benchmark');\
         INSERT INTO people_line VALUES (x'{n:032x}',0,'UZ-SA',12,0,0,0,0,0,0);\
         INSERT INTO filing VALUES (x'{n:032x}',x'{n:032x}','2023-Q3','submitted',1,NULL,NULL);\
         INSERT INTO audit_event VALUES ({n},'2023-10-20 05:00:00.000 +00:00',x'00','filing.submit','filing/{n}','{{}}','p','h');\
         UPDATE audit_head SET seq = {n} WHERE id = 1;\
         COMMIT;"
    )
}

fn per_second(took: Duration) -> f64 {
    f64::from(u32::try_from(COUNT).unwrap()) / took.as_secs_f64()
}
