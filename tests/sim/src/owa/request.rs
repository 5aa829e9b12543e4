//! A call as it arrives: JSON in `X-OWA-UrlPostData` with an empty body, or in the body; of the action's
//! contract; a Windows zone.

use axum::http::{HeaderMap, StatusCode};
use chrono_tz::Tz;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{contract, zones};
use crate::knobs::KeyOrder;

/// Longest encoded JSON that the header may carry.
const MOST_IN_HEADER: usize = 2048;

/// A request that is understood.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) json: Value,
    /// The zone that the request names.
    pub(super) zone: Option<Tz>,
    /// `prefer: IdType="ImmutableId"`.
    pub(super) immutable: bool,
}

/// A request that is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Plain text with this status.
    Http(StatusCode, &'static str),
    /// A JSON fault: exception, text.
    Fault(&'static str, String),
    /// The server fails while it writes this.
    HalfWay(Value),
}

impl Refusal {
    /// What Exchange's dispatcher of OWA's calls says; the reason behind it is for tests.
    fn unreadable(action: &str, why: impl std::fmt::Display) -> Self {
        let text = format!("Cannot deserialize object of type {action}JsonRequest: {why}");
        Self::Fault("OwaSerializationException", text)
    }
}

impl Call {
    pub(super) fn parse(
        style: KeyOrder,
        action: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let text = payload(headers, body)?;
        if text.is_empty() {
            let text = "Object reference not set to an instance of an object.";
            return Err(Refusal::Fault("NullReferenceException", text.to_owned()));
        }
        let bad = |why| Refusal::unreadable(action, why);
        let json: Value = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        // `DataContractJsonSerializer` wants it so; in the cloud works a client whose members are sorted
        // (adyavanapalli/outlook-cli).
        if style == KeyOrder::Onprem && !types_come_first(&json) {
            return Err(bad("The __type member must come first in every object.".to_owned()));
        }
        contract::check(action, &json).map_err(bad)?;
        let id = json["Header"]["TimeZoneContext"]["TimeZoneDefinition"]["Id"].as_str();
        Ok(Self { zone: id.map(zone).transpose()?, immutable: prefers_immutable(headers), json })
    }
}

/// The zone with this Windows id, or the fault that an unknown one brings.
pub(super) fn zone(id: &str) -> Result<Tz, Refusal> {
    let text = || format!("The time zone '{id}' is not valid.");
    zones::by_windows_id(id).ok_or_else(|| Refusal::Fault("TimeZoneException", text()))
}

/// Whether the request prefers immutable ids.
pub(super) fn prefers_immutable(headers: &HeaderMap) -> bool {
    let prefer = headers.get("prefer").and_then(|value| value.to_str().ok());
    prefer.is_some_and(|text| text.contains(r#"IdType="ImmutableId""#))
}

/// Decodes as `decodeURIComponent` does: a plus stays a plus.
fn payload(headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    let bad = |text| Refusal::Http(StatusCode::BAD_REQUEST, text);
    let Some(header) = headers.get("x-owa-urlpostdata") else {
        return String::from_utf8(body.to_vec()).map_err(|_| bad("body is not UTF-8"));
    };
    if header.len() > MOST_IN_HEADER {
        return Err(bad("X-OWA-UrlPostData is too long"));
    }
    let encoded = header.to_str().map_err(|_| bad("X-OWA-UrlPostData is not ASCII"))?;
    let decoded =
        percent_decode_str(encoded).decode_utf8().map_err(|_| bad("X-OWA-UrlPostData is not UTF-8"))?;
    Ok(decoded.into_owned())
}

fn types_come_first(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let first = members.keys().position(|name| name == "__type").is_none_or(|at| at == 0);
            first && members.values().all(types_come_first)
        }
        Value::Array(values) => values.iter().all(types_come_first),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"__type":"A:#Exchange","Header":{"TimeZoneContext":{"TimeZoneDefinition":{"Id":"GMT Standard Time"}}}}"#;

    /// A call of an action without a contract.
    fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Call, Refusal> {
        Call::parse(KeyOrder::Cloud, "Whatever", headers, body)
    }

    fn header(value: &str) -> HeaderMap {
        HeaderMap::from_iter([("x-owa-urlpostdata".parse().unwrap(), value.parse().unwrap())])
    }

    fn encoded(json: &str) -> String {
        percent_encoding::utf8_percent_encode(json, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    #[test]
    fn header_and_body_say_the_same() {
        let in_header = parse(&header(&encoded(JSON)), b"").unwrap();
        let in_body = parse(&HeaderMap::new(), JSON.as_bytes()).unwrap();
        assert_eq!(in_header.json, in_body.json);
        assert_eq!(in_header.zone, Some(Tz::Europe__London));
    }

    #[test]
    fn a_plus_stays_a_plus_and_makes_the_zone_unknown() {
        let form = encoded(JSON).replace("%20", "+");
        let refusal = parse(&header(&form), b"").unwrap_err();
        assert!(matches!(refusal, Refusal::Fault("TimeZoneException", _)));
    }

    #[test]
    fn the_header_holds_2048_encoded_characters_and_not_one_more() {
        let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
        assert!(parse(&header(&padded(2048).replace(' ', "\t")), b"").is_ok());
        let refusal = parse(&header(&encoded(&padded(2048))), b"").unwrap_err();
        assert!(matches!(refusal, Refusal::Http(StatusCode::BAD_REQUEST, _)));
    }

    #[test]
    fn a_type_that_does_not_come_first_is_a_fault_on_premises_only() {
        let body = br#"{"Body":{"Id":"x","__type":"B:#Exchange"}}"#;
        let refusal = Call::parse(KeyOrder::Onprem, "Whatever", &HeaderMap::new(), body).unwrap_err();
        assert!(matches!(refusal, Refusal::Fault("OwaSerializationException", _)));
        assert!(parse(&HeaderMap::new(), body).is_ok());
    }

    #[test]
    fn a_request_against_its_contract_is_a_fault() {
        let body = br#"{"Header":{"RequestServerVersion":"Exchange2013"},"Body":{"Surprise":1}}"#;
        let refusal = Call::parse(KeyOrder::Cloud, "GetItem", &HeaderMap::new(), body).unwrap_err();
        assert!(matches!(refusal, Refusal::Fault("OwaSerializationException", _)));
    }
}
