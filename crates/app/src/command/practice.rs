//! What the server knows of a plan's runbooks, for `matoi check`.

use std::collections::BTreeMap;

use matoi_core::audit::practice::Known;
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_edge::client::shape::{Runbook, Status};

use crate::exit::Failure;

use super::Desk;

/// What came of asking.
pub(super) enum Practice {
    Known(BTreeMap<String, Known>),
    /// Nobody can tell whether the runbooks were rehearsed.
    Unknown(Why),
}

pub(super) enum Why {
    NoServer,
    OtherPlan { name: String },
    NoAnswer { failure: Failure },
}

/// Asks the server that was named, or whose data is on this machine; no other is guessed at.
pub(super) fn ask(desk: &Desk, plan: &Plan) -> Practice {
    if !desk.knows_a_server() {
        return Practice::Unknown(Why::NoServer);
    }
    match answer(desk, plan) {
        Ok(practice) => practice,
        Err(failure) => Practice::Unknown(Why::NoAnswer { failure }),
    }
}

fn answer(desk: &Desk, plan: &Plan) -> Result<Practice, Failure> {
    let connection = desk.connect()?;
    let status: Status = connection.get_as(&["status"], &[])?;
    let name = status.plan.map(|it| it.name).unwrap_or_default();
    if name != plan.name {
        return Ok(Practice::Unknown(Why::OtherPlan { name }));
    }
    let runbooks: Vec<Runbook> = connection.get_as(&["runbooks"], &[])?;
    let known = |it: Runbook| (it.name, Known { hash: it.hash, standing: it.standing });
    Ok(Practice::Known(runbooks.into_iter().map(known).collect()))
}

impl Why {
    /// In a sentence.
    pub(super) fn text(&self, language: Language) -> String {
        let why = match self {
            Why::NoServer => {
                let text = language.pick("サーバーがありません", "there is no server here");
                text.to_owned()
            }
            Why::OtherPlan { name } => language.pick(
                format!("サーバーは別の計画を使っています（{name}）"),
                format!("the server has another plan, {name:?}"),
            ),
            Why::NoAnswer { failure } => failure.message.clone(),
        };
        language.pick(
            format!("手順書が予行されたかどうかは確かめていません: {why}"),
            format!("Whether the runbooks were rehearsed is not known: {why}."),
        )
    }
}
