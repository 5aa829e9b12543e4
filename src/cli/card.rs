//! What of a contact's card a command line says.

use crate::model::{Card, CardField};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// Under what the options stand in the help.
const HEADING: &str = "What is written on the card (an empty value empties; a list is written whole)";

/// What is written on a card, each by an option of its own: `--given-name Ada`.
#[derive(Debug, Clone, Default)]
pub struct CardArgs(Vec<(CardField, Vec<String>)>);

impl CardArgs {
    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a card becomes by it.
    ///
    /// # Errors
    /// What is wrong with a value, for people.
    pub fn apply(&self, mut card: Card) -> Result<Card, String> {
        for (field, values) in &self.0 {
            field.write(&mut card, values)?;
        }
        Ok(card)
    }
}

impl Args for CardArgs {
    fn augment_args(command: Command) -> Command {
        command.args(CardField::all().map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CardArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |field: CardField| {
            let values = matches.get_many::<String>(&name(field))?;
            Some((field, values.cloned().collect()))
        };
        Ok(Self(CardField::all().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn name(field: CardField) -> String {
    field.word().replace('_', "-")
}

fn option(field: CardField) -> Arg {
    let action = if field.is_list() { ArgAction::Append } else { ArgAction::Set };
    let (value, help) = match field {
        CardField::Birthday => ("YYYY-MM-DD", ""),
        CardField::Email => ("ADDRESS", "Repeat for several, the main one first"),
        CardField::Phone(_) => ("NUMBER", "Repeat for several"),
        CardField::ImAddress | CardField::Child | CardField::Category => ("TEXT", "Repeat for several"),
        CardField::Text(_) | CardField::Place(..) => ("TEXT", ""),
    };
    let option = Arg::new(name(field)).long(name(field)).value_name(value).action(action);
    option.help(help).help_heading(HEADING).allow_hyphen_values(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CardText;

    fn read(words: &[&str]) -> Result<CardArgs, clap::Error> {
        let command = CardArgs::augment_args(Command::new("edit"));
        CardArgs::from_arg_matches(&command.try_get_matches_from(std::iter::once(&"edit").chain(words))?)
    }

    #[test]
    fn an_option_writes_what_it_is_called_and_nothing_else() {
        let line =
            ["--surname", "Fort", "--email", "a@x", "--email", "b@x", "--home-city", "", "--title", "-"];
        let card = Card::default().overlaid(r#"{"places": {"home": {"city": "Bonn", "street": "Ring 1"}}}"#);
        let card = read(&line).unwrap().apply(card.unwrap()).unwrap();
        assert_eq!((card.text(CardText::Surname), card.text(CardText::Title)), ("Fort", "-"));
        assert_eq!(
            card.emails.iter().map(|email| email.address.as_str()).collect::<Vec<_>>(),
            ["a@x", "b@x"]
        );
        assert_eq!(serde_json::to_string(&card.places).unwrap(), r#"{"home":{"street":"Ring 1"}}"#);
        assert!(read(&[]).unwrap().is_empty());
        assert!(read(&["--surname", "a", "--surname", "b"]).is_err());
        assert!(read(&["--birthday", "soon"]).unwrap().apply(card).is_err());
    }
}
