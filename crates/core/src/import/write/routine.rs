//! Work that comes round: a list for people as a runbook, and a chore that begins it once somebody takes the `#` off.

use super::plan::Sheet;
use super::yaml::{quoted, text};
use crate::import::model::{Document, Procedure, Routine, Step};
use crate::language::Language;
use crate::plan::notation::recurrence::recurrence;

/// Items of one list; a runbook has room for no more that people would do.
const ITEMS_MAX: usize = 100;

/// A document's work of one rhythm, as a procedure.
pub(super) struct Round<'d> {
    pub(super) document: &'d Document,
    /// As written: `日次`.
    pub(super) rhythm: String,
    pub(super) procedure: Procedure,
}

/// Every round of the documents whose rhythm a chore can have; the others stay remarks.
pub(super) fn rounds(documents: &[Document], language: Language) -> Vec<Round<'_>> {
    let mut rounds: Vec<Round<'_>> = Vec::new();
    for document in documents {
        for routine in document.schedules.iter().filter(|it| is_chore(it)) {
            let known = rounds
                .iter_mut()
                .find(|it| std::ptr::eq(it.document, document) && it.rhythm == routine.rhythm);
            match known {
                Some(round) => add(&mut round.procedure, routine, language),
                None => {
                    let rhythm = &routine.rhythm;
                    let title = language.pick(format!("{rhythm}の作業"), format!("{rhythm} work"));
                    let mut procedure = Procedure { title, ..Procedure::default() };
                    add(&mut procedure, routine, language);
                    rounds.push(Round { document, rhythm: rhythm.clone(), procedure });
                }
            }
        }
    }
    rounds
}

/// Whether a chore can be due in this rhythm. What names its own time mostly happens by itself.
pub(super) fn is_chore(routine: &Routine) -> bool {
    let has_time = routine.rhythm.chars().any(char::is_numeric);
    !has_time && recurrence(&routine.rhythm).is_ok() && !routine.task.trim().is_empty()
}

fn add(procedure: &mut Procedure, routine: &Routine, language: Language) {
    procedure.lines.extend(&routine.lines);
    let task = match procedure.steps.len() {
        0..ITEMS_MAX => routine.task.clone(),
        // The last item says that there are more.
        ITEMS_MAX => language
            .pick(
                "文書にはほかにもあります。IMPORT.md の行を見てください",
                "the document has more; IMPORT.md has their lines",
            )
            .to_owned(),
        _ => return,
    };
    procedure.steps.push(Step::manual(task, routine.lines.clone()));
}

impl Sheet<'_> {
    /// `chores`, as comments: nothing of an import begins by itself.
    pub(super) fn chores(&mut self, rounds: &[Round<'_>], names: &[String]) {
        if rounds.is_empty() {
            return;
        }
        self.line("");
        self.remark(0, self.language.pick(
            "定期の作業です。時刻と担当（owner）を決めて # を外すと、期日に始まります。",
            "Work that comes round. Decide when and whose it is (owner), take the # off, and it begins when it is due.",
        ));
        self.remark(0, "chores:");
        for (round, name) in rounds.iter().zip(names) {
            let from = self.from(round.document, &round.procedure.lines);
            let every = quoted(&round.rhythm);
            let name = text(name);
            self.off(&format!("{name}: {{ every: {every}, runbook: {name} }}    # {from}"));
        }
    }
}
