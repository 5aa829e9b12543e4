//! Faults: a call that fails as a whole. They have neither `ResponseMessages` nor `Header`.

use serde_json::Value;

use super::object::object;
use crate::knobs::{FaultForm, KeyOrder};

/// The form that a server of this style gives its faults.
pub(super) fn form(style: KeyOrder) -> FaultForm {
    match style {
        KeyOrder::Cloud | KeyOrder::Untyped => FaultForm::Brief,
        KeyOrder::Onprem => FaultForm::Full,
    }
}

/// The JSON of a fault; with a time to wait it is transient, and of the full form whatever was asked for.
pub(super) fn json(form: FaultForm, exception: &str, text: Option<&str>, back_off_ms: Option<u32>) -> Value {
    let body = match form {
        FaultForm::Brief if back_off_ms.is_none() => {
            object().put("ExceptionName", exception).put("MessageText", text.unwrap_or_default())
        }
        FaultForm::Bare if back_off_ms.is_none() => {
            object().put("ExceptionName", exception).put("ResponseCode", "ErrorInternalServerError")
        }
        FaultForm::Brief | FaultForm::Bare | FaultForm::Full => object()
            .put("ErrorCode", 500)
            .put("ExceptionName", exception)
            .put("FaultMessage", text.map_or(Value::Null, Value::from))
            .put("IsTransient", back_off_ms.is_some())
            .maybe("BackOffPeriodInMs", back_off_ms),
    };
    object().put("Body", body.done()).done()
}

/// The full .NET name, as `x-owa-error` has it.
pub(super) fn full_name(exception: &str) -> String {
    let namespace = match exception {
        "SerializationException" => "System.Runtime.Serialization",
        "NullReferenceException"
        | "MemberAccessException"
        | "FormatException"
        | "NotImplementedException" => "System",
        name if name.starts_with("Owa") => "Microsoft.Exchange.Clients.Owa2.Server.Core",
        name if name.starts_with("Mapi") => "Microsoft.Mapi",
        _ => "Microsoft.Exchange.Services.Core.Types",
    };
    format!("{namespace}.{exception}")
}
