//! Channels of the plan, as notifiers that can send.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use matoi_core::id::PlanHash;
use matoi_core::plan::{Plan, SecretSource};
use matoi_edge::notify::{self, Notifier};
use serde_json::Value;

use crate::handle::Handle;

type Made = HashMap<(PlanHash, String), Arc<dyn Notifier>>;

/// Notifiers that were made already, by plan and channel.
#[derive(Clone, Default)]
pub(crate) struct Channels {
    made: Arc<Mutex<Made>>,
}

/// Why there is no notifier, for the timeline.
pub(crate) enum NoNotifier {
    /// A person must mend it; other ways to the person are found at once.
    ForGood(String),
    /// A secret is not to be had now. Its place may be back in a minute, and the page is owed until then.
    ForNow(String),
}

impl Handle {
    /// The notifier of a channel.
    pub(crate) async fn notifier(
        &self,
        plan: &Plan,
        channel: &str,
    ) -> Result<Arc<dyn Notifier>, NoNotifier> {
        let missing = |reason: String| match plan.secrets {
            // The environment of a process does not change.
            SecretSource::Env => NoNotifier::ForGood(reason),
            SecretSource::Files(_) | SecretSource::Command(_) => NoNotifier::ForNow(reason),
        };
        let key = (plan.hash.clone(), channel.to_owned());
        let made =
            self.it.channels.made.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(notifier) = made {
            return Ok(notifier);
        }
        let (kind, config) = match plan.channels.get(channel) {
            Some(it) => (it.kind.as_str(), self.fill(plan, &it.config).await.map_err(missing)?),
            // A channel that needs no configuration need not be written down.
            None => (channel, Value::Object(serde_json::Map::new())),
        };
        let kind = notify::KINDS.iter().find(|it| it.name == kind);
        let kind = kind.ok_or_else(|| {
            NoNotifier::ForGood(format!("there is no channel {channel}, and no kind of that name"))
        })?;
        let notifier = (kind.parse)(&config)
            .map_err(|err| NoNotifier::ForGood(format!("the channel {channel}: {err}")))?;
        let notifier: Arc<dyn Notifier> = Arc::from(notifier);
        self.it
            .channels
            .made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&notifier));
        Ok(notifier)
    }

    /// Forgets a notifier, so that a secret that was changed is looked up again.
    pub(crate) fn forget_notifier(&self, plan: &Plan, channel: &str) {
        let key = (plan.hash.clone(), channel.to_owned());
        self.it.channels.made.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}
