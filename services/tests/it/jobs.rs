//! One server works at a job; others take over after its death; what failed is tried again.

use chrono::TimeDelta;
use domain::jobs::{Job, LEASE, Standing};
use services::{
    ServiceError,
    jobs::{JobView, Worker, jobs},
};

use crate::{on_both, support::Bench};

const JOB: Job = Job::PeriodsOpen;

async fn seen(bench: &Bench) -> JobView {
    let administrator = bench.actor("administrator").await;
    let all = jobs(&bench.store, &administrator).await.unwrap();
    assert_eq!(all.iter().map(|view| view.job).collect::<Vec<_>>(), Job::ALL);
    all.into_iter().find(|view| view.job == JOB).unwrap()
}

on_both!(one_works_and_another_takes_over_after_its_death, async |bench: Bench| {
    let (store, other_store) = (bench.store.clone(), bench.another_server().await);
    let (one, other) = tokio::join!(Worker::begin(&store), Worker::begin(&other_store));
    let (one, other) = (one.unwrap(), other.unwrap());
    let (first, second) = tokio::join!(one.take(&store, JOB), other.take(&other_store, JOB));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first ^ second, "one of two");
    let (at_work, waiting) = if first { (one, other) } else { (other, one) };
    assert_eq!(seen(&bench).await.standing, Standing::UnderWay(bench.store.now()));
    bench.clock.advance(LEASE - TimeDelta::minutes(1));
    assert!(at_work.renew(&store, JOB).await.unwrap());
    bench.clock.advance(LEASE - TimeDelta::minutes(1));
    assert!(!waiting.take(&store, JOB).await.unwrap(), "still heard of");
    // a third that starts makes nothing due at which somebody works
    Worker::begin(&store).await.unwrap();
    bench.clock.advance(TimeDelta::minutes(1));
    assert_eq!(seen(&bench).await.standing, Standing::Abandoned);
    assert!(waiting.take(&store, JOB).await.unwrap(), "the lease has ended");
    assert!(!at_work.renew(&store, JOB).await.unwrap());
    at_work.give_back(&store, JOB, Err("too late".to_owned())).await.unwrap();
    let view = seen(&bench).await;
    assert_eq!((view.standing, view.error), (Standing::UnderWay(store.now()), None), "what comes late is not heard");
    waiting.give_back(&store, JOB, Err("later".to_owned())).await.unwrap();
    assert_eq!(seen(&bench).await.standing, Standing::Failed(2), "the death of the first is a failure too");
    // what failed is not hurried by a server that starts; a server that stops leaves nothing behind
    let third = Worker::begin(&store).await.unwrap();
    assert!(!third.take(&store, JOB).await.unwrap());
    bench.clock.advance(TimeDelta::minutes(2));
    assert!(third.take(&store, JOB).await.unwrap());
    third.end(&store, JOB).await.unwrap();
    assert!(waiting.take(&store, JOB).await.unwrap());
});

on_both!(what_failed_is_tried_again_less_and_less_often, async |bench: Bench| {
    let (store, worker) = (&bench.store, Worker::begin(&bench.store).await.unwrap());
    for (failure, wait) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10)] {
        let outcome = worker.work(store, JOB, async { Err("no disk") }).await.unwrap();
        assert_eq!(outcome, Some(Err("no disk".to_owned())));
        let view = seen(&bench).await;
        assert_eq!((view.standing, view.error.as_deref()), (Standing::Failed(failure), Some("no disk")));
        assert_eq!(view.due_at, store.now() + TimeDelta::minutes(wait));
        bench.clock.advance(TimeDelta::minutes(wait) - TimeDelta::seconds(1));
        let early = worker.work(store, JOB, async { unreachable!("not due") as Result<(), &str> }).await.unwrap();
        assert_eq!(early, None);
        bench.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(worker.work(store, JOB, async { Ok::<_, &str>(()) }).await.unwrap(), Some(Ok(())));
    let view = seen(&bench).await;
    assert_eq!((view.standing, view.error, view.due_at), (Standing::Well, None, store.now() + JOB.every()));
});

on_both!(only_administrators_see_the_jobs, async |bench: Bench| {
    for name in ["a", "reviewer", "samarkand", "statistician"] {
        let refused = jobs(&bench.store, &bench.actor(name).await).await;
        assert!(matches!(refused, Err(ServiceError::Denied(_))), "{name}: {refused:?}");
    }
});
