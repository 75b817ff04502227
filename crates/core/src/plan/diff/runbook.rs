//! What changes in procedures: steps that come, go, change, or begin by themselves.

use std::collections::BTreeSet;

use super::{ChangeKind, Diff};
use crate::plan::Service;
use crate::runbook::{Kind, Runbook};

impl Diff<'_> {
    pub(super) fn runbooks(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "runbook",
            ("手順書", "runbook"),
            &old.runbooks,
            &new.runbooks,
            |diff, name, old, new| {
                if old.hash != new.hash {
                    diff.runbook(name, old, new);
                }
            },
        );
    }

    pub(super) fn interpreters(&mut self) {
        let (old, new) = (self.old, self.new);
        let words = ("インタープリター", "interpreter");
        self.names(
            "interpreter",
            words,
            &old.interpreters,
            &new.interpreters,
            |diff, name, old, new| {
                let parts = [("run", &old.run, &new.run), ("check", &old.check, &new.check)];
                for (what, old, new) in parts.into_iter().filter(|(_, old, new)| old != new) {
                    let text = diff.turned(what, &old.join(" "), &new.join(" "));
                    diff.tell("interpreter", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    pub(super) fn hosts(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "host",
            ("ホスト", "host"),
            &old.hosts,
            &new.hosts,
            |diff, name, old, new| {
                let (before, after) = (old.options.join(" "), new.options.join(" "));
                let parts = [("ssh", &old.ssh, &new.ssh), ("options", &before, &after)];
                for (what, old, new) in parts.into_iter().filter(|(_, old, new)| old != new) {
                    let text = diff.turned(what, old, new);
                    diff.tell("host", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    /// Commands of services that stay.
    pub(super) fn commands(&mut self) {
        for (name, old) in &self.old.services {
            let Some(new) = self.new.services.get(name) else { continue };
            let names: BTreeSet<&String> = old.commands.keys().chain(new.commands.keys()).collect();
            for it in names {
                let words =
                    |of: &Service| of.commands.get(it).map(|it| it.join(" ")).unwrap_or_default();
                if words(old) != words(new) {
                    let text = self.turned(it, &words(old), &words(new));
                    self.tell("service", name, ChangeKind::Changed, text);
                }
            }
        }
    }

    pub(super) fn forms(&mut self) {
        let (old, new) = (self.old, self.new);
        let words = ("報告書の様式", "form");
        self.names("form", words, &old.forms, &new.forms, |diff, name, old, new| {
            if old != new {
                let text = diff.language.pick("内容が変わります", "its text changes");
                diff.tell("form", name, ChangeKind::Changed, text.to_owned());
            }
        });
    }

    fn runbook(&mut self, name: &str, old: &Runbook, new: &Runbook) {
        let language = self.language;
        let mut told = false;
        let mut texts: Vec<(ChangeKind, String)> = Vec::new();
        for step in &new.steps {
            match old.step(&step.name) {
                None => texts.push((
                    ChangeKind::Added,
                    language.pick(
                        format!("手順「{}」が加わります", step.name),
                        format!("a new step \"{}\"", step.name),
                    ),
                )),
                Some(before) if before.kind != step.kind => {
                    let arms = before.kind == Kind::Click;
                    let (from, to) = (before.kind.word(), step.kind.word());
                    let text = if arms {
                        language.pick(
                            format!("手順「{}」が自動で動けるようになります（{to}）", step.name),
                            format!(
                                "the step \"{}\" may begin by itself from now on ({to})",
                                step.name
                            ),
                        )
                    } else {
                        language.pick(
                            format!("手順「{}」の種類: {from} → {to}", step.name),
                            format!("the step \"{}\": {from} → {to}", step.name),
                        )
                    };
                    texts.push((ChangeKind::Changed, text));
                }
                Some(before) if before.act != step.act => texts.push((
                    ChangeKind::Changed,
                    language.pick(
                        format!("手順「{}」の内容が変わります", step.name),
                        format!("the step \"{}\" does something else", step.name),
                    ),
                )),
                Some(_) => (),
            }
        }
        for step in old.steps.iter().filter(|it| new.step(&it.name).is_none()) {
            texts.push((
                ChangeKind::Removed,
                language.pick(
                    format!("手順「{}」がなくなります", step.name),
                    format!("the step \"{}\" goes", step.name),
                ),
            ));
        }
        if old.params != new.params {
            texts.push((
                ChangeKind::Changed,
                language.pick(
                    "パラメーターが変わります".to_owned(),
                    "its parameters change".to_owned(),
                ),
            ));
        }
        for (kind, text) in texts {
            told = true;
            self.tell("runbook", name, kind, text);
        }
        if !told {
            let text = language.pick("文章や設定が変わります", "its text or settings change");
            self.tell("runbook", name, ChangeKind::Changed, text.to_owned());
        }
    }
}
