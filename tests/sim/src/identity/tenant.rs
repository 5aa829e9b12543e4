//! Tenants: the segment of the path, and who may sign in behind it.

use uuid::Uuid;

use super::person::Person;
use crate::world::{DOMAIN, TENANT};

/// The tenant of all personal accounts.
pub const CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);
/// A second tenant, which has no accounts of its own.
pub const OTHER_TENANT: Uuid = Uuid::from_u128(0x5e1f_0000_0000_4000_8000_0000_0000_0002);
/// The second tenant's domain.
pub(super) const OTHER_DOMAIN: &str = "fabrikam-sim.example";

/// The tenant that a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tenant {
    /// Work and personal accounts.
    Common,
    /// Work accounts.
    Organizations,
    /// One tenant; [`CONSUMERS`] among them.
    One(Uuid),
}

impl Tenant {
    /// By name, GUID or domain; none: there is no such tenant.
    pub(super) fn of(segment: &str) -> Option<Self> {
        let segment = segment.to_lowercase();
        match segment.as_str() {
            "common" => Some(Self::Common),
            "organizations" => Some(Self::Organizations),
            "consumers" => Some(Self::One(CONSUMERS)),
            DOMAIN => Some(Self::One(TENANT)),
            OTHER_DOMAIN => Some(Self::One(OTHER_TENANT)),
            guid => {
                let known = |id: &Uuid| [TENANT, OTHER_TENANT, CONSUMERS].contains(id);
                guid.parse().ok().filter(known).map(Self::One)
            }
        }
    }

    /// What stands for it in an issuer; discovery leaves it open where several tenants may answer.
    pub(super) fn in_issuer(self) -> String {
        match self {
            Self::Common | Self::Organizations => "{tenantid}".to_owned(),
            Self::One(id) => id.to_string(),
        }
    }

    /// Whether this person may sign in behind it.
    pub(super) fn admits(self, person: &Person) -> bool {
        match self {
            Self::Common => true,
            Self::Organizations => person.tid != CONSUMERS,
            Self::One(id) => person.tid == id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_by_each_of_its_names() {
        assert_eq!(Tenant::of("Common"), Some(Tenant::Common));
        assert_eq!(Tenant::of("consumers"), Tenant::of(&CONSUMERS.to_string()));
        assert_eq!(Tenant::of(DOMAIN), Some(Tenant::One(TENANT)));
        assert_eq!(Tenant::of(&TENANT.to_string().to_uppercase()), Some(Tenant::One(TENANT)));
        assert_eq!(Tenant::of("nowhere.example"), None);
        assert_eq!(Tenant::of(&Uuid::new_v4().to_string()), None);
    }
}
