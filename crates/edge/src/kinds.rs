//! What the kinds say of a plan that is only read: nothing is asked, sent or performed.

use matoi_core::plan::kinds::{Kinds, Misfit};

use crate::config::ConfigError;
use crate::{notify, probe, step};

/// For [`matoi_core::plan::load_with`].
pub const KINDS: Kinds = Kinds {
    watch: |kind, config| probe::check(kind, config).map_err(misfit),
    channel: |kind, config| notify::check(kind, config).map_err(misfit),
    address: notify::check_address,
    announcement: notify::check_announcement,
    step: |language, performer, script, extra| {
        step::check(language, performer, script, extra).map_err(|it| it.to_string())
    },
};

fn misfit(it: ConfigError) -> Misfit {
    Misfit { field: it.field, problem: it.problem }
}

#[cfg(test)]
mod tests;
