//! The cookies of the application. None is for scripts or for other sites.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

/// Holds the session token. The prefix makes browsers insist on Secure, on the path `/` and on no domain.
pub const SESSION: &str = "__Host-session";
/// Keeps a typed address for the sign-in form after a wrong password.
pub const TYPED_EMAIL: &str = "__Host-typed-email";

/// The value of a cookie that a request carries.
pub fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(Cookie::split_parse_encoded).flatten();
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The header that sets a cookie for so many seconds; for 0 it removes it.
pub fn set(name: &'static str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value)).path("/").max_age(Duration::seconds(seconds)).http_only(true).secure(true);
    HeaderValue::from_str(&cookie.same_site(SameSite::Lax).build().encoded().to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; x__Host-session=no; broken; __Host-session=yes"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-typed-email=a%2Bb%40c.example"));
        assert_eq!(find(&headers, SESSION).as_deref(), Some("yes"));
        assert_eq!(find(&headers, TYPED_EMAIL).as_deref(), Some("a+b@c.example"));
        assert_eq!(find(&headers, "session"), None);
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_other_sites() {
        let set = set(TYPED_EMAIL, "a; Domain=evil.example\r\n", 120).unwrap();
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-typed-email=a%3B%20Domain"), "{set}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=120"] {
            assert!(set.split("; ").any(|found| found == part), "{part}: {set}");
        }
    }
}
