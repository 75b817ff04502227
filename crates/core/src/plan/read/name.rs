//! Names: which there are, and whether a reference finds one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::plan::Target;
use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::read::{Console, KEYS, Reader, Shelf};
use crate::plan::yaml::{Entry, Node, Value};

/// A name is shown in one line and is part of ids.
const NAME_CHARS_MAX: usize = 80;
/// Unknown keys at the top that are thought about.
const SLIPS_MAX: usize = 100;
/// The channel that every plan has without saying so.
pub(super) const CONSOLE: &str = "console";

/// The code of a reference to what is not there.
pub(super) const UNKNOWN_NAME: &str = "unknown-name";

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Person,
    Contact,
    Group,
    Schedule,
    Escalation,
    Channel,
    Service,
    Scope,
    Runbook,
}

/// Every name that the plan declares.
#[derive(Default)]
pub(crate) struct Names {
    declared: BTreeMap<Kind, BTreeSet<String>>,
    /// Sections that could not be read; whatever refers to them is believed.
    unreadable: BTreeSet<Kind>,
    documents: BTreeSet<String>,
    unread: BTreeSet<String>,
}

impl Kind {
    /// The kinds that are sections of a plan, by their key.
    const SECTIONS: [(&'static str, Kind); 8] = [
        ("people", Kind::Person),
        ("contacts", Kind::Contact),
        ("groups", Kind::Group),
        ("schedules", Kind::Schedule),
        ("escalation", Kind::Escalation),
        ("channels", Kind::Channel),
        ("services", Kind::Service),
        ("scopes", Kind::Scope),
    ];

    fn noun(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Contact => "contact",
            Kind::Group => "group",
            Kind::Schedule => "schedule",
            Kind::Escalation => "escalation",
            Kind::Channel => "channel",
            Kind::Service => "service",
            Kind::Scope => "scope",
            Kind::Runbook => "runbook",
        }
    }
}

impl Names {
    /// The names of a plan and its shelf.
    pub(crate) fn of(tree: &Node, shelf: &Shelf) -> Names {
        let mut names = Names {
            documents: shelf.documents.clone(),
            unread: shelf.unread.clone(),
            ..Names::default()
        };
        let entries = match &tree.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Nothing
            | Value::Plain(_)
            | Value::Quoted(_)
            | Value::List(_)
            | Value::Refused => &[],
        };
        for (key, kind) in Kind::SECTIONS {
            match entries.iter().find(|it| it.key == key).map(|it| &it.value.value) {
                None | Some(Value::Nothing) => {}
                Some(Value::Map(entries)) => {
                    names.declared.insert(kind, entries.iter().map(|it| it.key.clone()).collect());
                }
                Some(Value::Plain(_) | Value::Quoted(_) | Value::List(_) | Value::Refused) => {
                    names.unreadable.insert(kind);
                }
            }
        }
        names.forgive_slips(entries);
        names.declared.insert(Kind::Runbook, shelf.runbooks.keys().cloned().collect());
        names
    }

    /// A section under a key that is nearly right is there, though nothing of it is known.
    fn forgive_slips(&mut self, entries: &[Entry]) {
        for entry in entries.iter().filter(|it| !KEYS.contains(&it.key.as_str())).take(SLIPS_MAX) {
            let meant = guess::closest(&entry.key, KEYS.iter().copied());
            let section = Kind::SECTIONS.iter().find(|(key, _)| Some(*key) == meant);
            self.unreadable.extend(section.map(|(_, kind)| *kind));
        }
    }

    /// Whether the section of a kind, if there is one, could be read.
    pub(super) fn is_readable(&self, kind: Kind) -> bool {
        !self.unreadable.contains(&kind)
    }

    pub(super) fn has(&self, kind: Kind, name: &str) -> bool {
        self.unreadable.contains(&kind) || self.declares(kind, name)
    }

    /// Whether the plan really declares it.
    pub(super) fn declares(&self, kind: Kind, name: &str) -> bool {
        self.declared.get(&kind).is_some_and(|it| it.contains(name))
    }

    fn all(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.declared.get(&kind).into_iter().flatten().map(String::as_str)
    }

    /// Whether the plan has anybody.
    pub(super) fn has_people(&self) -> bool {
        self.unreadable.contains(&Kind::Person) || self.all(Kind::Person).next().is_some()
    }

    /// What is wrong with a name that stands for nothing.
    fn unknown(&self, kind: Kind, name: &str) -> Complaint {
        let complaint =
            Complaint::new(format!("there is no {} \"{name}\"", kind.noun())).code(UNKNOWN_NAME);
        if kind == Kind::Runbook {
            return self.unknown_runbook(name, complaint);
        }
        let implied = (kind == Kind::Channel).then_some(CONSOLE);
        complaint.maybe_hint(guess::hint(name, self.all(kind).chain(implied)))
    }

    fn unknown_runbook(&self, name: &str, complaint: Complaint) -> Complaint {
        if self.documents.contains(name) {
            return complaint.hint(format!(
                "runbooks/{name}.md is documentation: its front matter has no \"runbook:\" key"
            ));
        }
        let stem = name.trim_start_matches("runbooks/").trim_end_matches(".md");
        if stem != name && self.declares(Kind::Runbook, stem) {
            return complaint.hint(format!("write the name alone: \"{stem}\""));
        }
        let hint = guess::closest(name, self.all(Kind::Runbook));
        complaint.hint(match hint {
            Some(it) => format!("did you mean \"{it}\"?"),
            None => {
                format!("write it as runbooks/{name}.md, with \"runbook:\" in its front matter")
            }
        })
    }

    /// What a level pages, by name.
    fn target(&self, name: &str) -> Result<Target, Complaint> {
        let name = name.strip_prefix('@').unwrap_or(name);
        if self.declares(Kind::Schedule, name) {
            return Ok(Target::Schedule(name.to_owned()));
        }
        if self.declares(Kind::Group, name) {
            return Ok(Target::Group(name.to_owned()));
        }
        let kinds = [Kind::Person, Kind::Schedule, Kind::Group];
        if kinds.into_iter().any(|it| self.has(it, name)) {
            return Ok(Target::Person(name.to_owned()));
        }
        let message = format!("there is no person, schedule or group \"{name}\"");
        let complaint = Complaint::new(message).code(UNKNOWN_NAME);
        if self.declares(Kind::Contact, name) {
            let hint =
                "contacts are shown and never paged; write somebody to page under \"people\"";
            return Err(complaint.hint(hint));
        }
        Err(complaint.maybe_hint(guess::hint(name, kinds.into_iter().flat_map(|it| self.all(it)))))
    }
}

impl Reader<'_> {
    /// A reference; the finding says when nothing has that name.
    pub(super) fn refer(&mut self, kind: Kind, node: &Node) -> Option<String> {
        let name = self.words(node, &format!("the name of a {}", kind.noun()))?;
        if kind == Kind::Channel && name == CONSOLE {
            self.console = Console::Used;
            return Some(name);
        }
        if kind == Kind::Runbook && self.names.unread.contains(&name) {
            // The file has its own problem; the plan loads without the reference.
            return None;
        }
        if !self.names.has(kind, &name) {
            if self.findings.is_full() {
                self.findings.error(&node.span, Complaint::new("unknown name").code(UNKNOWN_NAME));
                return None;
            }
            self.findings.error(&node.span, self.names.unknown(kind, &name));
            return None;
        }
        Some(name)
    }

    /// References in a list, or a single one.
    pub(super) fn refer_each(&mut self, kind: Kind, node: &Node, what: &str) -> Vec<String> {
        let items = self.items(node, what);
        items.iter().filter_map(|it| self.refer(kind, it)).collect()
    }

    /// A person, schedule or group that a level pages.
    pub(super) fn target(&mut self, node: &Node) -> Option<Target> {
        let name = self.words(node, "whom a level pages")?;
        if self.findings.is_full() {
            return None;
        }
        match self.names.target(&name) {
            Ok(it) => Some(it),
            Err(complaint) => {
                self.findings.error(&node.span, complaint);
                None
            }
        }
    }

    /// Whether a key is fit to be a name.
    pub(super) fn check_name(&mut self, name: &str, span: &Range<usize>) {
        let wrong = if name.trim().is_empty() {
            Some("a name is empty".to_owned())
        } else if name.chars().count() > NAME_CHARS_MAX {
            Some(format!("a name is longer than {NAME_CHARS_MAX} characters"))
        } else if name.trim() != name || name.chars().any(char::is_control) {
            Some(format!(
                "the name {name:?} holds control characters or begins or ends with a space"
            ))
        } else {
            name.starts_with('@').then(|| format!("the name \"{name}\" begins with \"@\""))
        };
        if let Some(message) = wrong {
            self.findings.error(span, message);
        }
    }
}
