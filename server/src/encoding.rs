//! Bodies that are compressed once and sent many times.

use std::io::Write;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// How a body is sent, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// As it is.
    Identity,
}

impl Encoding {
    /// The smallest that a request takes. `br;q=0` takes none of it, `*` any that is not named (RFC 9110 §12.5.3).
    pub fn of(request: &HeaderMap) -> Self {
        let values = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<(&str, bool)> = values
            .flat_map(|value| value.split(','))
            .map(|part| {
                let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
                let refused = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
                (name.trim(), !refused)
            })
            .collect();
        let says = |name: &str| named.iter().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, taken)| *taken);
        let takes = |names: &[&str]| names.iter().find_map(|name| says(name)).or_else(|| says("*")).unwrap_or(false);
        if takes(&["br"]) {
            Self::Brotli
        } else if takes(&["gzip", "x-gzip"]) {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Its name in a header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// The headers of a body that was compressed so: a response with them is not compressed again.
    pub fn headers(self) -> [(HeaderName, HeaderValue); 2] {
        [(header::CONTENT_ENCODING, HeaderValue::from_static(self.name())), (header::VARY, HeaderValue::from_static("accept-encoding"))]
    }

    /// A body in this encoding, as small as it gets.
    ///
    /// # Panics
    /// Never: memory takes what is written.
    pub fn compressed(self, body: &[u8]) -> Vec<u8> {
        let in_memory = "memory takes what is written";
        match self {
            Self::Identity => body.to_vec(),
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
                writer.write_all(body).expect(in_memory);
                writer.finish().expect(in_memory)
            }
            Self::Brotli => {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), 4_096, 11, 22);
                writer.write_all(body).expect(in_memory);
                writer.into_inner()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_is_taken() {
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0", Encoding::Gzip),
            ("BR;q=0.5", Encoding::Brotli),
            ("deflate, *;q=0", Encoding::Identity),
            ("", Encoding::Identity),
            ("brotli", Encoding::Identity),
            ("*", Encoding::Brotli),
            ("br;q=0, *", Encoding::Gzip),
            ("X-Gzip", Encoding::Gzip),
            ("identity, *;q=0.0", Encoding::Identity),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
            assert_eq!(Encoding::of(&headers), encoding, "{accept}");
        }
        assert_eq!(Encoding::of(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn what_is_compressed_reads_back() {
        use std::io::Read;

        let body = "the same again ".repeat(500);
        let mut text = String::new();
        brotli::Decompressor::new(Encoding::Brotli.compressed(body.as_bytes()).as_slice(), 4_096).read_to_string(&mut text).unwrap();
        assert_eq!(text, body);
        text.clear();
        flate2::read::GzDecoder::new(Encoding::Gzip.compressed(body.as_bytes()).as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, body);
        assert!(Encoding::Brotli.compressed(body.as_bytes()).len() < 100);
    }
}
