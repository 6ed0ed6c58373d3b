//! Disclosure control through the real binary: what it writes, and its exit codes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const INSTANCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../disclosure/tests/data/sdc");

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, value: &Value) {
        fs::write(self.path(name), value.to_string()).unwrap();
    }

    fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_itpark")).arg("disclosure").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// The exit code, and what was said on the error output.
    fn told(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.run(arguments);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

fn small(must_publish: bool) -> Value {
    json!({
        "parameters": { "min_contributors": 3, "p_percent": 10, "dominance": null },
        "cells": [
            { "id": "t", "value": 130, "contributors": 20, "published_before": true },
            { "id": "a", "value": 40, "contributors": 2 },
            { "id": "b", "value": 30, "contributors": 4, "must_publish": must_publish },
            { "id": "c", "value": 60, "contributors": 9, "must_publish": must_publish },
        ],
        "equations": [{ "total": "t", "parts": ["a", "b", "c"] }],
    })
}

#[test]
fn a_table_becomes_a_problem_a_pattern_and_a_certificate() {
    let desk = Desk::new();
    let (cells, places) = (format!("{INSTANCE}/turnover_nuts_size.csv"), format!("{INSTANCE}/nuts23_fr_corr_table.csv"));
    let names =
        ["--row", "NUTS", "--column", "SIZE", "--hierarchy", &places, "--value", "TOT", "--contributors", "N_OBS", "--largest", "MAX"];
    let rules = ["--decimals", "4", "--dominance", "1,85", "--protection-percent", "15", "--out", "P.json"];
    let made = desk.run(&[&["table", &cells], &names[..], &rules[..]].concat());
    assert_eq!(
        (made.status.code(), String::from_utf8_lossy(&made.stdout).trim()),
        (Some(0), "460 cells, 211 equations, in units of 1/10000")
    );

    let protect = |out: &str| desk.run(&["protect", "--problem", "P.json", "--out", out, "--seconds", "1"]).status.code();
    assert_eq!((protect("one.json"), protect("other.json")), (Some(0), Some(0)));
    assert_eq!(fs::read(desk.path("one.json")).unwrap(), fs::read(desk.path("other.json")).unwrap());
    let pattern = desk.read("one.json");
    let primary = pattern["cells"].as_array().unwrap().iter().filter(|cell| cell["status"] == "primary").count();
    assert_eq!(primary, 72);
    assert!(pattern["weight_hidden"].as_u64() >= pattern["lower_bound_weight"].as_u64());

    let attack = |pattern: &str| desk.run(&["attack", "--problem", "P.json", "--pattern", pattern, "--out", "A.json"]).status.code();
    assert_eq!((attack("one.json"), desk.read("A.json")["verdict"].as_str()), (Some(0), Some("safe")));
    let certify = |pattern: &str| desk.run(&["certify", "--problem", "P.json", "--pattern", pattern, "--out", "C.json"]).status.code();
    assert_eq!((certify("one.json"), desk.read("C.json")["digest"].as_str().map(str::len)), (Some(0), Some(64)));

    // primary suppression alone is found out
    let mut alone = pattern;
    alone["cells"].as_array_mut().unwrap().retain(|cell| cell["status"] == "primary");
    desk.write("alone.json", &alone);
    assert_eq!((attack("alone.json"), desk.read("A.json")["verdict"].as_str()), (Some(1), Some("unsafe")));
    let exact = desk.read("A.json")["cells"].as_array().unwrap().iter().filter(|cell| cell["lower"] == cell["upper"]).count();
    assert_eq!(exact, 72);
    assert_eq!((certify("alone.json"), desk.read("C.json")["verdict"].as_str()), (Some(1), Some("unsafe")));
}

#[test]
fn what_cannot_be_protected_is_refused_with_ways_out() {
    let desk = Desk::new();
    desk.write("P.json", &small(true));
    let (code, said) = desk.told(&["protect", "--problem", "P.json", "--out", "R.json"]);
    assert_eq!((code, said.trim()), (Some(1), "itpark: a cannot be protected: b, c, t stay published"));
    let refused = &desk.read("R.json")["refused"];
    assert_eq!(refused["conflict"], json!(["b", "c", "t"]));
    assert_eq!(refused["ways_out"][0]["way"], "roll_up");
    assert_eq!(refused["ways_out"][0]["weight_hidden"], 70);
}

#[test]
fn earlier_certificates_bind() {
    let desk = Desk::new();
    desk.write("P.json", &small(false));
    assert_eq!(desk.run(&["protect", "--problem", "P.json", "--out", "one.json"]).status.code(), Some(0));
    assert_eq!(desk.run(&["certify", "--problem", "P.json", "--pattern", "one.json", "--out", "C.json"]).status.code(), Some(0));
    // with c published, only b can cover a, as before; a pattern that hides c instead of b comes too late
    let other = json!({ "cells": [
        { "id": "a", "status": "primary", "reason": "few_contributors" }, { "id": "c", "status": "secondary", "reason": "" },
    ] });
    desk.write("other.json", &other);
    let certify =
        |out: &str| desk.told(&["certify", "--problem", "P.json", "--pattern", "other.json", "--out", out, "--earlier", "C.json"]);
    let (code, said) = certify("D.json");
    assert_eq!(code, Some(1));
    let lines: Vec<&str> = said.lines().collect();
    let expected = [
        "itpark: a can be inferred too closely",
        "itpark: b is published although the plan or an earlier release keeps it hidden",
        "itpark: c was published before and cannot be hidden",
    ];
    assert_eq!(lines, expected);
}

/// A quarter of a table of four regions: one of many companies, one of five, and two small ones.
fn quarter(year: &str, quarter: &str) -> (Vec<Value>, Value) {
    let groups = |first: usize, amounts: &[i64]| -> Vec<Value> {
        amounts.iter().enumerate().map(|(n, amount)| json!({ "group": format!("g{}", first + n), "amount": amount })).collect()
    };
    let regions: [(&str, Vec<Value>); 5] = [
        ("TK", groups(0, &[500, 400, 300, 200, 200])),
        ("SA", groups(5, &[40, 35, 30, 25, 20])),
        ("NW", groups(10, &[30])),
        ("QR", groups(11, &[20, 25])),
        ("SU", groups(13, &[28])),
    ];
    let id = |member: &str| format!("{year}-{quarter}|{member}");
    let sum = |groups: &[Value]| groups.iter().map(|group| group["amount"].as_i64().unwrap()).sum::<i64>();
    let cell = |member: Option<&str>, groups: &[Value]| {
        let mut at = json!({ "table": "exports by region", "year": year, "quarter": quarter });
        if let Some(member) = member {
            at["member"] = json!(member);
        }
        json!({ "id": id(member.unwrap_or("UZ")), "value": sum(groups), "contributions": groups, "must_publish": member.is_none(), "at": at })
    };
    let all: Vec<Value> = regions.iter().flat_map(|(_, groups)| groups.clone()).collect();
    let mut cells: Vec<Value> = regions.iter().map(|(member, groups)| cell(Some(member), groups)).collect();
    cells.push(cell(None, &all));
    (cells, json!({ "total": id("UZ"), "parts": regions.iter().map(|(member, _)| id(member)).collect::<Vec<_>>() }))
}

fn quarters(of: &[(&str, &str)]) -> Value {
    let (cells, equations): (Vec<Vec<Value>>, Vec<Value>) = of.iter().map(|(year, number)| quarter(year, number)).unzip();
    json!({ "parameters": { "min_contributors": 3, "p_percent": 10 }, "cells": cells.concat(), "equations": equations })
}

#[test]
fn a_year_is_planned_and_its_releases_follow_the_plan() {
    let desk = Desk::new();
    desk.write("history.json", &quarters(&[("2023", "Q1"), ("2023", "Q2"), ("2023", "Q3"), ("2023", "Q4")]));
    let planned = desk.run(&["plan", "--problem", "history.json", "--year", "2024", "--out", "plan.json"]);
    let said = String::from_utf8(planned.stdout).unwrap();
    assert_eq!(
        (planned.status.code(), said.trim()),
        (Some(0), "exports by region: 2 each quarter, 3 only together, 0 of these by themselves once a year")
    );
    assert_eq!(desk.read("plan.json")["tables"][0]["grouped"], json!(["NW", "QR", "SU"]));

    // the first quarter of the year: the plan's pattern and nothing else is hidden
    desk.write("first.json", &quarters(&[("2024", "Q1")]));
    let with_plan = |command: &str, problem: &str, more: &[&str]| {
        let arguments = [&[command, "--problem", problem, "--plan", "plan.json"], more].concat();
        desk.told(&arguments)
    };
    assert_eq!(with_plan("protect", "first.json", &["--out", "first.pattern"]).0, Some(0));
    let hidden = |pattern: &str| -> Vec<String> {
        desk.read(pattern)["cells"].as_array().unwrap().iter().map(|cell| format!("{} {}", cell["id"], cell["status"])).collect()
    };
    let plan = ["NW", "QR", "SU"].map(|member| format!("\"2024-Q1|{member}\" \"planned\""));
    assert_eq!(hidden("first.pattern"), plan);
    assert_eq!(with_plan("attack", "first.json", &["--pattern", "first.pattern", "--out", "a.json"]).0, Some(0));
    assert_eq!(with_plan("certify", "first.json", &["--pattern", "first.pattern", "--out", "first.cert"]).0, Some(0));
    // a pattern that ignores the plan does not pass
    desk.write("ignored.json", &json!({ "cells": [] }));
    let (code, said) = with_plan("certify", "first.json", &["--pattern", "ignored.json", "--out", "i.json"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("2024-Q1|NW is published although the plan or an earlier release keeps it hidden"), "{said}");

    // the second quarter, bound by the first
    desk.write("second.json", &quarters(&[("2024", "Q1"), ("2024", "Q2")]));
    let bound = ["--earlier", "first.cert", "--out"];
    assert_eq!(with_plan("protect", "second.json", &[&bound[..], &["second.pattern"]].concat()).0, Some(0));
    assert_eq!(hidden("second.pattern").len(), 6);
    let certify = [&bound[..], &["second.cert", "--pattern", "second.pattern"]].concat();
    assert_eq!(with_plan("certify", "second.json", &certify).0, Some(0));

    // a plan that leaves one alone is told
    desk.write(
        "plan.json",
        &json!({ "year": "2024", "tables": [
        { "table": "exports by region", "quarterly": ["TK", "SA", "QR", "SU"], "grouped": ["NW"], "yearly": [] },
    ] }),
    );
    let (code, said) = with_plan("protect", "first.json", &["--out", "o.json"]);
    assert_eq!(code, Some(2));
    let alone = "itpark: plan.json: the plan of 2024, table \"exports by region\": \"NW\" would be alone in its group in 2024-Q1, which would tell it";
    assert_eq!(said.trim(), alone);
}

#[test]
fn bad_input_is_told_with_its_place() {
    let desk = Desk::new();
    let (problem, pattern) = (small(false), json!({ "cells": [{ "id": "x", "status": "primary", "reason": "" }] }));
    let mut wrong = small(false);
    wrong["cells"][1]["value"] = json!(41);
    let mut unknown = small(false);
    unknown["cells"][1]["valeu"] = json!(41);
    desk.write("good.json", &problem);
    desk.write("wrong.json", &wrong);
    desk.write("unknown.json", &unknown);
    desk.write("pattern.json", &pattern);
    fs::write(desk.path("table.csv"), "r,c,v\nT,T,ten\n").unwrap();
    let table = |value: &'static str| ["table", "table.csv", "--row", "r", "--column", "c", "--value", value, "--out", "o.json"];
    let attack = ["attack", "--problem", "good.json", "--pattern", "pattern.json", "--out", "o.json"];
    let cases: [(&[&str], &str); 7] = [
        (&["protect", "--problem", "none.json", "--out", "o.json"], "itpark: none.json: No such file"),
        (&["protect", "--problem", "table.csv", "--out", "o.json"], "itpark: table.csv: expected value at line 1"),
        (
            &["protect", "--problem", "wrong.json", "--out", "o.json"],
            "itpark: wrong.json: equation 1 (with \"t\") does not hold: 1 instead of 0",
        ),
        (&["protect", "--problem", "unknown.json", "--out", "o.json"], "itpark: unknown.json: unknown field `valeu`"),
        (&attack, "itpark: pattern.json: the pattern hides \"x\", which is no cell of the problem"),
        (&table("v"), "itpark: table.csv, line 2: \"ten\" is not a decimal number that fits"),
        (&table("w"), "itpark: table.csv: there is no column \"w\""),
    ];
    for (arguments, message) in cases {
        let (code, said) = desk.told(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(said.starts_with(message), "{said}");
        assert!(!Path::new(&desk.path("o.json")).exists());
    }
}
