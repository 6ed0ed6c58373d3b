//! Answers with validators: what a client has already is not sent again.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::release::ReleaseName;
use sha2::{Digest, Sha256};

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
    /// Of a file of a release.
    pub fn file(release: ReleaseName, name: &str, media_type: &str, life: Life) -> Self {
        let release = release.to_string();
        Self { media_type: media_type.to_owned(), name: Some(format!("itpark-{release}-{name}")), release: Some(release), life }
    }

    fn headers(&self, tag: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
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
        headers
    }

    /// Bytes that were made for this answer; compressed on their way.
    pub fn made(&self, asked: &HeaderMap, bytes: Vec<u8>) -> Response {
        let tag = format!("W/\"{}\"", &hex::encode(Sha256::digest(&bytes))[..32]);
        if has(asked, &tag) {
            return (StatusCode::NOT_MODIFIED, self.headers(&tag)).into_response();
        }
        (self.headers(&tag), bytes).into_response()
    }
}

/// A published file as it is sent in an encoding. Its headers are made once: it costs no more than a file of a static server.
#[derive(Debug)]
pub struct Ready {
    tag: String,
    headers: HeaderMap,
}

impl Ready {
    /// A file of a release by its digest.
    pub fn of(about: &About, digest: &str, encoding: Encoding) -> Self {
        let tag = format!("\"{}-{}\"", &digest[..32], encoding.name());
        let mut headers = about.headers(&tag);
        if encoding != Encoding::Identity {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        Self { tag, headers }
    }

    /// The answer with its bytes.
    pub fn response(&self, asked: &HeaderMap, life: Life, bytes: Bytes) -> Response {
        let is_known = has(asked, &self.tag);
        let mut response = Response::new(if is_known { Body::empty() } else { bytes.into() });
        *response.headers_mut() = self.headers.clone();
        response.headers_mut().insert(header::CACHE_CONTROL, life.header());
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        response
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
