//! Closed lists with stable codes, as stored, published and read back.

use thiserror::Error;

/// A code that is not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a code of the list")]
pub struct UnknownCode;

/// Declares an enum whose variants have stable codes, with `ALL`, `code`, `FromStr`, `Display` and serde by code.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every code in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code, as stored and published.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::codes::UnknownCode;

            fn from_str(text: &str) -> Result<Self, $crate::codes::UnknownCode> {
                Self::ALL.iter().copied().find(|item| item.code() == text).ok_or($crate::codes::UnknownCode)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::codes::UnknownCode;

            fn try_from(text: String) -> Result<Self, $crate::codes::UnknownCode> {
                text.parse()
            }
        }

        impl From<$name> for &'static str {
            fn from(item: $name) -> Self {
                item.code()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;
