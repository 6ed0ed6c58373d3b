//! Every text that a person or a program can send, with characters that a database cannot store: refused where it stands, on
//! both databases alike, and never an error of ours.

use domain::{
    edits::Edit,
    form::{Field, FieldPath, FormInput, Section},
};
use services::{
    ServiceError,
    accounts::session,
    filings::{
        draft::{amend, save},
        kept::{Subject, find_reason, keep_form, keep_reason, person_of},
        list::{Filter, list},
        replies::keep,
        review::{accept, return_for_correction},
        submit::{Submission, check_answers, submit, withdraw},
    },
    verify::verify,
};

use crate::{
    on_both,
    support::{A, Bench, q, three_currencies},
};

const WRONG: [&str; 4] = ["a\0b", "\0", "a\u{1b}[2Jb", "a\u{85}b"];

fn is_ours<T>(result: &services::Result<T>) -> bool {
    matches!(result, Err(ServiceError::Database(_) | ServiceError::Corrupt(_) | ServiceError::Busy | ServiceError::Hashing))
}

on_both!(every_field_of_the_form_takes_it_and_says_so, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    let mut fields = vec![FieldPath::Books];
    for section in Section::ALL {
        fields.extend(section.fields().iter().map(|spec| FieldPath::of(*section, 0, spec.field)));
    }
    let mut revision = 0;
    for field in fields {
        for wrong in WRONG {
            let mut form: FormInput = three_currencies();
            *form.field_mut(field).unwrap() = wrong.to_owned();
            revision = save(&bench.store, &a, A, quarter, revision, &form).await.unwrap();
            let Err(ServiceError::Invalid(findings)) = check_answers(&bench.store, &a, A, quarter).await else {
                panic!("{field} takes {wrong:?}")
            };
            assert!(findings.iter().any(|finding| finding.at == field), "{field} {wrong:?}: {findings:?}");
            if matches!(field, FieldPath::Line { field: Field::Contract, .. }) {
                assert_eq!(findings[0].edit(), Edit::ControlCharacter);
            }
            keep_form(&bench.store, a.person().unwrap(), A, quarter, &form).await.unwrap();
        }
    }
});

on_both!(reasons_keys_names_and_searches_are_refused_without_an_error_of_ours, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    let mut form = three_currencies();
    form.control_total = "5".into();
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    for wrong in WRONG {
        assert!(matches!(return_for_correction(&bench.store, &reviewer, id, 1, wrong).await, Err(ServiceError::Step(_))), "{wrong:?}");
        let kept = keep_reason(&bench.store, reviewer.person().unwrap(), Subject::Return(id), wrong).await.unwrap();
        assert_eq!(find_reason(&bench.store, &reviewer, Subject::Return(id), kept).await.unwrap(), wrong, "kept word for word");
        assert!(matches!(session::sign_in(&bench.store, wrong, "x", "t").await, Err(ServiceError::WrongCredentials)));
        assert!(matches!(session::sign_in(&bench.store, "nobody@test.example", wrong, "t").await, Err(ServiceError::WrongCredentials)));
        assert!(!is_ours(&session::caller(&bench.store, Some(wrong)).await));
        assert!(!is_ours(&person_of(&bench.store, wrong, Subject::Return(id)).await));
        let search = Filter { search: wrong.to_owned(), ..Filter::default() };
        assert!(!is_ours(&list(&bench.store, &reviewer, &search, None).await));
    }
    withdraw(&bench.store, &a, A, quarter, 1).await.unwrap();
    let revision = bench.revision(&a, A, quarter).await;
    let revision = save(&bench.store, &a, A, quarter, revision, &form).await.unwrap();
    for wrong in WRONG {
        let replies = bench.replies(&a, A, quarter, wrong).await;
        let reason = Submission { revision, idempotency_key: "k", replies: &replies };
        assert!(matches!(submit(&bench.store, &a, A, quarter, reason).await, Err(ServiceError::Unanswered)), "{wrong:?}");
        keep(&bench.store, &a, A, quarter, &replies).await.unwrap();
        let asked = check_answers(&bench.store, &a, A, quarter).await.unwrap().asked;
        assert_eq!(asked[0].reply.as_ref(), replies.first(), "kept word for word");
        let key = Submission { revision, idempotency_key: wrong, replies: &[] };
        assert!(matches!(submit(&bench.store, &a, A, quarter, key).await, Err(ServiceError::BadKey)), "{wrong:?}");
    }
    bench.file(&a, A, quarter, &three_currencies()).await;
    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    for wrong in WRONG {
        assert!(matches!(amend(&bench.store, &a, A, quarter, wrong).await, Err(ServiceError::Step(_))), "{wrong:?}");
    }
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});
