//! Answers to findings stand in a table of their own, by rule and place; those to a draft's findings stand beside the draft.
//! A version says in which form it was digested.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, string, text, text_null, timestamp_with_time_zone, uuid},
    sea_orm::{prelude::Uuid, sea_query::Query},
};
use serde_json::Value;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut answers = Table::create();
        answers.table("edit_answer").col(uuid("version_id")).col(integer("position"));
        for column in [string("edit"), string("at"), string("compared"), text_null("reason")] {
            answers.col(column);
        }
        answers.primary_key(Index::create().col("version_id").col("position"));
        answers.foreign_key(ForeignKey::create().from_col("version_id").to("filing_version", "id"));
        manager.create_table(answers.take()).await?;
        let mut drafts = Table::create();
        drafts.table("draft_answer").col(uuid("filing_id")).col(string("digest"));
        for column in [boolean("confirmed"), text("reason"), timestamp_with_time_zone("saved_at"), uuid("saved_by")] {
            drafts.col(column);
        }
        drafts.primary_key(Index::create().col("filing_id").col("digest"));
        drafts.foreign_key(ForeignKey::create().from_col("filing_id").to("filing", "id"));
        manager.create_table(drafts.take()).await?;
        manager.alter_table(Table::alter().table("filing_version").add_column(integer("digest_form").default(0)).take()).await?;
        move_answers(manager.get_connection()).await?;
        manager.alter_table(Table::alter().table("filing_version").drop_column("answers").take()).await
    }
}

async fn move_answers(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let asked = Query::select().columns(["id", "answers"]).from("filing_version").and_where(Expr::col("answers").ne("[]")).take();
    for row in db.query_all(&asked).await? {
        let (version, text): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "answers")?);
        let answers: Vec<Value> = serde_json::from_str(&text).map_err(|error| DbErr::Custom(error.to_string()))?;
        for (position, answer) in (0_i32..).zip(&answers) {
            let (edit, at, compared) = finding(answer).ok_or_else(|| DbErr::Custom(format!("an answer of version {version}")))?;
            let reason = answer["reason"].as_str().map(str::to_owned);
            let mut insert = Query::insert();
            insert.into_table("edit_answer").columns(["version_id", "position", "edit", "at", "compared", "reason"]).values_panic([
                version.into(),
                position.into(),
                edit.into(),
                at.into(),
                compared.into(),
                reason.into(),
            ]);
            db.execute(&insert).await?;
        }
    }
    Ok(())
}

/// Rule, place and values of a question as the program wrote it before.
fn finding(answer: &Value) -> Option<(String, String, String)> {
    let edit = answer["question"].as_str()?;
    let number = |name: &str| answer[name].as_i64();
    let slip = answer["slip"].as_str().unwrap_or_default();
    let compared = match edit {
        "books_differ" => format!("books={} lines={}", number("books")?, number("lines")?),
        "jump" => format!("before={} now={} slip={slip}", number("before")?, number("now")?),
        "beyond_all" => format!("most={} now={} slip={slip}", number("most")?, number("now")?),
        "large_first" => format!("now={}", number("now")?),
        "control_total_differs" => format!("difference={}", number("difference")?),
        "unit_slip" => format!("previous={} current={}", number("previous")?, number("current")?),
        _ => return None,
    };
    let at = match (edit, answer["measure"].as_str()) {
        ("unit_slip", _) => "total.services_uzs".to_owned(),
        (_, None) => "control_total".to_owned(),
        (_, Some(measure)) => match answer["at"].as_object() {
            None => {
                let code = match measure {
                    "exports" => "exports_usd",
                    "domestic" => "domestic_uzs",
                    "people" => "employees",
                    other => other,
                };
                format!("total.{code}")
            }
            Some(at) => {
                let field = match measure {
                    "people" => "employees",
                    "payroll" => "payroll",
                    _ => "amount",
                };
                format!("{}.{}.{field}", at.get("section")?.as_str()?, at.get("line")?.as_u64()?)
            }
        },
    };
    Some((edit.to_owned(), at, compared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_before_are_read() {
        for (json, expected) in [
            (r#"{"question":"books_differ","books":5,"lines":7,"reason":"refund"}"#, ("books_differ", "control_total", "books=5 lines=7")),
            (
                r#"{"question":"jump","measure":"people","at":{"section":"people","line":2},"before":4,"now":40,"slip":"10"}"#,
                ("jump", "people.2.employees", "before=4 now=40 slip=10"),
            ),
            (
                r#"{"question":"jump","measure":"payroll","at":null,"before":4,"now":40,"slip":null}"#,
                ("jump", "total.payroll", "before=4 now=40 slip="),
            ),
            (r#"{"question":"large_first","measure":"exports","now":1}"#, ("large_first", "total.exports_usd", "now=1")),
            (
                r#"{"question":"beyond_all","measure":"exports","at":{"section":"exports","line":0},"most":4,"now":40,"slip":null}"#,
                ("beyond_all", "exports.0.amount", "most=4 now=40 slip="),
            ),
            (r#"{"question":"control_total_differs","difference":-5}"#, ("control_total_differs", "control_total", "difference=-5")),
            (r#"{"question":"unit_slip","previous":1,"current":1000}"#, ("unit_slip", "total.services_uzs", "previous=1 current=1000")),
        ] {
            let found = finding(&serde_json::from_str(json).unwrap()).unwrap();
            assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), expected);
        }
        assert!(finding(&serde_json::json!({ "question": "other" })).is_none());
    }
}
