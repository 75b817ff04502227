//! One fence, many steps: a script is parted where its author parted it, unless its parts hang together.

use std::collections::{BTreeMap, BTreeSet};

use super::language::written;
use super::spoken;
use crate::import::model::{Step, StepKind};
use crate::import::outline::Line;
use crate::import::reading::Reading;
use crate::import::word::{fold, has_any};

/// The last part in which a name is used.
type LastUse<'t> = BTreeMap<&'t str, usize>;

/// Lines of a script under one comment.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) title: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// Read only: whoever runs these changes nothing.
const LOOKS: [&str; 36] = [
    "curl",
    "df",
    "du",
    "free",
    "ps",
    "top",
    "uptime",
    "ls",
    "cat",
    "grep",
    "tail",
    "head",
    "netstat",
    "ss",
    "ping",
    "dig",
    "nslookup",
    "stat",
    "pg_isready",
    "docker-compose ps",
    "docker ps",
    "docker stats",
    "docker logs",
    "docker-compose logs",
    "docker system df",
    "git log",
    "git status",
    "systemctl status",
    "journalctl",
    "kubectl get",
    "kubectl describe",
    "kubectl logs",
    "md5sum",
    "sha256sum",
    "wc",
    "find",
];

/// The steps of a script; `check` where its section proves that something is well.
pub(super) fn steps(reading: &mut Reading<'_>, body: &[Line], check: bool) -> Vec<Step> {
    let body = without_prompts(body);
    let mut parts = paragraphs(&body, "#");
    if parts.len() > 1
        && let Some(why) = hangs_together(&parts)
    {
        let whole = Part { title: None, lines: body.clone() };
        if numbered(&body, "#") >= 2 {
            let lines: Vec<usize> = body.iter().map(|it| it.number).take(1).collect();
            let text = reading.language.pick(
                format!("スクリプトの各部が{why}を共有しているため、分けずに一つの手順にしました"),
                format!("the parts of this script share {why}, so it was kept as one step"),
            );
            reading.question(text, &lines);
        }
        parts = vec![whole];
    }
    let constants = constants(&parts);
    let mut steps = Vec::new();
    for mut part in parts {
        carry(&constants, &mut part);
        steps.extend(of_part(part, check));
    }
    steps
}

fn of_part(part: Part, check: bool) -> Vec<Step> {
    let acts = |it: &&Line| {
        let text = it.text.trim();
        !text.is_empty() && !text.starts_with('#') && !is_speech(text)
    };
    let commands: Vec<&Line> = part.lines.iter().filter(acts).collect();
    let mut told = spoken::told(&part.lines);
    for step in &mut told {
        step.title.clone_from(&part.title);
    }
    let lists = told.len() >= 2;
    if commands.is_empty() {
        if told.is_empty() {
            return in_comments(&part).or_else(|| in_echoes(&part)).into_iter().collect();
        }
        return told;
    }
    if let Some(seconds) = sleeps(&commands) {
        let mut step = written(part, StepKind::Wait, "bash");
        step.seconds = Some(seconds);
        return vec![step];
    }
    // A program that only prints a list to a person.
    let only_prints = commands.iter().all(|it| {
        let text = it.text.trim();
        text.contains("-c \"")
            || text == "\""
            || text.starts_with("import ")
            || text.starts_with("from ")
    });
    if lists && only_prints {
        return told;
    }
    let looks = commands.iter().all(|it| is_look(&it.text));
    let title = part.title.as_deref().map(fold).unwrap_or_default();
    let proves =
        has_any(&title, &["確認", "チェック", "検証", "verify", "check", "confirm", "test"]);
    let kind = if check || proves && looks { StepKind::Check } else { StepKind::Command };
    let mut steps = vec![written(part, kind, "bash")];
    if lists {
        steps.extend(told);
    }
    steps
}

/// Comments alone are told to a person too: the first is the title of the others.
fn in_comments(part: &Part) -> Option<Step> {
    if part.lines.iter().any(|it| spoken::printed(&it.text).is_some()) {
        return None;
    }
    let comments: Vec<(usize, &str)> = part
        .lines
        .iter()
        .filter_map(|it| Some((it.number, it.text.trim().strip_prefix('#')?.trim())))
        .filter(|it| !it.1.is_empty() && !it.1.starts_with('!'))
        .collect();
    let lines = comments.iter().map(|it| it.0).collect();
    let (first, rest) = comments.split_first()?;
    if rest.is_empty() {
        return Some(spoken::step(without_number(first.1), lines));
    }
    let texts: Vec<&str> = rest.iter().map(|it| it.1).collect();
    let mut step = spoken::step(&texts.join("\n"), lines);
    step.title = Some(without_number(first.1).to_owned());
    Some(step)
}

/// What a part only prints, without marks, is told to a person as it is.
fn in_echoes(part: &Part) -> Option<Step> {
    let is_title = |it: &&str| it.starts_with(['=', '#', '-']) || it.ends_with([':', '：']);
    let printed: Vec<(usize, &str)> = part
        .lines
        .iter()
        .filter_map(|it| Some((it.number, spoken::printed(&it.text)?.trim())))
        .filter(|it| !it.1.is_empty() && !is_title(&it.1))
        .collect();
    let texts: Vec<&str> = printed.iter().map(|it| it.1).collect();
    if texts.is_empty() {
        return None;
    }
    let mut step = spoken::step(&texts.join("\n"), printed.iter().map(|it| it.0).collect());
    step.title.clone_from(&part.title);
    Some(step)
}

/// Whether a line only says something; what it computes to say it is no more than a date or a name.
fn is_speech(text: &str) -> bool {
    if spoken::printed(text).is_some() || text == "echo" {
        return true;
    }
    let harmless = ["$(date)", "$(whoami)", "$(hostname)"];
    let bare = harmless.iter().fold(text.to_owned(), |text, it| text.replace(it, ""));
    bare.starts_with("echo ") && !bare.contains(['>', '|', '`', ';', '&']) && !bare.contains("$(")
}

fn sleeps(commands: &[&Line]) -> Option<i64> {
    let [only] = commands else { return None };
    let seconds = only.text.trim().strip_prefix("sleep ")?.trim();
    let (number, factor) = match seconds.strip_suffix(['s', 'm', 'h']) {
        Some(it) if seconds.ends_with('m') => (it, 60),
        Some(it) if seconds.ends_with('h') => (it, 3_600),
        Some(it) => (it, 1),
        None => (seconds, 1),
    };
    number
        .parse::<i64>()
        .ok()
        .and_then(|it| it.checked_mul(factor))
        .filter(|it| (1..=86_400).contains(it))
}

fn is_look(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix("sudo ").unwrap_or(text);
    let starts =
        |it: &&&str| text.strip_prefix(**it).is_some_and(|it| it.is_empty() || it.starts_with(' '));
    LOOKS.iter().any(|it| starts(&it))
        && !text.contains(['>', ';'])
        && !has_any(text, &["-X POST", "-X DELETE", "-delete", "-exec"])
}

/// Console fences hold prompts; what they print is no command.
fn without_prompts(body: &[Line]) -> Vec<Line> {
    let prompts = body.iter().filter(|it| it.text.starts_with("$ ")).count();
    if prompts == 0 {
        return body.to_vec();
    }
    let kept = body.iter().map(|it| match it.text.strip_prefix("$ ") {
        Some(rest) => Line { number: it.number, text: rest.to_owned() },
        None if it.text.trim().is_empty() || it.text.starts_with('#') => it.clone(),
        None => Line { number: it.number, text: format!("# {}", it.text) },
    });
    kept.collect()
}

/// Parts a script at the comments that begin a paragraph, where nothing is open.
pub(super) fn paragraphs(body: &[Line], mark: &str) -> Vec<Part> {
    let numbered = numbered(body, mark) >= 2;
    let mut parts = vec![Part::default()];
    let mut state = Open::default();
    let mut after_gap = true;
    for line in body {
        let said = comment(&line.text, mark);
        let begins = said.is_some_and(|it| {
            if numbered { is_numbered_title(Some(it)) } else { after_gap && !it.starts_with('!') }
        });
        if begins && !state.is_open() {
            let title = said.map(|it| without_number(it).to_owned());
            match parts.last_mut() {
                Some(last) if last.lines.iter().all(|it| it.text.trim().is_empty()) => {
                    last.title = title
                }
                Some(_) | None => parts.push(Part { title, lines: Vec::new() }),
            }
        }
        after_gap = line.text.trim().is_empty();
        state.take(&line.text);
        if let Some(last) = parts.last_mut() {
            last.lines.push(line.clone());
        }
    }
    // What comes before the first title is the head of the script.
    let has_work = |it: &Part| {
        it.lines.iter().map(|it| it.text.trim()).any(|text| {
            // How bash is to behave is no work; steps run with -e anyway.
            let is_setting = text.starts_with("set -");
            !text.is_empty() && !text.starts_with(mark) && !is_setting && !is_speech(text)
        })
    };
    if parts.len() > 1
        && parts.first().is_some_and(|it| !has_work(it) && spoken::told(&it.lines).is_empty())
    {
        let head = parts.remove(0);
        if let Some(first) = parts.first_mut() {
            first.lines.splice(0..0, head.lines);
        }
    }
    parts
}

fn comment<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let rest = text.trim_end().strip_prefix(mark)?;
    Some(rest.trim()).filter(|it| !it.is_empty() && it.chars().any(char::is_alphanumeric))
}

/// How many comments have a number.
fn numbered(body: &[Line], mark: &str) -> usize {
    let comments = body.iter().filter_map(|it| comment(&it.text, mark));
    comments.filter(|it| is_numbered_title(Some(it))).count()
}

fn is_numbered_title(title: Option<&str>) -> bool {
    title.is_some_and(|it| without_number(it).len() < it.len())
}

/// `1. 破損状況確認`, `フェーズ2: 少量データテスト`, `Step 3: restart` without the number.
fn without_number(text: &str) -> &str {
    let leads = ["フェーズ", "ステップ", "手順", "step ", "phase ", "Step ", "Phase ", "STEP "];
    let rest = leads.iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text);
    let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    let behind = rest.get(digits..).unwrap_or_default();
    let ends = behind.strip_prefix(['.', ':', '：', ')', '）']);
    match ends {
        Some(title) if digits > 0 && digits <= 2 => title.trim_start(),
        Some(_) | None => text,
    }
}

/// What a script has opened and not closed.
#[derive(Default)]
struct Open {
    depth: i32,
    quote: Option<char>,
    document: Option<String>,
}

impl Open {
    fn is_open(&self) -> bool {
        self.depth > 0 || self.quote.is_some() || self.document.is_some()
    }

    fn take(&mut self, line: &str) {
        if let Some(mark) = &self.document {
            if line.trim() == mark {
                self.document = None;
            }
            return;
        }
        let mut word = String::new();
        let mut before = ' ';
        for letter in line.chars() {
            match (self.quote, letter) {
                (Some(open), it) if open == it && before != '\\' => self.quote = None,
                (Some(_), _) => (),
                (None, '"' | '\'') if before != '\\' => self.quote = Some(letter),
                (None, '#') if before.is_whitespace() => break,
                (None, it) if it.is_whitespace() || matches!(it, ';' | '&' | '|' | '(' | ')') => {
                    self.word(&std::mem::take(&mut word));
                }
                (None, it) => word.push(it),
            }
            before = letter;
        }
        self.word(&word);
        if self.quote.is_none()
            && let Some((_, mark)) = line.split_once("<<")
            && !mark.starts_with('<')
        {
            let mark =
                mark.trim_start_matches(['-', ' ']).split_whitespace().next().unwrap_or_default();
            self.document =
                Some(mark.trim_matches(['\'', '"']).to_owned()).filter(|it| !it.is_empty());
        }
    }

    fn word(&mut self, word: &str) {
        match word {
            "if" | "for" | "while" | "until" | "case" | "{" => self.depth += 1,
            "fi" | "done" | "esac" | "}" => self.depth -= 1,
            _ => (),
        }
    }
}

/// What is shared, in words, where a script cannot be parted.
fn hangs_together(parts: &[Part]) -> Option<String> {
    let (mut variables, mut words) = (LastUse::new(), LastUse::new());
    for (place, part) in parts.iter().enumerate() {
        for line in &part.lines {
            variables.extend(variables_of(&line.text).map(|it| (it, place)));
            words.extend(words_of(&line.text).map(|it| (it, place)));
        }
    }
    for (place, part) in parts.iter().enumerate() {
        let is_later = |uses: &LastUse<'_>, name| uses.get(name).is_some_and(|it| *it > place);
        for line in &part.lines {
            let text = line.text.trim();
            if text.starts_with("cd ") && place + 1 < parts.len() {
                return Some("cd".to_owned());
            }
            if let Some((name, _)) = text.split_once("()") {
                let name = name.trim_start_matches("function ").trim();
                if is_name(name) && is_later(&words, name) {
                    return Some(name.to_owned());
                }
            }
            if let Some((name, value)) = assignment(text)
                && is_later(&variables, name)
                && !is_constant(value)
            {
                return Some(format!("${name}"));
            }
        }
    }
    None
}

fn assignment(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("export ").unwrap_or(text);
    let (name, value) = text.split_once('=')?;
    is_name(name).then_some((name, value))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|it: char| it.is_ascii_digit())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn is_constant(value: &str) -> bool {
    let is_one_word = !value.contains(' ') || value.starts_with(['"', '\'']);
    is_one_word && !value.contains(['$', '`'])
}

/// The variables that a line uses, as `$NAME` or `${NAME…`.
fn variables_of(line: &str) -> impl Iterator<Item = &str> {
    line.split('$').skip(1).filter_map(|it| {
        let name = it.strip_prefix('{').unwrap_or(it);
        words_of(name).next().filter(|it| name.starts_with(it))
    })
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').filter(|it| !it.is_empty())
}

/// Assignments of constants, by their name, in the order of the script.
fn constants(parts: &[Part]) -> BTreeMap<String, Vec<Line>> {
    let mut constants: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in parts.iter().flat_map(|it| &it.lines) {
        if let Some((name, value)) = assignment(line.text.trim())
            && is_constant(value)
        {
            constants.entry(name.to_owned()).or_default().push(line.clone());
        }
    }
    constants
}

/// Gives a part the constants that it uses and another has.
fn carry(constants: &BTreeMap<String, Vec<Line>>, part: &mut Part) {
    let used: BTreeSet<&str> = part.lines.iter().flat_map(|it| variables_of(&it.text)).collect();
    let own: BTreeSet<usize> = part.lines.iter().map(|it| it.number).collect();
    let mut wanted: Vec<Line> = used
        .into_iter()
        .filter_map(|it| constants.get(it))
        .flatten()
        .filter(|it| !own.contains(&it.number))
        .cloned()
        .collect();
    wanted.sort_by_key(|it| it.number);
    part.lines.splice(0..0, wanted);
}

#[cfg(test)]
mod tests {
    use super::{Line, hangs_together, paragraphs};

    fn lines(text: &str) -> Vec<Line> {
        (1..)
            .zip(text.lines())
            .map(|(number, text)| Line { number, text: text.to_owned() })
            .collect()
    }

    #[test]
    fn a_script_is_parted_at_its_numbers_and_nowhere_inside_something_open() {
        let script = "#!/bin/bash\n# 1. look\ndf -h\n# 2. act\nif true; then\n# 3. inside\n  rm x\nfi\ncat <<E\n# 4. text\nE\n# 5. end\nls";
        let parts = paragraphs(&lines(script), "#");
        let titles: Vec<_> = parts.iter().map(|it| it.title.as_deref().unwrap_or("-")).collect();
        assert_eq!(titles, ["look", "act", "end"]);
        assert_eq!(parts.iter().map(|it| it.lines.len()).sum::<usize>(), 13);
    }

    #[test]
    fn parts_that_share_what_was_computed_stay_together() {
        let parts = |text: &str| paragraphs(&lines(text), "#");
        assert!(hangs_together(&parts("# 1. a\nT=$(date)\n# 2. b\necho $T")).is_some());
        assert!(hangs_together(&parts("# 1. a\nT=5\n# 2. b\necho $T")).is_none());
        assert!(hangs_together(&parts("# 1. a\ncd /x\n# 2. b\nls")).is_some());
    }
}
