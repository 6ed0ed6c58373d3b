//! So many requests a client, that one does not take from the others.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use super::problem::Problem;
use crate::middleware::address;

/// Requests that a client may send at once, and again within a minute.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// After so many requests clients that have been quiet are forgotten.
const FORGET: usize = 10_000;

/// The clients of the last minute.
#[derive(Clone)]
pub struct Limit {
    clients: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    trusted: Vec<IpAddr>,
}

impl Limit {
    /// Nobody so far.
    pub fn new(trusted: Vec<IpAddr>) -> Self {
        Self { clients: Arc::new(RateLimiter::keyed(Quota::per_minute(PER_MINUTE))), trusted }
    }
}

/// A client: an address, or the network of which somebody has all addresses.
fn client(address: &str) -> IpAddr {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Ok(address) => address,
        Err(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

/// Refuses who asks too often.
pub async fn limit(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    let client = client(&address(&request, &limit.trusted));
    if limit.clients.len() > FORGET {
        limit.clients.retain_recent();
    }
    match limit.clients.check_key(&client) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let seconds = wait.wait_time_from(governor::clock::DefaultClock::default().now()).as_secs() + 1;
            let mut response = Problem::too_many().into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_one_is_one_client() {
        assert_eq!(client("2001:db8:1:2:3:4:5:6"), client("2001:db8:1:2::1"));
        assert_ne!(client("2001:db8:1:3::1"), client("2001:db8:1:2::1"));
        assert_ne!(client("10.0.0.1"), client("10.0.0.2"));
        assert_eq!(client("::ffff:10.0.0.1"), client("10.0.0.1"));
        assert_ne!(client("::ffff:10.0.0.1"), client("::ffff:10.0.0.2"));
        assert_eq!(client("unknown"), client(""));
    }
}
