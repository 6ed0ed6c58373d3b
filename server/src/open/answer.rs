//! Answers with validators: what a client has already is not sent again.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::{library::Book, problem::Problem};
use crate::encoding::Encoding;

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It never changes.
    Forever,
    /// Another release may change it.
    Short,
}

impl Life {
    const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Short => "public, max-age=60",
        })
    }
}

/// What is said of an answer beside its body.
#[derive(Debug, Clone)]
pub struct About {
    pub media_type: String,
    /// What it is saved as; nothing where it is read and not saved.
    pub name: Option<String>,
    /// The release that says so.
    pub release: Option<String>,
    pub life: Life,
}

impl About {
    fn response(&self, asked: &HeaderMap, tag: &str, body: impl FnOnce() -> Body) -> Response {
        let mut response = if has(asked, tag) { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(body()) };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| HeaderValue::from_str(value).map(|value| headers.insert(name, value)).is_ok();
        set(header::ETAG, tag);
        set(header::CONTENT_TYPE, &self.media_type);
        set(header::LINK, &format!("<{}>; rel=\"license\"", formats::LICENCE));
        if let Some(release) = &self.release {
            set(HeaderName::from_static("x-release"), release);
        }
        if let Some(name) = &self.name {
            set(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
        }
        headers.insert(header::CACHE_CONTROL, self.life.header());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    /// A published file, in the smallest form that the client takes.
    pub fn book(&self, asked: &HeaderMap, book: &Book) -> Result<Response, Problem> {
        let encoding = Encoding::of(asked);
        let tag = format!("\"{}-{}\"", &book.digest[..32], encoding.name());
        let bytes: Bytes = match encoding {
            Encoding::Brotli => book.brotli.clone(),
            Encoding::Gzip => book.gzip.clone(),
            Encoding::Identity => book.bytes().map_err(|error| Problem::internal(&error))?.into(),
        };
        let mut response = self.response(asked, &tag, || bytes.into());
        if encoding != Encoding::Identity {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        Ok(response)
    }

    /// Bytes that were made for this answer; compressed on their way.
    pub fn made(&self, asked: &HeaderMap, bytes: Vec<u8>) -> Response {
        let tag = format!("W/\"{}\"", &hex::encode(Sha256::digest(&bytes))[..32]);
        self.response(asked, &tag, || bytes.into())
    }
}

/// Whether the client has what the tag stands for (RFC 9110 §13.1.2: compared weakly).
pub fn has(asked: &HeaderMap, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let values = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|known| known.trim() == "*" || strong(known) == strong(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_as_the_protocol_says() {
        let asked = |value: &'static str| HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))]);
        for (value, found) in [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false)] {
            assert_eq!(has(&asked(value), "\"a\""), found, "{value}");
        }
        assert!(!has(&HeaderMap::new(), "\"a\""));
    }
}
