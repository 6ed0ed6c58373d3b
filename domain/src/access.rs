//! Who may do what. Everything that is not allowed here is forbidden.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    codes::codes,
    ids::{PersonId, ResidentId},
    region::Region,
};

/// What an official is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Decides on filings of all regions.
    Reviewer,
    /// Watches one region.
    RegionalViewer(Region),
    /// Watches all figures and filings; publishes.
    Statistician,
    /// Looks after rules, people and the audit trail; watches all figures.
    Administrator,
}

codes! {
    /// The name of a role, as stored beside its region.
    RoleName {
        /// [`Role::Reviewer`].
        Reviewer = "reviewer",
        /// [`Role::RegionalViewer`].
        RegionalViewer = "regional_viewer",
        /// [`Role::Statistician`].
        Statistician = "statistician",
        /// [`Role::Administrator`].
        Administrator = "administrator",
    }
}

impl Role {
    /// Name and region.
    pub const fn parts(self) -> (RoleName, Option<Region>) {
        match self {
            Self::Reviewer => (RoleName::Reviewer, None),
            Self::RegionalViewer(region) => (RoleName::RegionalViewer, Some(region)),
            Self::Statistician => (RoleName::Statistician, None),
            Self::Administrator => (RoleName::Administrator, None),
        }
    }

    /// The role of a name and a region; none where one does not go with the other.
    pub const fn of_parts(name: RoleName, region: Option<Region>) -> Option<Self> {
        match (name, region) {
            (RoleName::Reviewer, None) => Some(Self::Reviewer),
            (RoleName::RegionalViewer, Some(region)) => Some(Self::RegionalViewer(region)),
            (RoleName::Statistician, None) => Some(Self::Statistician),
            (RoleName::Administrator, None) => Some(Self::Administrator),
            _ => None,
        }
    }
}

/// What a person may do for a resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Membership {
    /// For whom.
    pub resident: ResidentId,
    /// May write drafts.
    pub prepare: bool,
    /// May submit.
    pub submit: bool,
}

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Actor {
    /// Not signed in.
    #[default]
    Anonymous,
    /// Signed in.
    Person {
        /// Who.
        id: PersonId,
        /// For which residents.
        memberships: Vec<Membership>,
        /// As which official.
        roles: Vec<Role>,
    },
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read a resident's own obligations and filings as that resident.
    ReadOwn(ResidentId),
    /// Write a draft.
    Prepare(ResidentId),
    /// Submit a filing.
    Submit(ResidentId),
    /// Read any filing of a resident registered in this region.
    ReadFilingsOf(Region),
    /// Read the list of filings of all regions.
    ReadAllFilings,
    /// Accept or return.
    Decide,
    /// Figures of the country and of all regions.
    ReadNationalFigures,
    /// Figures of one region.
    ReadFiguresOf(Region),
    /// The audit trail.
    ReadAudit,
    /// Change what the register says of a resident.
    KeepRegister,
    /// See how the servers' own work goes.
    WatchJobs,
    /// Prepare, look at, approve, publish and withdraw releases, and decide on publication plans.
    Release,
}

/// Why an action is forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// Sign in first.
    #[error("not signed in")]
    SignInFirst,
    /// Signed in, but not allowed.
    #[error("not allowed")]
    NotAllowed,
}

impl Role {
    #[expect(clippy::match_same_arms, reason = "one arm a rule")]
    fn allows(self, action: Action) -> bool {
        match (self, action) {
            (_, Action::ReadOwn(_) | Action::Prepare(_) | Action::Submit(_)) => false,
            (Self::Reviewer, Action::Decide)
            | (Self::Administrator, Action::ReadAudit | Action::KeepRegister | Action::WatchJobs)
            | (Self::Statistician, Action::Release) => true,
            (_, Action::Decide | Action::ReadAudit | Action::KeepRegister | Action::WatchJobs | Action::Release) => false,
            (Self::RegionalViewer(own), Action::ReadFiguresOf(region) | Action::ReadFilingsOf(region)) => own == region,
            (Self::RegionalViewer(_), Action::ReadNationalFigures | Action::ReadAllFilings) => false,
            (
                Self::Reviewer | Self::Statistician | Self::Administrator,
                Action::ReadFiguresOf(_) | Action::ReadNationalFigures | Action::ReadFilingsOf(_) | Action::ReadAllFilings,
            ) => true,
        }
    }
}

impl Actor {
    /// The person, if signed in.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Anonymous => None,
            Self::Person { id, .. } => Some(*id),
        }
    }

    /// The residents for whom the person may do something.
    pub fn memberships(&self) -> &[Membership] {
        match self {
            Self::Anonymous => &[],
            Self::Person { memberships, .. } => memberships,
        }
    }

    /// The official roles of the person.
    pub fn roles(&self) -> &[Role] {
        match self {
            Self::Anonymous => &[],
            Self::Person { roles, .. } => roles,
        }
    }

    /// The only region the person may watch, if it is one.
    pub fn only_region(&self) -> Option<Region> {
        match self.roles() {
            [Role::RegionalViewer(region)] => Some(*region),
            _ => None,
        }
    }

    /// Whether the person is an official at all.
    pub fn is_official(&self) -> bool {
        !self.roles().is_empty()
    }

    /// Whether `action` is allowed.
    pub fn may(&self, action: Action) -> bool {
        self.check(action).is_ok()
    }

    /// Allows `action` or says why not; on success, who acts.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check(&self, action: Action) -> Result<PersonId, Denied> {
        let Self::Person { id, memberships, roles } = self else {
            return Err(Denied::SignInFirst);
        };
        let own = memberships.iter().any(|m| match action {
            Action::ReadOwn(resident) => m.resident == resident,
            Action::Prepare(resident) => m.resident == resident && m.prepare,
            Action::Submit(resident) => m.resident == resident && m.submit,
            Action::ReadFilingsOf(_)
            | Action::ReadAllFilings
            | Action::Decide
            | Action::ReadNationalFigures
            | Action::ReadFiguresOf(_)
            | Action::ReadAudit
            | Action::KeepRegister
            | Action::WatchJobs
            | Action::Release => false,
        });
        if own || roles.iter().any(|role| role.allows(action)) { Ok(*id) } else { Err(Denied::NotAllowed) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OWN: ResidentId = ResidentId(Uuid::from_u128(1));
    const OTHER: ResidentId = ResidentId(Uuid::from_u128(2));

    fn official(role: Role) -> Actor {
        Actor::Person { id: PersonId(Uuid::from_u128(9)), memberships: vec![], roles: vec![role] }
    }

    #[test]
    fn the_table_of_rights() {
        let member = |prepare, submit| Actor::Person {
            id: PersonId(Uuid::from_u128(8)),
            memberships: vec![Membership { resident: OWN, prepare, submit }],
            roles: vec![],
        };
        let actors = [
            Actor::Anonymous,
            member(true, false),
            member(true, true),
            official(Role::Reviewer),
            official(Role::RegionalViewer(Region::Samarkand)),
            official(Role::Statistician),
            official(Role::Administrator),
        ];
        //                                              anon   prep   subm   review region stat   admin
        let table: [(Action, [bool; 7]); 14] = [
            (Action::ReadOwn(OWN), [false, true, true, false, false, false, false]),
            (Action::Prepare(OWN), [false, true, true, false, false, false, false]),
            (Action::Submit(OWN), [false, false, true, false, false, false, false]),
            (Action::ReadOwn(OTHER), [false; 7]),
            (Action::Prepare(OTHER), [false; 7]),
            (Action::Submit(OTHER), [false; 7]),
            (Action::Decide, [false, false, false, true, false, false, false]),
            (Action::ReadAllFilings, [false, false, false, true, false, true, true]),
            (Action::ReadFilingsOf(Region::Samarkand), [false, false, false, true, true, true, true]),
            (Action::ReadFilingsOf(Region::Navoi), [false, false, false, true, false, true, true]),
            (Action::ReadNationalFigures, [false, false, false, true, false, true, true]),
            (Action::ReadFiguresOf(Region::Navoi), [false, false, false, true, false, true, true]),
            (Action::ReadAudit, [false, false, false, false, false, false, true]),
            (Action::Release, [false, false, false, false, false, true, false]),
        ];
        for (action, allowed) in table {
            for (actor, allowed) in actors.iter().zip(allowed) {
                assert_eq!(actor.may(action), allowed, "{action:?} {actor:?}");
            }
        }
        assert_eq!(Actor::Anonymous.check(Action::Decide), Err(Denied::SignInFirst));
        assert_eq!(official(Role::Statistician).check(Action::Decide), Err(Denied::NotAllowed));
    }
}
