//! A line of the form as typed.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

use super::{Field, Need, Section};

/// A line as typed: a text for each field of its section. It is sent and stored as texts by the names of their fields; names
/// that no field has are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TypedLine(Vec<(Field, String)>);

impl Serialize for TypedLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, text)| (field.code(), text)))
    }
}

impl<'de> Deserialize<'de> for TypedLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Line;

        impl<'de> Visitor<'de> for Line {
            type Value = TypedLine;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts by the names of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TypedLine, A::Error> {
                let mut line = TypedLine::default();
                while let Some((name, text)) = map.next_entry::<String, String>()? {
                    if let Some(field) = Field::of_code(&name) {
                        *line.entry(field) = text;
                    }
                }
                Ok(line)
            }
        }

        deserializer.deserialize_map(Line)
    }
}

impl TypedLine {
    /// A line of a section with these texts; the others are empty.
    pub fn of<'a>(section: Section, texts: impl IntoIterator<Item = (Field, &'a str)>) -> Self {
        let mut line = Self(section.fields().iter().map(|spec| (spec.field, String::new())).collect());
        line.0.sort_by_key(|(field, _)| *field);
        for (field, text) in texts {
            text.clone_into(line.entry(field));
        }
        line
    }

    /// What was typed into a field.
    pub fn get(&self, field: Field) -> &str {
        self.0.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text)
    }

    /// As [`Self::get`], to be changed.
    pub fn entry(&mut self, field: Field) -> &mut String {
        let at = self.0.iter().position(|(known, _)| *known >= field).unwrap_or(self.0.len());
        if self.0.get(at).is_none_or(|(known, _)| *known != field) {
            self.0.insert(at, (field, String::new()));
        }
        &mut self.0[at].1
    }

    /// Whether nothing was typed beside what the form chooses by itself: such a line is skipped.
    pub fn is_blank(&self, section: Section) -> bool {
        section.fields().iter().filter(|spec| spec.need != Need::Preset).all(|spec| self.get(spec.field).is_empty())
    }

    /// Every field with its text.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, text)| (*field, text.as_str()))
    }
}
