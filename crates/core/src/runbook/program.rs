//! The programs that a script calls, as far as reading it tells.

use super::parse::shell;

/// Words of the shell that are no programs.
const BUILTINS: &[&str] = &[
    ".",
    ":",
    "[",
    "[[",
    "]]",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "case",
    "cd",
    "command",
    "continue",
    "declare",
    "disown",
    "do",
    "done",
    "echo",
    "elif",
    "else",
    "enable",
    "esac",
    "eval",
    "exec",
    "exit",
    "export",
    "false",
    "fg",
    "fi",
    "for",
    "function",
    "getopts",
    "hash",
    "help",
    "if",
    "in",
    "jobs",
    "kill",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "printf",
    "pushd",
    "pwd",
    "read",
    "readarray",
    "readonly",
    "return",
    "select",
    "set",
    "shift",
    "shopt",
    "source",
    "test",
    "then",
    "time",
    "times",
    "trap",
    "true",
    "type",
    "typeset",
    "until",
    "while",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "wait",
    "{",
    "}",
    "!",
];

/// The programs of a script for a shell, each once, in the order in which it names them.
///
/// What is computed, relative, a function of the script, or the shell's own is not among them.
pub fn programs(script: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for command in shell::commands(script) {
        let Some(word) = command.words.first() else { continue };
        let name = word.text.as_str();
        let is_function = script.contains(&format!("{name}()"));
        if is_program(name) && !is_function && !found.iter().any(|it| it == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Whether a word is looked for on this machine; what is computed, relative or the shell's own is not.
fn is_program(name: &str) -> bool {
    let plain = !name.is_empty()
        && !name.contains(['$', '=', '*', '<', '>', '(', ')', '{', '}', '`', '"', '\'', '\\', '+'])
        && !name.starts_with(['.', '-', '~', '/'])
        && !name.contains('/')
        && name.starts_with(|it: char| it.is_ascii_alphabetic());
    let absolute = name.starts_with('/') && !name.contains(['$', '*', '{']);
    (plain || absolute) && !BUILTINS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::programs;

    #[test]
    fn programs_are_told_from_words_of_the_shell_and_functions() {
        let script = "\
            say() { echo \"$1\"; }\n\
            if [ -f /etc/x ]; then say hi; fi\n\
            df -P / | awk 'NR==2' >> \"$STEP_OUTPUT\"\n\
            ./local --now; \"$TOOL\" --x; /usr/bin/env true\n\
            df -h\n";
        assert_eq!(programs(script), ["df", "awk", "/usr/bin/env"]);
    }
}
