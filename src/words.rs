//! `words!`: an enumeration that says its words once.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Declares an enumeration whose variants each have one word: in the database, in JSON, in the configuration
/// and wherever else it is text. From the one list come `ALL`, `as_str`, `parse` and both directions of
/// serde, and the schema.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $visible:vis enum $name:ident {
            $($(#[$of_variant:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $visible enum $name {
            $($(#[$of_variant])* #[serde(rename = $word)] #[schema(rename = $word)] $variant),+
        }

        impl $name {
            /// Each variant, in the order of its declaration.
            $visible const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word that stands for it.
            #[must_use]
            $visible const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The variant of a word; `None` when it has no such word.
            #[must_use]
            $visible fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|variant| variant.as_str() == word)
            }
        }
    };
}

/// The schema of a text that is one of these words.
pub(crate) fn schema(words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

#[cfg(test)]
mod tests {
    words! {
        /// Two of them.
        #[derive(PartialOrd)]
        enum Size {
            Small = "small",
            VeryLarge = "very_large",
        }
    }

    #[test]
    fn a_word_is_the_same_in_a_column_and_in_json() {
        for size in Size::ALL {
            assert_eq!(Size::parse(size.as_str()), Some(size));
            let json = serde_json::to_value(size).unwrap();
            assert_eq!(json, size.as_str());
            assert_eq!(serde_json::from_value::<Size>(json).unwrap(), size);
        }
        assert_eq!(Size::parse("Small"), None);
        assert!(Size::Small < Size::VeryLarge);
    }
}
