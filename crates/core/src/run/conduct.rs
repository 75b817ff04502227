//! The second person: a step that the plan's rules of conduct hold back begins once two people want it to.

use std::collections::BTreeSet;

use super::Run;
use super::command::Refusal;
use super::draft::Draft;
use super::event::Fact;
use crate::effect::News;
use crate::runbook::Step;

/// Whether enough people want a step to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    Given,
    /// One more has to want it.
    OneMore,
}

impl Run {
    /// Who wants this step to begin: whoever asked for it, and whoever approved at a gate that it needs.
    pub fn agreed_to(&self, step: &Step) -> BTreeSet<&str> {
        let places = [&step.name].into_iter().chain(&step.needs);
        places.filter_map(|it| self.agreed.get(it)).flatten().map(String::as_str).collect()
    }
}

impl Draft<'_> {
    /// Notes that `by` wants the step to begin, where one is not enough, and asks for another.
    pub(super) fn consent(&mut self, step: &Step, by: &str) -> Result<Consent, Refusal> {
        let is_held = self.world.plan.conduct.second_person.contains(&step.kind);
        if !is_held || self.run.agreed_to(step).iter().any(|it| *it != by) {
            return Ok(Consent::Given);
        }
        if self.run.agreed.get(&step.name).is_some_and(|it| it.contains(by)) {
            return Err(Refusal::SecondPerson { step: step.name.clone(), by: by.to_owned() });
        }
        self.fact(Fact::Agreed { step: step.name.clone(), by: by.to_owned() });
        self.tell(News::RunNeedsAnother {
            run: self.run.id.clone(),
            step: step.name.clone(),
            by: by.to_owned(),
        });
        Ok(Consent::OneMore)
    }
}
