//! Word from one workflow to another: an alert to its incident, an incident to its run, a run to its incident.

use matoi_core::effect::{Effect, News, StartRun};
use matoi_core::incident::command::Command;
use matoi_store::Claimed;

use crate::handle::Handle;
use crate::tell::TellError;

impl Handle {
    pub(super) async fn tell_inner(
        &self,
        claimed: &Claimed,
        effect: Effect,
    ) -> Result<(), anyhow::Error> {
        match effect {
            Effect::RaiseAlert(raise) => self.raise(raise, &claimed.claim).await.map(drop)?,
            Effect::LowerAlert { alert, incident_topic, at: _ } => {
                let command = Command::Lower { alert };
                self.tell_topic(&incident_topic, command, &claimed.claim).await?;
            }
            Effect::UnwatchAlert { alert, incident_topic } => {
                let command = Command::Unwatch { alert };
                self.tell_topic(&incident_topic, command, &claimed.claim).await?;
            }
            Effect::TellIncident { incident, news } => {
                let command = Command::Hear(news);
                self.answer_incident(&incident, command, Some(&claimed.claim)).await.map(drop)?;
            }
            Effect::PassLockOn { lock, from: _ } => self.pass_lock_on(claimed, &lock).await?,
            Effect::StartRun(asked) => self.start_asked_run(claimed, &asked).await?,
            Effect::SendPage(_)
            | Effect::PerformStep(_)
            | Effect::ExamineStep(_)
            | Effect::CancelStep(_) => (),
        }
        Ok(())
    }

    /// A run that cannot be begun is an answer too: the incident hears it, and so does a person.
    async fn start_asked_run(
        &self,
        claimed: &Claimed,
        asked: &StartRun,
    ) -> Result<(), anyhow::Error> {
        let reason = match self.begin_run(asked, &claimed.claim).await {
            Ok(_) => return Ok(()),
            Err(TellError::Refused(refusal)) => refusal.to_string(),
            Err(TellError::Missing { what }) => format!("there is no {what}"),
            Err(err @ (TellError::Busy | TellError::Broken { .. } | TellError::Store(_))) => {
                return Err(err.into());
            }
        };
        let news = News::RunRefused { runbook: asked.runbook.clone(), reason };
        self.answer_incident(&asked.incident, Command::Hear(news), Some(&claimed.claim)).await?;
        Ok(())
    }
}
