//! What people write after `matoi reach`.

use std::path::PathBuf;

use clap::{Args, value_parser};
use jiff::civil::{Date, DateTime};

/// A proof looks five years ahead at most, as calendars do.
const DAYS_MAX: i64 = 5 * 366;

const EXAMPLES: &str = "\
  matoi reach ops                                 a year from today
  matoi reach ops --from 2026-12-28 --days 7      the days around the new year
  matoi reach ops --at 2026-12-31T23:30           who would be paged at that moment
  matoi reach ops --format svg > reach.svg        the year as a picture";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReachArgs {
    /// The plan's directory.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// The first day, in the plan's zone. By default today.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Date>,
    /// How many days.
    #[arg(long, default_value_t = 366, value_parser = value_parser!(u16).range(1..=DAYS_MAX))]
    pub(crate) days: u16,
    /// Asks about one moment instead: who would be paged first, and when somebody on duty is.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "days"])]
    pub(crate) at: Option<DateTime>,
}
