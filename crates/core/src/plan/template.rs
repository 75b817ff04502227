//! The plan that `matoi init` writes: small, commented, and armed from the first minute.

/// One file of a starter plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StarterFile {
    /// Relative to the plan's directory.
    pub path: &'static str,
    pub text: &'static str,
}

/// The starter plan in Japanese.
pub const JA: &[StarterFile] = &[
    StarterFile { path: "matoi.yaml", text: include_str!("template/ja/matoi.yaml") },
    StarterFile {
        path: "runbooks/first-look.md",
        text: include_str!("template/ja/runbooks/first-look.md"),
    },
];

/// The starter plan in English.
pub const EN: &[StarterFile] = &[
    StarterFile { path: "matoi.yaml", text: include_str!("template/en/matoi.yaml") },
    StarterFile {
        path: "runbooks/first-look.md",
        text: include_str!("template/en/runbooks/first-look.md"),
    },
];
