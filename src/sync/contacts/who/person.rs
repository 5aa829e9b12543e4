//! By what a person is known, and what speaks against two contacts being one. Pure.

use crate::model::{Card, CardText, Proof};
use crate::sync::contacts::canon::{self, Canon};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What two contacts that are one have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Email(String),
    Phone(String),
    Name(String),
}

impl Key {
    /// What it is said to be when it joins two.
    pub(super) const fn proof(&self) -> Proof {
        match self {
            Self::Email(_) => Proof::Email,
            Self::Phone(_) => Proof::Phone,
            Self::Name(_) => Proof::Name,
        }
    }
}

/// Each key of a card, once. A phone number that is not valid and an address that is none are no keys.
pub(super) fn keys(card: &Card, canon: Canon) -> HashSet<Key> {
    let forms = canon.forms(card);
    let emails = forms.emails.into_iter().flatten().map(Key::Email);
    let phones = forms.phones.into_iter().flatten().map(Key::Phone);
    let name = Some(name(card)).filter(|name| !name.is_empty()).map(Key::Name);
    emails.chain(phones).chain(name).collect()
}

/// What two cards have in common.
pub(super) fn in_common(one: &Card, other: &Card, canon: Canon) -> BTreeSet<Proof> {
    keys(one, canon).intersection(&keys(other, canon)).map(Key::proof).collect()
}

fn addresses(card: &Card) -> impl Iterator<Item = String> {
    card.emails.iter().filter_map(|entry| canon::email_form(&entry.address))
}

/// The name of a person, or else of a company: its words in any order, without case. Empty where there is
/// none.
pub(super) fn name(card: &Card) -> String {
    let parts = [CardText::GivenName, CardText::Surname].map(|text| card.text(text));
    let parts = if parts.iter().all(|part| !part.is_empty()) { parts.join(" ") } else { String::new() };
    let names = [parts.as_str(), card.text(CardText::DisplayName), card.text(CardText::CompanyName)];
    let written = names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default();
    let folded = canon::folded(written);
    let words: BTreeSet<_> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// Whether both have a name, and not the same.
pub(super) fn have_other_names(one: &Card, other: &Card) -> bool {
    differ(&name(one), &name(other))
}

/// Whether two contacts cannot well be one person: other surnames, other days of birth, or addresses at one
/// domain that are each a person's and of which they share none.
pub(super) fn contradict(one: &Card, other: &Card) -> bool {
    let surnames = [one, other].map(|card| canon::folded(card.text(CardText::Surname)));
    let birthdays = one.birthday.zip(other.birthday).is_some_and(|(one, other)| one != other);
    let (ones, others) = (at_domains(one), at_domains(other));
    let addresses = ones
        .iter()
        .any(|(domain, locals)| others.get(domain).is_some_and(|others| locals.is_disjoint(others)));
    differ(&surnames[0], &surnames[1]) || birthdays || addresses
}

fn differ(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && one != other
}

/// The addresses that are a person's, by domain.
fn at_domains(card: &Card) -> BTreeMap<String, BTreeSet<String>> {
    let mut domains: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for address in addresses(card).filter(|address| !is_role(address)) {
        if let Some((local, domain)) = address.rsplit_once('@') {
            domains.entry(domain.to_owned()).or_default().insert(local.to_owned());
        }
    }
    domains
}

/// What stands before the `@` of an address that is nobody's own.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "accueil",
    "admin",
    "administracion",
    "administratie",
    "administration",
    "amministrazione",
    "anfrage",
    "anmeldung",
    "bestellung",
    "bestellungen",
    "bewerbung",
    "billing",
    "booking",
    "buchhaltung",
    "buero",
    "büro",
    "careers",
    "compliance",
    "contact",
    "contacto",
    "customerservice",
    "datenschutz",
    "direction",
    "einkauf",
    "email",
    "empfang",
    "enquiries",
    "facturacion",
    "faktura",
    "feedback",
    "finance",
    "geschaeftsfuehrung",
    "hallo",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hotline",
    "hr",
    "info",
    "information",
    "inquiries",
    "invoice",
    "invoices",
    "it",
    "jobs",
    "kanzlei",
    "karriere",
    "klantenservice",
    "kontakt",
    "kundenservice",
    "legal",
    "mail",
    "mailbox",
    "marketing",
    "media",
    "news",
    "newsletter",
    "noreply",
    "office",
    "order",
    "orders",
    "post",
    "postmaster",
    "praxis",
    "presse",
    "press",
    "privacy",
    "purchasing",
    "rechnung",
    "rechnungen",
    "reception",
    "reklamation",
    "reservation",
    "reservierung",
    "root",
    "sales",
    "secretariat",
    "security",
    "sekretariat",
    "service",
    "services",
    "shop",
    "support",
    "team",
    "technik",
    "vendite",
    "ventas",
    "verkauf",
    "verkoop",
    "versand",
    "vertrieb",
    "verwaltung",
    "webmaster",
    "welcome",
    "zentrale",
];
/// A role that is part of a longer name, such as `sales-emea`, is at least so long: `it.smith` is a person.
const LEAST_PART: usize = 4;

/// Whether an address, in canonical form, is a role's: read by whoever has it.
pub(super) fn is_role(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    let joined: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let first = local.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    ROLES.contains(&joined.as_str()) || first.chars().count() >= LEAST_PART && ROLES.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CardEmail;
    use chrono::NaiveDate;

    fn card(surname: &str, addresses: &[&str]) -> Card {
        let emails =
            addresses.iter().map(|address| CardEmail { address: (*address).to_owned(), name: String::new() });
        let mut card = Card { emails: emails.collect(), ..Card::default() };
        card.set_text(CardText::Surname, surname.to_owned());
        card
    }

    #[test]
    fn an_address_of_a_role_is_told_from_a_persons() {
        for role in ["info@x", "info2@x", "sales-emea@x", "no-reply@x", "info+news@x", "büro@x", "hr@x"] {
            assert!(is_role(role), "{role}");
        }
        for person in ["anna@x", "it.smith@x", "anna.sales@x", "informatica@x", "a@x"] {
            assert!(!is_role(person), "{person}");
        }
    }

    #[test]
    fn other_surnames_birthdays_and_own_addresses_at_one_domain_contradict() {
        for (one, other, is) in [
            (card("Fort", &[]), card("Smith", &[]), true),
            (card("Fort", &[]), card("FORT ", &[]), false),
            (card("Fort", &[]), card("", &[]), false),
            (card("", &["anna@x.example"]), card("", &["otto@x.example"]), true),
            (card("", &["anna@x.example"]), card("", &["otto@y.example"]), false),
            (card("", &["anna@x.example"]), card("", &["info@x.example"]), false),
            (card("", &["anna@x.example", "a@x.example"]), card("", &["a@x.example", "af@x.example"]), false),
        ] {
            assert_eq!(contradict(&one, &other), is, "{one:?} {other:?}");
            assert_eq!(contradict(&other, &one), is);
        }
        let born = |day| Card { birthday: NaiveDate::from_ymd_opt(1992, 2, day), ..Card::default() };
        assert!(contradict(&born(28), &born(29)) && !contradict(&born(29), &born(29)));
        assert!(!contradict(&born(29), &Card::default()));
    }

    #[test]
    fn a_name_is_its_words_in_any_order() {
        let named = |display: &str, given: &str, surname: &str, company: &str| {
            let mut card = Card::default();
            card.set_text(CardText::DisplayName, display.to_owned());
            card.set_text(CardText::GivenName, given.to_owned());
            card.set_text(CardText::Surname, surname.to_owned());
            card.set_text(CardText::CompanyName, company.to_owned());
            name(&card)
        };
        assert_eq!(named("Fort, Anna", "", "", "Acme"), "anna fort");
        assert_eq!(named("Annie", "Anna", "FORT", ""), "anna fort");
        assert_eq!(named("", "", "", "Acme"), named("acme", "", "", ""));
        assert_eq!(named("-", "", "", ""), "");
    }
}
