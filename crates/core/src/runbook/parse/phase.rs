//! Which heading's phase a step belongs to.
//!
//! Every heading begins a phase, but below a heading with a budget all steps are in that phase: the budget covers
//! what is below it, however it is divided.

use std::collections::BTreeMap;

use crate::runbook::Phase;

use super::finding::{Findings, quote};
use super::outline::Heading;

/// The phases that are needed so far.
pub(super) struct Phases<'a> {
    headings: &'a [Heading],
    /// For each heading, the one whose phase its steps belong to.
    owners: Vec<usize>,
    title: &'a str,
    numbers: BTreeMap<Option<usize>, usize>,
    list: Vec<Phase>,
}

impl<'a> Phases<'a> {
    /// Finds the owner of every heading.
    pub(super) fn new(
        headings: &'a [Heading],
        title: &'a str,
        findings: &mut Findings,
    ) -> Phases<'a> {
        let mut owners = Vec::with_capacity(headings.len());
        let mut budgets: Vec<(usize, usize)> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            while budgets.last().is_some_and(|(level, _)| *level >= heading.level) {
                budgets.pop();
            }
            if heading.budget.is_some() {
                if let Some(outer) = budgets.last().and_then(|(_, it)| headings.get(*it)) {
                    findings.warning(
                        heading.span.clone(),
                        format!(
                            "the budget of {} does not cover this one with a budget of its own",
                            quote(&outer.text)
                        ),
                    );
                }
                budgets.push((heading.level, at));
            }
            owners.push(budgets.last().map_or(at, |(_, it)| *it));
        }
        Phases { headings, owners, title, numbers: BTreeMap::new(), list: Vec::new() }
    }

    /// The number of the phase of a step below `heading`.
    pub(super) fn of(&mut self, heading: Option<usize>) -> usize {
        let owner = heading.and_then(|it| self.owners.get(it).copied());
        *self.numbers.entry(owner).or_insert_with(|| {
            let heading = owner.and_then(|it| self.headings.get(it));
            self.list.push(Phase {
                title: heading.map_or(self.title, |it| it.text.as_str()).to_owned(),
                budget: heading.and_then(|it| it.budget),
            });
            self.list.len() - 1
        })
    }

    /// All phases with steps, and a word about budgets of the others.
    pub(super) fn finish(self, findings: &mut Findings) -> Vec<Phase> {
        for (at, heading) in self.headings.iter().enumerate() {
            if heading.budget.is_some() && !self.numbers.contains_key(&Some(at)) {
                findings
                    .warning(
                        heading.span.clone(),
                        "a budget without steps below it is never measured",
                    )
                    .hint("leave it out, or write the steps as a task list");
            }
        }
        self.list
    }
}
