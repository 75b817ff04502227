//! What an answer must be.

use crate::config::{ConfigError, Fields};
use crate::http::status::Statuses;

/// The `expect` of a watch.
pub(super) struct Expect {
    pub(super) status: Statuses,
    /// Must stand somewhere in the body.
    pub(super) text: Option<String>,
}

impl Expect {
    pub(super) fn parse(fields: &Fields<'_>) -> Result<Expect, ConfigError> {
        let Some(fields) = fields.fields("expect", &["status", "text"])? else {
            return Ok(Expect { status: Statuses::fine(), text: None });
        };
        let status = match fields.value("status") {
            None => Statuses::fine(),
            Some(value) => Statuses::parse(value).ok_or_else(|| {
                fields.wrong(
                    "status",
                    "must be a status such as 200, a range such as \"200-299\", or a list of them",
                )
            })?,
        };
        Ok(Expect { status, text: fields.text("text")?.map(str::to_owned) })
    }
}
