//! How often tokens for the API are used that may be so often in an hour. It is counted here and not in the database,
//! where somebody might count it back.

use crate::model::TokenId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// In any stretch of this length there are no more uses than may be.
const HOUR: TimeDelta = TimeDelta::hours(1);

/// When each token was used in the last hour. Tokens are made by the operator, and the uses of each are bounded.
#[derive(Default)]
pub(super) struct Uses(Mutex<HashMap<TokenId, VecDeque<DateTime<Utc>>>>);

impl Uses {
    /// Counts a use of a token that may be used so often in an hour.
    ///
    /// # Errors
    /// The wait until it may be used again.
    pub(super) fn take(&self, token: &TokenId, most: u32, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = all.entry(token.clone()).or_default();
        while uses.front().is_some_and(|first| now - *first >= HOUR) {
            uses.pop_front();
        }
        match uses.front() {
            Some(first) if uses.len() >= most as usize => {
                Err((*first + HOUR - now).to_std().unwrap_or_default())
            }
            _ => {
                uses.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hour_has_more_uses_than_may_be() {
        let (uses, begun) = (Uses::default(), DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let (one, other) = (TokenId::new(begun), TokenId::new(begun + TimeDelta::seconds(1)));
        let take = |token, minute| uses.take(token, 2, begun + TimeDelta::minutes(minute));
        assert_eq!([take(&one, 0), take(&one, 40)], [Ok(()), Ok(())]);
        assert_eq!(take(&one, 50), Err(Duration::from_mins(10)));
        assert_eq!(take(&other, 50), Ok(()), "each for itself");
        assert_eq!(take(&one, 60), Ok(()), "what was refused is no use");
        assert_eq!(take(&one, 61), Err(Duration::from_mins(39)));
    }
}
