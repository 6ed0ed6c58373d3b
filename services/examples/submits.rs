//! Submits per second through the use case, beside the same rows written straight to `SQLite` with the same durability.
//! Prints `submits REFERENCE` per second. Run by `cargo xtask bench`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it must be")]

use std::{sync::Arc, time::Instant};

use domain::{
    access::{Actor, Membership},
    clock::FixedClock,
    form::{ExportInput, FormInput},
    quarter::Quarter,
};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use services::{
    Entropy, Store,
    demo::{Scale, world},
    draft, seed, session,
    store::connect_options,
    submit::{Submission, submit},
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

const COUNT: usize = 300;

fn form() -> FormInput {
    let mut form = FormInput::new(domain::region::Region::Samarkand);
    form.domestic[0].activity = "software".into();
    form.domestic[0].amount = "5000000".into();
    let line = |country: &str| ExportInput {
        country: country.into(),
        category: "SI2".into(),
        currency: "USD".into(),
        amount: "1000".into(),
        region: "UZ-SA".into(),
        ..ExportInput::default()
    };
    form.exports = vec![line("US"), line("DE"), line("GB")];
    form.people[0].employees = "12".into();
    form.control_total = "0".into();
    form
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let through = through_the_use_case(&url("one.sqlite")).await;
    let straight = straight(&url("two.sqlite")).await;
    println!("{through:.1} {straight:.1}");
}

async fn through_the_use_case(url: &str) -> f64 {
    let db = Database::connect(connect_options(url, 1)).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db.close().await.unwrap();
    let world = world(Scale { residents: COUNT * 2, quarters: 1, ..Scale::default() }).unwrap();
    let store = Store::connect(url, Arc::new(FixedClock(world.stands_at)), Arc::new(Counter(1.into()))).await.unwrap();
    seed::fill(&store, &world, &session::hash_password(&store, "x").await.unwrap()).await.unwrap();
    let token = session::sign_in(&store, "resident@itpark.example", "x", "bench").await.unwrap();
    let person = session::caller(&store, Some(&token)).await.unwrap().actor.person().unwrap();
    let memberships =
        world.residents.iter().map(|(resident, _)| Membership { resident: resident.id, prepare: true, submit: true }).collect();
    let actor = Actor::Person { id: person, memberships, roles: vec![] };
    let quarter: Quarter = "2023-Q3".parse().unwrap();
    let mut ready = Vec::new();
    for (resident, _) in &world.residents {
        if let Ok(revision) = draft::save(&store, &actor, resident.id, quarter, 0, &form()).await {
            ready.push((resident.id, revision));
        }
    }
    let ready: Vec<_> = ready.into_iter().take(COUNT).collect();
    let started = Instant::now();
    for (resident, revision) in &ready {
        let key = resident.to_string();
        let submission = Submission { revision: *revision, idempotency_key: &key, confirmed: true };
        submit(&store, &actor, *resident, quarter, submission).await.unwrap();
    }
    per_second(ready.len(), started)
}

/// The same rows, each submission in one IMMEDIATE transaction.
async fn straight(url: &str) -> f64 {
    let db = Database::connect(connect_options(url, 1)).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
    let started = Instant::now();
    for n in 0..COUNT {
        let lines: String = (0..3).fold(String::new(), |sql, position| {
            sql + &format!(
                "INSERT INTO export_line VALUES (x'{n:032x}',{position},'US','SI2','USD',100000,'UZ-SA',NULL,NULL,NULL,12000000000,12000000000,1200000000,100000);"
            )
        });
        let sql = format!(
            "BEGIN IMMEDIATE;\
             INSERT INTO filing_version VALUES (x'{n:032x}',x'{n:032x}',1,'submitted','UZ-SA',NULL,x'00','2023-10-20 05:00:00.000 +00:00',0,'r{n}','k{n}',\
             'd6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0d6a1f6b0',NULL,NULL,NULL,'[]',0,500000000,3600000000,300000,12);\
             INSERT INTO domestic_line VALUES (x'{n:032x}',0,'UZ-SA','software',500000000);{lines}\
             INSERT INTO people_line VALUES (x'{n:032x}',0,'UZ-SA',12,0,0,0,0,0,0);\
             INSERT INTO filing VALUES (x'{n:032x}',x'{n:032x}','2023-Q3','submitted',1,NULL,NULL,NULL,1,NULL,NULL);\
             INSERT INTO audit_event VALUES ({n},'2023-10-20 05:00:00.000 +00:00',x'00','filing.submit','filing/{n}','{{}}','p','h');\
             UPDATE audit_head SET seq = {n} WHERE id = 1;\
             COMMIT;"
        );
        db.execute_unprepared(&sql).await.unwrap();
    }
    per_second(COUNT, started)
}

fn per_second(count: usize, started: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / started.elapsed().as_secs_f64()
}
