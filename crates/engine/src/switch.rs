//! The operators' switches: settings, so that they survive and have an author.

use matoi_core::gate::{Scope, Switch, Switches};
use matoi_store::{Cursor, Filter, LIST_MAX, NewSetting, Row, StoreError, Which, Workflow};

use crate::handle::Handle;
use crate::tell::RACES_MAX;

/// Where the switches are kept.
const KEY: &str = "switches";

impl Handle {
    /// The switches that are thrown. If they cannot be read, that is an error, and so a "no".
    pub async fn switches(&self) -> Result<Switches, StoreError> {
        self.load_switches().await.map(|(_, switches)| switches)
    }

    /// Throws a switch: no act that it covers begins from here on.
    pub async fn throw_switch(
        &self,
        scope: Scope,
        by: &str,
        reason: &str,
    ) -> Result<Switches, StoreError> {
        let switch = Switch { scope, by: by.to_owned(), reason: reason.to_owned(), at: self.now() };
        self.change_switches(by, |it| {
            it.0.retain(|other| other.scope != switch.scope);
            it.0.push(switch.clone());
        })
        .await
    }

    /// Puts a switch back; the next turn sees it, and the runs that it held go on.
    pub async fn put_switch_back(&self, scope: &Scope, by: &str) -> Result<Switches, StoreError> {
        self.change_switches(by, |it| it.0.retain(|other| other.scope != *scope)).await
    }

    async fn change_switches(
        &self,
        by: &str,
        change: impl Fn(&mut Switches),
    ) -> Result<Switches, StoreError> {
        // Two who stop everything at once must both succeed.
        for _ in 0..RACES_MAX {
            let (version, mut switches) = self.load_switches().await?;
            change(&mut switches);
            let setting = NewSetting {
                key: KEY.to_owned(),
                value: serde_json::to_string(&switches).expect("switches are plain data"),
                version: version + 1,
                changed_by: by.to_owned(),
            };
            match self.it.store.put_setting(setting, self.now()).await {
                Ok(()) => {
                    // Runs that a switch held, and those that it is to hold, look at once.
                    self.it.wake.notify_one();
                    return Ok(switches);
                }
                Err(StoreError::Conflict) => (),
                Err(
                    err @ (StoreError::Missing
                    | StoreError::Unavailable(_)
                    | StoreError::Corrupt { .. }
                    | StoreError::TooLarge { .. }),
                ) => return Err(err),
            }
        }
        Err(StoreError::Conflict)
    }

    /// The switches and the version of their setting; 0 when none was ever thrown.
    async fn load_switches(&self) -> Result<(u64, Switches), StoreError> {
        let Some(setting) = self.it.store.load_setting(KEY).await? else {
            return Ok((0, Switches::default()));
        };
        let switches = serde_json::from_str(&setting.value)
            .map_err(|err| StoreError::Corrupt { what: format!("the switches: {err}") })?;
        Ok((setting.version, switches))
    }

    /// A number that changes whenever a switch is thrown or put back.
    pub(crate) async fn switches_version(&self) -> Result<u64, StoreError> {
        self.load_switches().await.map(|(version, _)| version)
    }

    /// Wakes every open incident and run: after a start, a step of the clock, or a switch.
    pub(crate) async fn wake_everything(&self) -> Result<(), StoreError> {
        for workflow in [Workflow::Incident, Workflow::Run] {
            let mut before = None;
            loop {
                let rows = self.next_open(workflow, &mut before).await?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    self.wake_one(workflow, &row.id).await;
                }
            }
        }
        Ok(())
    }

    /// The next page of what is open, and moves the place on; after the last page, nothing.
    pub(crate) async fn next_open(
        &self,
        workflow: Workflow,
        place: &mut Option<Cursor>,
    ) -> Result<Vec<Row>, StoreError> {
        let filter =
            Filter { which: Which::Open, parent: None, before: place.take(), limit: LIST_MAX };
        let rows = self.it.store.list(workflow, filter).await?;
        *place = rows.last().map(Row::cursor);
        Ok(rows)
    }
}
