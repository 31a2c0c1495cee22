//! Closed sets of words: the enum, its words, its sentences and its documentation from one table.

macro_rules! words {
    ($(#[$doc:meta])* $visible:vis enum $name:ident { $($variant:ident = $word:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible enum $name {
            $(#[doc = concat!("`", $word, "`: ", $text, ".")] $variant,)*
        }

        impl $name {
            /// Every one, in the order of the table.
            $visible const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the bus and in the log.
            $visible const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The words for people.
            $visible const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

pub(crate) use words;
