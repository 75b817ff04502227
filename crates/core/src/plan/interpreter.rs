//! Programs that perform scripts in languages that are not Matoi's own.

/// What performs the scripts of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// A program and its arguments; the path of the script comes last. Never empty.
    pub run: Vec<String>,
    /// Reads a script from its standard input, performs nothing of it, and fails where it cannot be read. Empty where the
    /// plan names none.
    pub check: Vec<String>,
}
