//! The description of all routes (OpenAPI 3.1), made of the table that they are served from.

use super::problem::ProblemDetails;
use super::routes::{Route, table};
use crate::model::Scope;
use axum::http::Method;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Header, Info, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, Schema,
};
use utoipa::{PartialSchema, ToSchema};

/// What every caller sends.
const BEARER: &str = "bearer";

/// The groups of routes, in the order in which a reader meets them.
const TAGS: [(&str, &str); 7] = [
    (
        "accounts",
        "Connected mailboxes: how each does and why, what was done with it, and tokens for workflows.",
    ),
    ("messages", "What is stored of their mail, what is done to it, and mail that is sent."),
    (
        "contacts",
        "Their contacts, which go both ways: what goes out, what waits for a person, and taking it back.",
    ),
    ("sync", "Having mailboxes read at once."),
    (
        "sign-in",
        "Connecting a mailbox: by its owner's password or by a code as a conversation, and by a popup of the CRM's.",
    ),
    ("tokens", "Tokens that let callers in here."),
    ("service", "The service itself."),
];

/// What stands in paths.
const IN_PATHS: [(&str, &str); 11] = [
    ("address", "An e-mail address."),
    ("error", "The word of an error."),
    ("id", "The account's id."),
    ("attempt", "The attempt's id."),
    ("connect", "The id of the connect."),
    ("contact", "The contact's id."),
    ("entry", "The id of a message in the outbox."),
    ("match", "The id of the match."),
    ("message", "The message's id."),
    ("position", "The place in `attachments` of the message, from 0 on."),
    ("token", "The token's id."),
];

/// The document, as it is answered and printed.
#[must_use]
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let text = serde_json::to_string_pretty(&described(table())).unwrap_or_default();
        // What Rust calls `None`, JSON calls null.
        text.replace("`None`", "null") + "\n"
    });
    &TEXT
}

/// The same as a value.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(openapi()).unwrap_or_default());
    &DOCUMENT
}

fn described(table: Vec<Route>) -> OpenApi {
    let (mut paths, mut schemas) = (Paths::new(), Vec::new());
    ProblemDetails::schemas(&mut schemas);
    schemas.push((ProblemDetails::name().into_owned(), ProblemDetails::schema()));
    for route in table {
        schemas.extend(route.schemas);
        let operation = completed(route.operation, &route.path, (route.scope, route.wants_any));
        let operation = if route.is_repeatable { repeatable(operation) } else { operation };
        paths.add_path_operation(&route.path, vec![method(&route.method)], operation);
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = ComponentsBuilder::new().schemas_from_iter(schemas).security_scheme(BEARER, bearer);
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info())
        .tags(Some(tags))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn info() -> Info {
    let mut info = Info::new("outlook-syncd", env!("CARGO_PKG_VERSION"));
    let license = LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0"));
    info.license = Some(license.build());
    info.description = Some(
        "Reads mailboxes into a database, and brings contacts into step with them. Each operation names the \
         scope that a caller needs. Every answer that is an error is a `ProblemDetails`."
            .to_owned(),
    );
    info
}

/// An operation with what the table and its path say of it.
fn completed(mut operation: Operation, path: &str, (scope, wants_any): (Option<Scope>, bool)) -> Operation {
    let of_scope = scope.map(|scope| SecurityRequirement::new(BEARER, [scope.as_str()]));
    let of_any = wants_any.then(|| SecurityRequirement::new(BEARER, std::iter::empty::<&str>()));
    operation.security = Some(of_scope.or(of_any).into_iter().collect());
    let mut parameters: Vec<_> = in_path(path).collect();
    parameters.extend(operation.parameters.into_iter().flatten().map(never_null));
    operation.parameters = Some(parameters).filter(|all| !all.is_empty());
    operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem().into());
    operation
}

/// An operation that is done once, however often it is asked under one key.
fn repeatable(mut operation: Operation) -> Operation {
    let key = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).max_length(Some(255));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same request again under the same key does nothing for 24 hours."))
        .schema(Some(key));
    operation.parameters.get_or_insert_default().push(key.build().into());
    let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    let mut replayed = Header::new(text);
    replayed.description = Some("`true`, where the request was made before.".to_owned());
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer
            && status.starts_with('2')
        {
            answer.headers.insert("Idempotency-Replayed".to_owned(), replayed.clone().into());
        }
    }
    for (status, about) in [
        ("409", "Among others: the same request is under way (`request_under_way`)."),
        ("422", "Something else was asked under the key (`key_reused`)."),
    ] {
        let mut answer = problem();
        about.clone_into(&mut answer.description);
        operation.responses.responses.insert(status.to_owned(), answer.into());
    }
    operation
}

fn problem() -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDetails::name())));
    ResponseBuilder::new()
        .description("What went wrong, whose turn it is, and what to do.")
        .content("application/problem+json", content.build())
        .build()
}

fn in_path(path: &str) -> impl Iterator<Item = RefOr<Parameter>> {
    let is_there = |(name, _): &(&str, &str)| path.contains(&format!("{{{name}}}"));
    IN_PATHS.into_iter().filter(is_there).map(|(name, about)| {
        let format = match name {
            "address" => Some(KnownFormat::Email),
            "error" | "position" => None,
            _ => Some(KnownFormat::Uuid),
        };
        let kind = if name == "position" { Type::Integer } else { Type::String };
        let id = ObjectBuilder::new()
            .schema_type(SchemaType::Type(kind))
            .format(format.map(SchemaFormat::KnownFormat));
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        parameter.required(Required::True).description(Some(about)).schema(Some(id)).build().into()
    })
}

/// A parameter that is not there is left out: it is never null.
#[expect(clippy::wildcard_enum_match_arm, reason = "schemas are kept open for more kinds")]
fn never_null(parameter: RefOr<Parameter>) -> RefOr<Parameter> {
    let RefOr::T(mut parameter) = parameter else { return parameter };
    parameter.schema = parameter.schema.map(|schema| match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Array(types) = &object.schema_type {
                let one = types.iter().find(|one| **one != Type::Null).cloned();
                object.schema_type = one.map_or(SchemaType::AnyValue, SchemaType::Type);
            }
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.into_iter().next_back().expect("null or something"),
        other => other,
    });
    RefOr::T(parameter)
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}
