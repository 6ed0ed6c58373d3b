//! The catalogue of datasets after DCAT-AP 3 (<https://semiceu.github.io/DCAT-AP/releases/3.0.0/>), as JSON-LD.

use app::{
    lang::Lang,
    statistics::{self, FORMATS, Format},
};
use domain::datasets::DatasetId;
use serde_json::{Value, json};

use super::library::Shelf;

/// Codes of file types of the European Union, by ending.
const FILE_TYPES: [(&str, &str); 8] = [
    ("csv", "CSV"),
    ("excel.csv", "CSV"),
    ("xlsx", "XLSX"),
    ("json", "JSON"),
    ("jsonstat.json", "JSON"),
    ("parquet", "PARQUET"),
    ("sdmx.xml", "XML"),
    ("csv-metadata.json", "JSON_LD"),
];

/// The catalogue. `base` is where the public reaches the server; of the latest release where there is one.
pub fn dcat(base: &str, latest: Option<&Shelf>) -> Value {
    let catalogue = format!("{base}/api/v1/catalogue.jsonld");
    let datasets: Vec<Value> = DatasetId::ALL.iter().map(|id| dataset(base, *id, latest)).collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        },
        "@id": catalogue,
        "@type": "dcat:Catalog",
        "dct:title": in_languages(statistics::publisher),
        "dct:description": in_languages(app::labels::site_description),
        "dct:publisher": publisher(base),
        "dct:license": { "@id": formats::LICENCE },
        "dcat:dataset": datasets,
    })
}

fn in_languages(text: impl Fn(Lang) -> String) -> Value {
    Lang::ALL.iter().map(|lang| json!({ "@value": text(*lang), "@language": lang.code() })).collect()
}

fn publisher(base: &str) -> Value {
    json!({ "@id": format!("{base}/#publisher"), "@type": "foaf:Agent", "foaf:name": in_languages(statistics::publisher) })
}

fn dataset(base: &str, id: DatasetId, latest: Option<&Shelf>) -> Value {
    let of = |format: &'static Format| {
        let langs = if format.in_languages { &Lang::ALL[..] } else { &[Lang::En] };
        langs.iter().map(move |lang| distribution(base, id, format, *lang))
    };
    let mut dataset = json!({
        "@id": format!("{base}/api/v1/datasets/{id}"),
        "@type": "dcat:Dataset",
        "dct:identifier": id.code(),
        "dct:title": in_languages(|lang| statistics::title(lang, id)),
        "dct:description": in_languages(|lang| statistics::description(lang, id)),
        "dct:publisher": publisher(base),
        "dct:spatial": { "@id": "http://publications.europa.eu/resource/authority/country/UZB", "@type": "dct:Location" },
        "dct:accrualPeriodicity": {
            "@id": "http://publications.europa.eu/resource/authority/frequency/QUARTERLY", "@type": "dct:Frequency",
        },
        "dct:accessRights": {
            "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC", "@type": "dct:RightsStatement",
        },
    });
    // before the first release there is nothing to be had
    if latest.is_some() {
        dataset["dcat:distribution"] = FORMATS.iter().flat_map(of).collect();
    }
    if let Some(at) = latest.and_then(|shelf| shelf.release.publish_at) {
        dataset["dct:modified"] = json!({ "@value": at.to_rfc3339(), "@type": "xsd:dateTime" });
    }
    dataset
}

fn distribution(base: &str, id: DatasetId, format: &Format, lang: Lang) -> Value {
    let language = if format.in_languages { format!("?lang={}", lang.code()) } else { String::new() };
    let address = format!("{base}/api/v1/datasets/{id}.{}{language}", format.ending);
    let mut distribution = json!({
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": format!("{id}.{}", format.ending),
        "dcat:accessURL": { "@id": address, "@type": "rdfs:Resource" },
        "dcat:downloadURL": { "@id": address, "@type": "rdfs:Resource" },
        "dct:license": { "@id": formats::LICENCE, "@type": "dct:LicenseDocument" },
    });
    if let Some(address) = media_type(format) {
        distribution["dcat:mediaType"] = json!({ "@id": address, "@type": "dct:MediaType" });
    }
    if let Some((_, code)) = FILE_TYPES.iter().find(|(ending, _)| *ending == format.ending) {
        let kind = format!("http://publications.europa.eu/resource/authority/file-type/{code}");
        distribution["dct:format"] = json!({ "@id": kind, "@type": "dct:MediaTypeOrExtent" });
    }
    distribution
}

/// The address of the type at the registry, without parameters; nothing for one that is not registered.
fn media_type(format: &Format) -> Option<String> {
    let name = format.media_type.split(';').next()?.trim();
    (!name.contains("/x-")).then(|| format!("https://www.iana.org/assignments/media-types/{name}"))
}
