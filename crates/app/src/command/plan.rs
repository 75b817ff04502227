//! `matoi plan reload`.

use matoi_core::language::Language;
use matoi_edge::client::shape::Reloaded;
use serde_json::json;

use crate::argument::Format;
use crate::exit::Failure;
use crate::terminal::Tone;

use super::Desk;

pub(super) fn reload(desk: &Desk) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.post(&["plan", "reload"], &json!({}))?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let reloaded: Reloaded = connection.understood(answer)?;
    let language = desk.terminal.language(Language::En);
    for problem in &reloaded.problems {
        desk.terminal.say(&desk.terminal.problem(problem, None));
    }
    let text = language.pick(
        format!("計画 {} を読み込みました。", reloaded.hash),
        format!("The plan {} rules from now on.", reloaded.hash),
    );
    desk.terminal.say(&desk.terminal.toned(Tone::Good, &text));
    Ok(())
}
