//! Spans of time in answers, in seconds.

use crate::net::LONGEST_WAIT;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::time::Duration;

/// A number, or one that is written as text. What lies in the past counts as no time at all, what is longer
/// than a day as a day. `None` where it is absent, `null` or no number.
pub(super) fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let number = match Value::deserialize(from)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let finite = number.filter(|seconds| seconds.is_finite());
    Ok(finite.map(|seconds| Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_WAIT.as_secs_f64()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct SecondsOnWire {
        #[serde(default, deserialize_with = "seconds")]
        life: Option<Duration>,
    }

    #[test]
    fn a_span_of_time_is_at_most_a_day_or_absent() {
        let day = Some(86_400_000);
        for (json, millis) in [
            (r#"{"life": 3599}"#, Some(3_599_000)),
            (r#"{"life": "3599"}"#, Some(3_599_000)),
            (r#"{"life": " 3599.5 "}"#, Some(3_599_500)),
            (r#"{"life": 0}"#, Some(0)),
            (r#"{"life": -7}"#, Some(0)),
            (r#"{"life": 9223372036854775807}"#, day),
            (r#"{"life": 1e300}"#, day),
            (r#"{"life": "soon"}"#, None),
            (r#"{"life": "NaN"}"#, None),
            (r#"{"life": true}"#, None),
            (r#"{"life": null}"#, None),
            ("{}", None),
        ] {
            let wire: SecondsOnWire = serde_json::from_str(json).unwrap();
            assert_eq!(wire.life.map(|life| life.as_millis()), millis, "{json}");
        }
    }
}
