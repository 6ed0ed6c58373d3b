//! SDMX: the structure of a dataset as SDMX-ML 2.1, and its observations as SDMX-CSV 1.0, which goes with it (<https://sdmx.org/standards-2/>).

use csv::{Terminator, WriterBuilder};
use domain::{
    datasets::{Column, Dataset},
    release::Status,
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{FormatError, Texts, named};

const AGENCY: &str = "ITPARK";
const VERSION: &str = "1.0";
const PERIOD: &str = "TIME_PERIOD";
const VALUE: &str = "OBS_VALUE";
/// What is said of an observation besides its value.
const ATTRIBUTES: [&str; 4] = ["RELEASE", "UNIT_MEASURE", "DECIMALS", "OBS_STATUS"];
/// The status of what is shown as it was found.
const NORMAL: &str = "A";

type Xml = Writer<Vec<u8>>;

/// The observations.
///
/// # Errors
/// [`FormatError::Csv`].
pub fn sdmx_csv(dataset: &Dataset) -> Result<Vec<u8>, FormatError> {
    let mut file = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let notes = dataset.id.notes().iter().map(|column| id(column.code()));
    let dimensions: Vec<(usize, Column)> = coded(dataset).collect();
    let head = ["DATAFLOW".to_owned()].into_iter().chain(dimensions.iter().map(|(_, column)| id(column.code())));
    let head = head.chain([PERIOD, VALUE].map(str::to_owned)).chain(ATTRIBUTES.map(str::to_owned)).chain(notes);
    file.write_record(head)?;
    for row in &dataset.rows {
        let mut cells = vec![format!("{AGENCY}:{}({VERSION})", id(dataset.id.code()))];
        cells.extend(dimensions.iter().map(|(n, _)| id_of(&row.at[*n])));
        cells.push(time(&row.at[0]));
        cells.push(row.plain());
        cells.extend([dataset.release.to_string(), row.unit.clone(), row.decimals.to_string(), status(row.status).to_owned()]);
        cells.extend(row.notes.iter().cloned());
        file.write_record(cells)?;
    }
    file.into_inner().map_err(|error| FormatError::Xml(error.into_error()))
}

/// The structure: code lists, concepts, data structure and dataflow, with names in each of the languages.
///
/// # Errors
/// [`FormatError::Xml`].
pub fn sdmx_structure(dataset: &Dataset, texts: &[Texts]) -> Result<Vec<u8>, FormatError> {
    let space = |name: &str| format!("http://www.sdmx.org/resources/sdmxml/schemas/v2_1/{name}");
    let spaces = [("xmlns:mes", space("message")), ("xmlns:str", space("structure")), ("xmlns:com", space("common"))];
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let structure = Structure { dataset, texts };
    let root = xml.create_element("mes:Structure").with_attributes(spaces.iter().map(|(name, space)| (*name, space.as_str())));
    root.write_inner_content(|xml| {
        xml.create_element("mes:Header").write_inner_content(|xml| structure.header(xml))?;
        xml.create_element("mes:Structures").write_inner_content(|xml| structure.parts(xml))?;
        Ok(())
    })?;
    Ok(xml.into_inner())
}

struct Structure<'a> {
    dataset: &'a Dataset,
    texts: &'a [Texts],
}

/// What a maintained thing is.
fn maintained(id: &str) -> [(&'static str, String); 3] {
    [("id", id.to_owned()), ("agencyID", AGENCY.to_owned()), ("version", VERSION.to_owned())]
}

fn attributes<'a>(attributes: &'a [(&'static str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str()))
}

impl Structure<'_> {
    fn id(&self) -> String {
        id(self.dataset.id.code())
    }

    fn header(&self, xml: &mut Xml) -> std::io::Result<()> {
        let text = |xml: &mut Xml, name: &str, text: &str| xml.create_element(name).write_text_content(BytesText::new(text)).map(drop);
        text(xml, "mes:ID", &format!("{}_{}", self.id(), id(&self.dataset.release.to_string())))?;
        text(xml, "mes:Test", "false")?;
        // the time of making is no part of what is said
        text(xml, "mes:Prepared", &format!("{}T00:00:00", self.dataset.release.quarter.last_day()))?;
        xml.create_element("mes:Sender").with_attribute(("id", AGENCY)).write_empty().map(drop)
    }

    fn names(&self, xml: &mut Xml, name: impl Fn(&Texts) -> String) -> std::io::Result<()> {
        for texts in self.texts {
            let element = xml.create_element("com:Name").with_attribute(("xml:lang", texts.language));
            element.write_text_content(BytesText::new(&name(texts)))?;
        }
        Ok(())
    }

    fn parts(&self, xml: &mut Xml) -> std::io::Result<()> {
        xml.create_element("str:Dataflows").write_inner_content(|xml| {
            xml.create_element("str:Dataflow").with_attributes(attributes(&maintained(&self.id()))).write_inner_content(|xml| {
                self.names(xml, |texts| texts.title.clone())?;
                xml.create_element("str:Structure")
                    .write_inner_content(|xml| reference(xml, &format!("DSD_{}", self.id()), "DataStructure", "datastructure"))
                    .map(drop)
            })?;
            Ok(())
        })?;
        xml.create_element("str:Codelists").write_inner_content(|xml| self.code_lists(xml))?;
        xml.create_element("str:Concepts").write_inner_content(|xml| self.concepts(xml))?;
        xml.create_element("str:DataStructures").write_inner_content(|xml| self.data_structure(xml))?;
        Ok(())
    }

    fn code_list(&self, xml: &mut Xml, name: &str, title: impl Fn(&Texts) -> String, codes: &[Code]) -> std::io::Result<()> {
        xml.create_element("str:Codelist").with_attributes(attributes(&maintained(name))).write_inner_content(|xml| {
            self.names(xml, title)?;
            for code in codes {
                xml.create_element("str:Code").with_attribute(("id", code.id.as_str())).write_inner_content(|xml| {
                    for (texts, name) in self.texts.iter().zip(&code.names) {
                        let element = xml.create_element("com:Name").with_attribute(("xml:lang", texts.language));
                        element.write_text_content(BytesText::new(name))?;
                    }
                    if let Some(whole) = &code.within {
                        xml.create_element("str:Parent").write_inner_content(|xml| {
                            xml.create_element("Ref").with_attribute(("id", whole.as_str())).write_empty().map(drop)
                        })?;
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn code_lists(&self, xml: &mut Xml) -> std::io::Result<()> {
        for (n, column) in coded(self.dataset) {
            let named = |code: &str| self.texts.iter().map(|texts| texts.code(column, code).to_owned()).collect();
            let whole = |code: &str| self.dataset.whole_of(code).filter(|_| column == Column::Destination).map(id_of);
            let code = |code: &str| Code { id: id_of(code), names: named(code), within: whole(code) };
            let codes: Vec<Code> = self.dataset.codes(n).into_iter().map(code).collect();
            self.code_list(xml, &self.list_of(column), |texts| texts.column(column).to_owned(), &codes)?;
        }
        let said = |of: Status| self.texts.iter().map(|texts| texts.statuses.get(&of).cloned().unwrap_or_default()).collect();
        let code = |of: &Status| Code { id: status(*of).to_owned(), names: said(*of), within: None };
        let codes: Vec<Code> = Status::ALL.iter().map(code).collect();
        self.code_list(xml, "CL_STATUS", |texts| texts.column(Column::Status).to_owned(), &codes)
    }

    fn list_of(&self, column: Column) -> String {
        format!("CL_{}_{}", self.id(), id(column.code()))
    }

    fn scheme(&self) -> String {
        format!("CS_{}", self.id())
    }

    /// Everything that is told apart or said, with its column.
    fn components(&self) -> Vec<(String, Column)> {
        let dimensions = coded(self.dataset).map(|(_, column)| (id(column.code()), column));
        let others = [
            (PERIOD, Column::Period),
            (VALUE, Column::Value),
            (ATTRIBUTES[0], Column::Release),
            (ATTRIBUTES[1], Column::Unit),
            (ATTRIBUTES[2], Column::Value),
            (ATTRIBUTES[3], Column::Status),
        ];
        let notes = self.dataset.id.notes().iter().map(|column| (id(column.code()), *column));
        dimensions.chain(others.map(|(name, column)| (name.to_owned(), column))).chain(notes).collect()
    }

    fn concepts(&self, xml: &mut Xml) -> std::io::Result<()> {
        xml.create_element("str:ConceptScheme").with_attributes(attributes(&maintained(&self.scheme()))).write_inner_content(|xml| {
            self.names(xml, |texts| texts.title.clone())?;
            for (name, column) in self.components() {
                xml.create_element("str:Concept")
                    .with_attribute(("id", name.as_str()))
                    .write_inner_content(|xml| self.names(xml, |texts| texts.column(column).to_owned()))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn data_structure(&self, xml: &mut Xml) -> std::io::Result<()> {
        let own = maintained(&format!("DSD_{}", self.id()));
        xml.create_element("str:DataStructure").with_attributes(attributes(&own)).write_inner_content(|xml| {
            self.names(xml, |texts| texts.title.clone())?;
            xml.create_element("str:DataStructureComponents").write_inner_content(|xml| {
                let list = |name| ("id", name);
                xml.create_element("str:DimensionList")
                    .with_attribute(list("DimensionDescriptor"))
                    .write_inner_content(|xml| self.dimensions(xml))?;
                xml.create_element("str:AttributeList")
                    .with_attribute(list("AttributeDescriptor"))
                    .write_inner_content(|xml| self.attributes(xml))?;
                xml.create_element("str:MeasureList").with_attribute(list("MeasureDescriptor")).write_inner_content(|xml| {
                    xml.create_element("str:PrimaryMeasure").with_attribute(("id", VALUE)).write_inner_content(|xml| {
                        self.concept(xml, VALUE)?;
                        represented(xml, "Double")
                    })?;
                    Ok(())
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn dimensions(&self, xml: &mut Xml) -> std::io::Result<()> {
        let mut position = 0;
        for (_, column) in coded(self.dataset) {
            position += 1;
            let (name, at) = (id(column.code()), position.to_string());
            let element = xml.create_element("str:Dimension").with_attributes([("id", name.as_str()), ("position", at.as_str())]);
            element.write_inner_content(|xml| {
                self.concept(xml, &name)?;
                listed(xml, &self.list_of(column))
            })?;
        }
        let at = (position + 1).to_string();
        xml.create_element("str:TimeDimension").with_attributes([("id", PERIOD), ("position", at.as_str())]).write_inner_content(
            |xml| {
                self.concept(xml, PERIOD)?;
                represented(xml, "ObservationalTimePeriod")
            },
        )?;
        Ok(())
    }

    fn attributes(&self, xml: &mut Xml) -> std::io::Result<()> {
        let notes = self.dataset.id.notes().iter().map(|column| id(column.code()));
        for name in ATTRIBUTES.map(str::to_owned).into_iter().chain(notes) {
            let needed = if ATTRIBUTES.contains(&name.as_str()) { "Mandatory" } else { "Conditional" };
            let element = xml.create_element("str:Attribute").with_attributes([("id", name.as_str()), ("assignmentStatus", needed)]);
            element.write_inner_content(|xml| {
                self.concept(xml, &name)?;
                match name.as_str() {
                    "OBS_STATUS" => listed(xml, "CL_STATUS")?,
                    "DECIMALS" => represented(xml, "Integer")?,
                    _ => represented(xml, "String")?,
                }
                xml.create_element("str:AttributeRelationship").write_inner_content(|xml| {
                    xml.create_element("str:PrimaryMeasure")
                        .write_inner_content(|xml| xml.create_element("Ref").with_attribute(("id", VALUE)).write_empty().map(drop))?;
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        Ok(())
    }

    fn concept(&self, xml: &mut Xml, name: &str) -> std::io::Result<()> {
        let scheme = self.scheme();
        xml.create_element("str:ConceptIdentity").write_inner_content(|xml| {
            let of = [
                ("id", name),
                ("maintainableParentID", scheme.as_str()),
                ("maintainableParentVersion", VERSION),
                ("agencyID", AGENCY),
                ("package", "conceptscheme"),
                ("class", "Concept"),
            ];
            xml.create_element("Ref").with_attributes(of).write_empty().map(drop)
        })?;
        Ok(())
    }
}

fn reference(xml: &mut Xml, name: &str, class: &str, package: &str) -> std::io::Result<()> {
    let of = [("id", name), ("version", VERSION), ("agencyID", AGENCY), ("package", package), ("class", class)];
    xml.create_element("Ref").with_attributes(of).write_empty().map(drop)
}

fn listed(xml: &mut Xml, list: &str) -> std::io::Result<()> {
    xml.create_element("str:LocalRepresentation").write_inner_content(|xml| {
        xml.create_element("str:Enumeration").write_inner_content(|xml| reference(xml, list, "Codelist", "codelist"))?;
        Ok(())
    })?;
    Ok(())
}

fn represented(xml: &mut Xml, text_type: &str) -> std::io::Result<()> {
    xml.create_element("str:LocalRepresentation")
        .write_inner_content(|xml| xml.create_element("str:TextFormat").with_attribute(("textType", text_type)).write_empty().map(drop))?;
    Ok(())
}

/// A code of a list, with its names in the languages, and the code of which it is a part.
struct Code {
    id: String,
    names: Vec<String>,
    within: Option<String>,
}

/// The dimensions with code lists: all but time.
fn coded(dataset: &Dataset) -> impl Iterator<Item = (usize, Column)> {
    named(dataset).filter(|(_, column)| *column != Column::Period)
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Shown => NORMAL,
        Status::Confidential => "C",
        Status::Provisional => "P",
        Status::Revised => "R",
        Status::NotAvailable => "X",
    }
}

/// An identifier of ours as SDMX takes it.
fn id(name: &str) -> String {
    id_of(name).to_uppercase()
}

/// A code as SDMX takes it: letters, digits, `_`, `-`, `@`, `$`.
fn id_of(code: &str) -> String {
    code.chars().map(|sign| if sign.is_ascii_alphanumeric() || "_-@$".contains(sign) { sign } else { '_' }).collect()
}

/// A period as SDMX writes it: `2023-Q3`, `2023-S1`, `2023`; else its first day and how long it lasts.
fn time(period: &str) -> String {
    if let Some((year, half)) = period.split_once("-H") {
        return format!("{year}-S{half}");
    }
    if let Some(year) = period.strip_suffix("-9M") {
        return format!("{year}-01-01/P9M");
    }
    match period.split_once('/') {
        Some((first, last)) => {
            let month = |text: &str| text.split_once('-').and_then(|(_, month)| month.parse::<u32>().ok()).unwrap_or(1);
            format!("{first}-01/P{}M", (month(last) + 1).saturating_sub(month(first)))
        }
        None => period.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_codes_are_those_of_sdmx() {
        let periods = [
            ("2023-Q3", "2023-Q3"),
            ("2023-H1", "2023-S1"),
            ("2023-9M", "2023-01-01/P9M"),
            ("2022", "2022"),
            ("2022-01/2022-08", "2022-01-01/P8M"),
            ("2022-03/2022-03", "2022-03-01/P1M"),
        ];
        for (period, expected) in periods {
            assert_eq!(time(period), expected);
        }
        assert_eq!((id_of("UK+EU"), id("exports_by_destination:US")), ("UK_EU".to_owned(), "EXPORTS_BY_DESTINATION_US".to_owned()));
    }
}
