//! What the audit chain records, by name. A new action says here whether it changes figures and whom it concerns.

use crate::codes::codes;

codes! {
    /// Something that happened and was recorded.
    AuditAction {
        /// A database was filled with invented residents.
        DemonstrationFill = "demonstration.fill",
        /// The draft of a version was begun.
        FilingBegin = "filing.begin",
        /// A draft was saved; recorded by earlier versions of the program.
        FilingDraft = "filing.draft",
        /// A draft or an amendment was given up.
        FilingCancel = "filing.cancel",
        /// A version was submitted.
        FilingSubmit = "filing.submit",
        /// A version was taken back by its resident before anybody decided.
        FilingWithdraw = "filing.withdraw",
        /// A version was accepted.
        FilingAccept = "filing.accept",
        /// An acceptance was taken back.
        FilingTakeBack = "filing.take_back",
        /// A version was sent back for correction.
        FilingReturn = "filing.return",
        /// The next version of an accepted filing was begun.
        FilingAmend = "filing.amend",
        /// A text that could not be taken was kept for its sender; recorded by earlier versions of the program.
        TextKeep = "text.keep",
        /// A quarter was opened for filing.
        PeriodOpen = "period.open",
        /// A quarter takes no more filings.
        PeriodClose = "period.close",
        /// Rates of the Central Bank were taken.
        RatesImport = "rates.import",
        /// Figures and targets that others published were taken.
        OfficialSeriesImport = "official_series.import",
        /// What the register says of a resident was changed.
        RegisterChange = "register.change",
        /// A value of the installation was set.
        InstallationSet = "installation.set",
        /// Records of before the chain knew them were taken into it as they are.
        RecordsAdopt = "records.adopt",
        /// A rule that the program brings was entered.
        RulesFirst = "rules.first",
        /// What is shown of each table in a year was decided.
        PlanDecide = "plan.decide",
        /// The preparation of a release was ordered.
        ReleaseOrder = "release.order",
        /// A release was prepared.
        ReleasePrepare = "release.prepare",
        /// Somebody looked at a release before its minute.
        ReleaseLook = "release.look",
        /// A release was approved.
        ReleaseApprove = "release.approve",
        /// The approval of a release was taken back.
        ReleaseHold = "release.hold",
        /// A release became public.
        ReleasePublish = "release.publish",
        /// A release was withdrawn.
        ReleaseWithdraw = "release.withdraw",
        /// A release was given up before it was public.
        ReleaseDiscard = "release.discard",
        /// Somebody signed in; recorded by earlier versions of the program.
        SignIn = "sign_in",
        /// Somebody signed out; recorded by earlier versions of the program.
        SignOut = "sign_out",
        /// Somebody ended all own sessions; recorded by earlier versions of the program.
        SignOutEverywhere = "sign_out.everywhere",
    }
}

impl AuditAction {
    /// Whether public figures may differ afterwards.
    pub const fn changes_figures(self) -> bool {
        match self {
            Self::DemonstrationFill
            | Self::FilingAccept
            | Self::FilingTakeBack
            | Self::PeriodOpen
            | Self::OfficialSeriesImport
            | Self::RulesFirst
            | Self::ReleasePublish
            | Self::ReleaseWithdraw => true,
            Self::FilingBegin
            | Self::FilingDraft
            | Self::FilingCancel
            | Self::FilingSubmit
            | Self::FilingWithdraw
            | Self::FilingReturn
            | Self::FilingAmend
            | Self::TextKeep
            | Self::PeriodClose
            | Self::RatesImport
            | Self::RegisterChange
            | Self::InstallationSet
            | Self::RecordsAdopt
            | Self::PlanDecide
            | Self::ReleaseOrder
            | Self::ReleasePrepare
            | Self::ReleaseLook
            | Self::ReleaseApprove
            | Self::ReleaseHold
            | Self::ReleaseDiscard
            | Self::SignIn
            | Self::SignOut
            | Self::SignOutEverywhere => false,
        }
    }

    /// Whether it is a step of a resident's filing, which its people may see.
    pub const fn concerns_resident(self) -> bool {
        match self {
            Self::FilingBegin
            | Self::FilingDraft
            | Self::FilingCancel
            | Self::FilingSubmit
            | Self::FilingWithdraw
            | Self::FilingAccept
            | Self::FilingTakeBack
            | Self::FilingReturn
            | Self::FilingAmend
            | Self::RegisterChange
            | Self::TextKeep => true,
            Self::DemonstrationFill
            | Self::PeriodOpen
            | Self::PeriodClose
            | Self::RatesImport
            | Self::OfficialSeriesImport
            | Self::RulesFirst
            | Self::InstallationSet
            | Self::RecordsAdopt
            | Self::PlanDecide
            | Self::ReleaseOrder
            | Self::ReleasePrepare
            | Self::ReleaseLook
            | Self::ReleaseApprove
            | Self::ReleaseHold
            | Self::ReleaseDiscard
            | Self::ReleasePublish
            | Self::ReleaseWithdraw
            | Self::SignIn
            | Self::SignOut
            | Self::SignOutEverywhere => false,
        }
    }
}
