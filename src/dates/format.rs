//! How a mailbox writes a date in numbers: .NET's short date patterns.

use super::scan::Number;
use std::fmt;

/// In which order day, month and year are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Dmy,
    Mdy,
    Ymd,
}

pub(super) const ORDERS: [Order; 3] = [Order::Dmy, Order::Mdy, Order::Ymd];

impl Order {
    /// Day, month and year out of three numbers in this order.
    pub(super) fn of_three<T: Copy>(self, [one, two, three]: [T; 3]) -> [T; 3] {
        match self {
            Self::Dmy => [one, two, three],
            Self::Mdy => [two, one, three],
            Self::Ymd => [three, two, one],
        }
    }

    /// Day and month out of two numbers in this order.
    pub(super) fn of_two<T: Copy>(self, [one, two]: [T; 2]) -> [T; 2] {
        match self {
            Self::Dmy => [one, two],
            Self::Mdy | Self::Ymd => [two, one],
        }
    }
}

/// A short date pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DatePattern {
    pub(super) order: Order,
    /// How exactly it is written; `None` where only the order is known.
    pub(super) shape: Option<Shape>,
    /// What it costs to take a text for one of this format.
    pub(super) rank: u32,
}

/// How exactly a pattern writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    sign: char,
    day_digits: u32,
    month_digits: u32,
    year_digits: u32,
}

impl DatePattern {
    /// Only the order is known.
    pub(super) fn loose(order: Order, rank: u32) -> Self {
        Self { order, shape: None, rank }
    }

    /// What each row costs that is taken for one of this format beside one whose shape is known as well.
    pub(super) fn looseness(&self) -> u32 {
        u32::from(self.shape.is_none())
    }

    /// A .NET pattern such as `dd.MM.yyyy`; `None` when it names the month or lacks one of the three.
    pub(super) fn parse(pattern: &str, rank: u32) -> Option<Self> {
        let mut runs: Vec<(char, u32)> = Vec::new();
        let mut signs = Vec::new();
        let mut quoted = false;
        for c in pattern.chars() {
            match (c, runs.last_mut()) {
                ('\'', _) => quoted = !quoted,
                ('d' | 'M' | 'y', Some((field, length))) if !quoted && *field == c => *length += 1,
                ('d' | 'M' | 'y', _) if !quoted => runs.push((c, 1)),
                (c, Some(_)) => signs.push((runs.len(), if c.is_alphabetic() { 'u' } else { c })),
                (_, None) => {}
            }
        }
        let [one, two, three] = <[(char, u32); 3]>::try_from(runs).ok()?;
        let order = match (one.0, two.0, three.0) {
            ('d', 'M', 'y') => Order::Dmy,
            ('M', 'd', 'y') => Order::Mdy,
            ('y', 'M', 'd') => Order::Ymd,
            _ => return None,
        };
        let [(_, day_digits), (_, month_digits), (_, year_digits)] = order.of_three([one, two, three]);
        // The first sign that is no space stands between all of them.
        let sign =
            signs.iter().find(|(after, sign)| *after < 3 && *sign != ' ').map_or(' ', |(_, sign)| *sign);
        let shape = Shape { sign, day_digits, month_digits, year_digits: year_digits.max(2) };
        (month_digits <= 2).then_some(Self { order, shape: Some(shape), rank })
    }

    /// Day, month and year, when three numbers can be of this format.
    pub(super) fn three(&self, numbers: [Number; 3]) -> Option<[Number; 3]> {
        let [day, month, year] = self.order.of_three(numbers);
        let year_digits = self.shape.map_or(year.digits, |shape| shape.year_digits);
        let fits = matches!(year.digits, 2 | 4)
            && year.digits == year_digits
            && self.fits(day, month, &numbers[1..]);
        fits.then_some([day, month, year])
    }

    /// Day and month, when two numbers can be of this format without its year: the stretch from the first to
    /// the last of day and month, as `formatRelativeDate` of OWA's page writes it.
    pub(super) fn two(&self, numbers: [Number; 2]) -> Option<[Number; 2]> {
        let [day, month] = self.order.of_two(numbers);
        self.fits(day, month, &numbers[1..]).then_some([day, month])
    }

    fn fits(&self, day: Number, month: Number, joined: &[Number]) -> bool {
        let Some(shape) = self.shape else { return day.digits <= 2 && month.digits <= 2 };
        let written = |number: Number, least: u32| number.digits == if number.value < 10 { least } else { 2 };
        joined.iter().all(|number| number.sign == shape.sign)
            && written(day, shape.day_digits)
            && written(month, shape.month_digits)
    }
}

/// As a .NET pattern; where only the order is known, without signs.
impl fmt::Display for DatePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shape { sign, day_digits, month_digits, year_digits } =
            self.shape.unwrap_or(Shape { sign: ' ', day_digits: 1, month_digits: 1, year_digits: 2 });
        let run = |letter: &str, digits: u32| letter.repeat(digits as usize);
        let [day, month, year] = [run("d", day_digits), run("M", month_digits), run("y", year_digits)];
        let [one, two, three] = match self.order {
            Order::Dmy => [day, month, year],
            Order::Mdy => [month, day, year],
            Order::Ymd => [year, month, day],
        };
        let sign = if sign == 'u' { ' ' } else { sign };
        write!(f, "{one}{sign}{two}{sign}{three}")
    }
}

#[cfg(test)]
mod tests;
