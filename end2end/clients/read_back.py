"""Reads every file of the latest release back with the programs that people use, and holds each cell against the CSV.

Argument: where the server is. Ends with 0 if nothing differs.
"""

import csv
import io
import json
import math
import re
import subprocess
import sys
import tempfile
import urllib.request
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import duckdb
import openpyxl
import pandas
import pyshacl
from csvw import CSVW
from frictionless import Package
from pyaxis import pyaxis
from pyjstat import pyjstat
from pysdmx.io import get_datasets

LANGUAGES = ["uz", "ru", "en"]


def get(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def same(text: str, number) -> bool:
    """Whether a plain number and what a program read are the same; nothing is nothing."""
    nothing = number is None or (isinstance(number, float) and math.isnan(number))
    return nothing if text == "" else not nothing and float(text) == float(number)


class Release:
    def __init__(self, base: str, folder: Path):
        self.base, self.folder = base, folder
        self.info = [release for release in json.loads(get(f"{base}/api/v1/releases")) if release["state"] == "published"][-1]
        for file in self.info["files"]:
            (folder / file["name"]).write_bytes(get(f"{base}/api/v1/releases/{self.info['name']}/{file['name']}"))
        self.datasets = json.loads(get(f"{base}/api/v1/datasets"))

    def rows(self, dataset: str) -> list[dict]:
        return list(csv.DictReader(io.StringIO((self.folder / f"{dataset}.csv").read_text("utf-8"), newline="")))

    def check(self, dataset: dict) -> None:
        name, rows = dataset["id"], self.rows(dataset["id"])
        assert rows, f"{name} is empty"
        self.pandas(name, rows)
        self.duckdb(name, rows)
        self.json(name, rows)
        self.sdmx(name, rows, dataset)
        for language in LANGUAGES:
            self.excel(name, rows, language)
            self.excel_csv(name, rows, language)
            self.json_stat(name, rows, dataset, language)
            self.px(name, rows, dataset, language)
        print(f"{name}: {len(rows)} figures are the same in every format")

    def pandas(self, name, rows):
        frame = pandas.read_csv(self.folder / f"{name}.csv", keep_default_na=False, na_values={"value": [""]}, dtype={"period": str})
        assert len(frame) == len(rows)
        for row, read in zip(rows, frame.to_dict("records"), strict=True):
            assert same(row["value"], read["value"]), (row, read)

    def duckdb(self, name, rows):
        table = duckdb.sql(f"select * from '{self.folder}/{name}.parquet'")
        columns = [column[0] for column in table.description]
        self.hold(rows, [dict(zip(columns, row)) for row in table.fetchall()])

    def json(self, name, rows):
        self.hold(rows, json.loads((self.folder / f"{name}.json").read_text("utf-8"))["rows"])

    def excel(self, name, rows, language):
        workbook = openpyxl.load_workbook(self.folder / f"{name}.{language}.xlsx")
        assert len(workbook.worksheets) == 3
        head, *read = workbook.worksheets[0].iter_rows(values_only=True)
        read = [dict(zip(head, row)) for row in read]
        self.hold(rows, [{column: row[column] if column == "value" else row[column] or "" for column in rows[0]} for row in read])

    def excel_csv(self, name, rows, language):
        text = (self.folder / f"{name}.{language}.excel.csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        separator, decimal = (",", ".") if language == "en" else (";", ",")
        read = pandas.read_csv(io.BytesIO(text), sep=separator, decimal=decimal, keep_default_na=False, na_values={"value": [""]}, dtype={"period": str})
        assert len(read) == len(rows) and all(same(row["value"], value) for row, value in zip(rows, read["value"], strict=True))

    def json_stat(self, name, rows, dataset, language):
        frame = pyjstat.Dataset.read((self.folder / f"{name}.{language}.jsonstat.json").read_text("utf-8")).write("dataframe", naming="id")
        cells = {tuple(row[column] for column in dataset["dimensions"]): row["value"] for row in frame.to_dict("records")}
        for row in rows:
            assert same(row["value"], cells[tuple(row[column] for column in dataset["dimensions"])]), row

    def px(self, name, rows, dataset, language):
        file = str(self.folder / f"{name}.{language}.px")
        frame = pyaxis.parse(uri=file, encoding="utf-8")["DATA"]
        text = Path(file).read_text("utf-8")
        # names in place of codes, in the order of the file
        of_codes = {}
        for column in [column for column in frame.columns if column != "DATA"]:
            def listed(keyword):
                line = next(line for line in text.splitlines() if line.startswith(f'{keyword}("{column}")='))
                return line.split("=", 1)[1].strip(";").strip('"').split('","')
            of_codes[column] = dict(zip(listed("VALUES"), listed("CODES"), strict=True))
        columns = list(of_codes)
        cells = {tuple(of_codes[column][row[column]] for column in columns): row["DATA"] for row in frame.to_dict("records")}
        for row in rows:
            read = cells[tuple(row[column] for column in dataset["dimensions"])]
            # symbols in place of a number are read as nothing
            assert same(row["value"], None if read in ("", '".."', '"..."') else float(read)), (row, read)

    def sdmx(self, name, rows, dataset):
        read = get_datasets(str(self.folder / f"{name}.sdmx.csv"), str(self.folder / f"{name}.sdmx.xml"))[0].data
        assert len(read) == len(rows)
        for row, other in zip(rows, read.to_dict("records"), strict=True):
            value = other["OBS_VALUE"]
            assert same(row["value"], None if value == "" else value), (row, other)
            assert other["OBS_STATUS"] == (row["status"].upper() or "A") and other["UNIT_MEASURE"] == row["unit"], (row, other)

    def hold(self, rows, read):
        assert len(rows) == len(read)
        for row, other in zip(rows, read, strict=True):
            for column, text in row.items():
                assert same(text, other[column]) if column == "value" else text == other[column], (row, other)

    def described(self):
        report = Package(str(self.folder / "datapackage.json")).validate()
        assert report.valid, report.flatten(["type", "note"])
        print("the data package is valid")
        for dataset in self.datasets:
            name = dataset["id"]
            table = CSVW(f"{self.base}/api/v1/releases/{self.info['name']}/{name}.csv-metadata.json", validate=True)
            assert table.is_valid and not table.warnings, (name, [warning.message for warning in table.warnings])
            assert len(list(table.tables[0])) == len(self.rows(name))
        print("the tables are as they are described")
        self.conforms(get(f"{self.base}/api/v1/catalogue.jsonld").decode(), "dcat-ap")
        print("the catalogue conforms")

    def conforms(self, document, shapes):
        shapes = (Path(__file__).parent / f"{shapes}.shapes.ttl").read_text()
        conforms, _, text = pyshacl.validate(document, data_graph_format="json-ld", shacl_graph=shapes, shacl_graph_format="turtle")
        assert conforms, text

    def for_search_engines(self):
        names = [dataset["id"] for dataset in self.datasets]
        for language in LANGUAGES:
            for page in ["data", *(f"data/{name}" for name in names)]:
                html = get(f"{self.base}/{language}/{page}").decode()
                document = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
                assert document["@context"] == "https://schema.org" and ("datePublished" in document) == (page != "data"), page
                # what that context says of the terms that are used here
                address = {"@type": "@id"}
                document["@context"] = {"@vocab": "https://schema.org/", "url": address, "license": address, "contentUrl": address}
                self.conforms(json.dumps(document), "schema-org")
        print("the pages say to search engines what they ask for")

    def snippets(self):
        for dataset in self.datasets:
            run = subprocess.run([sys.executable, "-c", dataset["snippets"]["python"]], capture_output=True, text=True, check=False)
            assert run.returncode == 0 and run.stdout, (dataset["snippets"]["python"], run.stderr)
        print("the snippets run")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        release = Release(sys.argv[1], Path(folder))
        for dataset in release.datasets:
            release.check(dataset)
        release.described()
        release.for_search_engines()
        release.snippets()


main()
