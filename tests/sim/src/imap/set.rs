//! Sets of numbers (RFC 3501, `sequence-set`): `4,7:9,12:*`.

/// Ranges, each with its smaller end first.
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    /// Every number.
    pub(super) fn all() -> Self {
        Self(vec![(1, u32::MAX)])
    }

    /// Reads a set; `*` is `last`. In `5:*` the star stands for the last number even where that is smaller than 5
    /// (RFC 3501, 6.4.8). `None` where it is none.
    pub(super) fn parse(text: &str, last: u32) -> Option<Self> {
        let number = |text: &str| if text == "*" { Some(last) } else { text.parse().ok().filter(|n| *n > 0) };
        let range = |text: &str| {
            let (one, other) = text.split_once(':').unwrap_or((text, text));
            let (one, other) = (number(one)?, number(other)?);
            Some((one.min(other), one.max(other)))
        };
        text.split(',').map(range).collect::<Option<_>>().map(Self)
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0.iter().any(|(from, to)| (*from..=*to).contains(&number))
    }
}

/// The same as COPYUID writes it: `304,319:320` (RFC 4315).
pub(super) fn spelled(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, to)) if *to + 1 == *number => *to = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let spell = |(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}:{to}") };
    ranges.iter().map(spell).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_is_the_last_number_on_either_side() {
        let set = Set::parse("4,7:9,12:*", 10).unwrap();
        let has: Vec<u32> = (1..=13).filter(|n| set.has(*n)).collect();
        assert_eq!(has, [4, 7, 8, 9, 10, 11, 12]);
        for wrong in ["", "0", "a", "1:", "1;2"] {
            assert!(Set::parse(wrong, 10).is_none(), "{wrong}");
        }
        assert_eq!(spelled(&[304, 319, 320]), "304,319:320");
    }
}
