//! Layers around the application: who asks, security headers, and pages instead of bare errors.

use std::net::{IpAddr, SocketAddr};

use app::{
    address::Address,
    api::SignIn,
    context::Session,
    cookies::{self, SESSION},
    lang::Lang,
};
use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::{nonce::Nonce, server_fn::ServerFn};
use services::Store;

use crate::assets;

/// What the session layer needs.
#[derive(Clone)]
pub struct SessionLayer {
    /// Sessions are in the database.
    pub store: Store,
    /// Proxies whose word on the requester's address is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// The requester's address: the peer's, or what a trusted proxy says last.
pub fn address(request: &Request, trusted: &[IpAddr]) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let forwarded = || request.headers().get("x-forwarded-for")?.to_str().ok()?.rsplit(',').next().map(|last| last.trim().to_owned());
    match peer {
        Some(peer) if trusted.contains(&peer) => forwarded().unwrap_or_else(|| peer.to_string()),
        Some(peer) => peer.to_string(),
        None => "unknown".to_owned(),
    }
}

/// Finds out who asks and gives it to the application.
pub async fn session(State(layer): State<SessionLayer>, mut request: Request, next: Next) -> Response {
    let token = cookies::find(request.headers(), SESSION);
    let caller = match services::accounts::session::caller(&layer.store, token.as_deref()).await {
        Ok(caller) => caller,
        Err(error) => {
            tracing::error!(%error, "sessions cannot be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let signed_in = caller.actor.person().is_some();
    let address = address(&request, &layer.trusted_proxies);
    request.extensions_mut().insert(Session { caller, token, address });
    let mut response = next.run(request).await;
    if signed_in {
        // what one person sees is kept by no cache
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Sets the headers that keep a page to itself. Pages get a nonce for the scripts of the islands.
pub async fn security_headers(mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Sets the headers of what any site may use: it is data, and nothing in it runs.
pub async fn open_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Whether a path leads to a chart that is public.
fn is_for_others(path: &str) -> bool {
    let has = |names: &[&str]| path.split('/').any(|part| names.contains(&part));
    has(&["embed", "charts"]) && !has(&["office"])
}

/// Sets the headers of open pages: one script of ours runs in them. Charts may be shown by others, alone in a frame or as files.
pub async fn page_headers(request: Request, next: Next) -> Response {
    let is_for_others = is_for_others(request.uri().path());
    let mut response = next.run(request).await;
    let (ancestors, resource) = if is_for_others { ("*", "cross-origin") } else { ("'none'", "same-origin") };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", resource),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The largest body of a request: a filing of the most lines is far smaller.
pub const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Reads forms, and answers their senders in pages. A form that is too large, cut or not UTF-8 is refused: the decoder behind
/// would put replacement signs in place of what was typed. One that failed on our side comes back with everything in it, to be
/// sent again; another that failed leads to a page that says so, in the language of the page it came from.
pub async fn forms(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let accepts_page =
        parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let (lang, path) = (language(&parts.headers), parts.uri.path().to_owned());
    let wants_page = accepts_page && path.starts_with("/api/");
    let (bytes, response) = match read(body).await {
        Ok(bytes) => {
            let request = Request::from_parts(parts, Body::from(bytes.clone()));
            (bytes, next.run(request).await)
        }
        Err(status) => (Bytes::new(), status.into_response()),
    };
    let status = response.status();
    if !wants_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if status.is_server_error() && path != SignIn::PATH {
        return send_again(lang, &path, &bytes);
    }
    Redirect::to(&Address::Problem(status.as_u16()).link(lang).to_string()).into_response()
}

/// A whole body in UTF-8.
async fn read(body: Body) -> Result<Bytes, StatusCode> {
    let bytes = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
    })?;
    let bytes = without_cut_end(bytes);
    percent_encoding::percent_decode(&bytes).decode_utf8().map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(bytes)
}

/// What arrived of a form that was cut, so that it can be read and kept: without half a name, half a sign, half a letter at
/// its end. Only forms that carry the marks are looked at; one that is whole ends with its end mark.
fn without_cut_end(bytes: Bytes) -> Bytes {
    let ends = |mark: &str| bytes.ends_with(mark.as_bytes());
    let has = |mark: &str| bytes.windows(mark.len()).any(|part| part == mark.as_bytes());
    let is_whole = ends("carried%5Bend%5D=1") || ends("carried[end]=1");
    if is_whole || !(has("&carried%5Bkeep%5D=") || has("&carried[keep]=")) {
        return bytes;
    }
    let last = bytes.iter().rposition(|byte| *byte == b'&').unwrap_or(0);
    if !bytes[last..].contains(&b'=') {
        return bytes.slice(..last);
    }
    let mut end = bytes.len();
    end -= bytes[..end].iter().rev().take(2).position(|byte| *byte == b'%').map_or(0, |from_end| from_end + 1);
    // a letter is at most four escapes long
    for _ in 0..4 {
        if percent_encoding::percent_decode(&bytes[..end]).decode_utf8().is_ok() || end < last + 3 {
            break;
        }
        end -= 3;
    }
    bytes.slice(..end)
}

/// The page that holds what was sent.
fn send_again(lang: Lang, path: &str, bytes: &[u8]) -> Response {
    let fields: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
    let page = app::send_again::send_again(lang, &assets::STYLESHEET_PATH, path, &fields);
    let headers = [(header::RETRY_AFTER, "5"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Html(page)).into_response()
}

/// The language of the page from which a request came, or the preferred one.
fn language(headers: &HeaderMap) -> Lang {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from = text(header::REFERER).and_then(|referer| {
        let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))?;
        Lang::of_path(path)
    });
    from.unwrap_or_else(|| Lang::preferred(text(header::ACCEPT_LANGUAGE).unwrap_or_default()))
}

/// `/` leads to the home page in the reader's language.
pub async fn choose_language(headers: HeaderMap) -> Response {
    let lang = Lang::preferred(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default());
    ([(header::VARY, "accept-language")], Redirect::to(&Address::HOME.link(lang).to_string())).into_response()
}

/// What is sent when a handler panics: nothing of the inside. It cannot ask the application for a page.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request panicked");
    let page = "<!doctype html><html lang=\"uz\"><meta charset=\"utf-8\"><title>500</title>\
        <p>Bizda nimadir ishlamadi. Saqlanganlar joyida; birozdan keyin qayta urinib koʻring.</p>\
        <p lang=\"ru\">Сбой на нашей стороне. Сохранённое на месте; попробуйте немного позже.</p>\
        <p lang=\"en\">Something failed on our side. What was saved is safe; try again in a moment.</p></html>";
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_form_ends_where_it_can_be_read() {
        let head = "a=1&carried%5Bkeep%5D=x&";
        for (cut, read) in [
            ("b=%D0%B1&carried%5Bend%5D=1", "b=%D0%B1&carried%5Bend%5D=1"),
            ("b=%D0%B1&c", "b=%D0%B1"),
            ("b=%D0%B1&", "b=%D0%B1"),
            ("b=%D0%B1%D0", "b=%D0%B1"),
            ("b=%D0%B1%D", "b=%D0%B1"),
            ("b=%D0%B1%", "b=%D0%B1"),
            ("b=x%F0%9F%92", "b=x"),
            ("b=5", "b=5"),
        ] {
            let bytes = without_cut_end(Bytes::from(format!("{head}{cut}")));
            assert_eq!(bytes, format!("{head}{read}"), "{cut}");
        }
        for other in ["email=a%4&password=%", "a=1&b=%F"] {
            assert_eq!(without_cut_end(Bytes::from(other)), other, "forms without marks are left as they are");
        }
    }

    #[test]
    fn a_forged_forwarding_header_is_not_believed() {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 2.2.2.2"));
        let peer: SocketAddr = "10.0.0.1:5".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        assert_eq!(address(&request, &[]), "10.0.0.1");
        assert_eq!(address(&request, &[peer.ip()]), "2.2.2.2");
    }

    #[test]
    fn the_language_is_that_of_the_page_before() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers), Lang::Uz);
        headers.insert(header::REFERER, HeaderValue::from_static("http://127.0.0.1:3000/ru/my"));
        assert_eq!(language(&headers), Lang::Ru);
    }
}
