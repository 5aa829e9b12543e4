//! The form that a client posts.

use std::collections::HashMap;

use super::errors::OauthError;

/// Parameters by name, each at most once.
#[derive(Debug, Default)]
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    /// Reads a form; a parameter that comes twice is refused (RFC 6749, 3.2).
    pub(super) fn parse(body: &str) -> Result<Self, OauthError> {
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(body.as_bytes()).into_owned() {
            if fields.contains_key(&name) {
                let text =
                    format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
                return Err(OauthError::aadsts(9_000_411).text(text));
            }
            fields.insert(name, value);
        }
        Ok(Self(fields))
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name).ok_or_else(|| {
            let text = format!("The request body must contain the following parameter: '{name}'.");
            OauthError::aadsts(900_144).text(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_each_parameter_once() {
        let fields = Fields::parse("scope=a+b&code=%2F&empty=").unwrap();
        assert_eq!(
            (fields.get("scope"), fields.get("code"), fields.get("empty")),
            (Some("a b"), Some("/"), None)
        );
        assert_eq!(fields.need("empty").unwrap_err().code, 900_144);
        assert_eq!(Fields::parse("a=1&a=1").unwrap_err().code, 9_000_411);
    }
}
