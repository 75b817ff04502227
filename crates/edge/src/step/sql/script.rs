//! A script on a connection: in one transaction of ours, unless it manages its own.
//!
//! Statements are prepared one after the other, because a later one may need what an earlier one made.

use std::path::Path;

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::limits::Limit;
use rusqlite::{Batch, Connection, OpenFlags, Statement};

use super::stop::{Cause, Stop};
use super::table::{self, Drain, Table};
use crate::step::Call;

/// What came of a script.
pub(super) struct Done {
    pub(super) finish: Finish,
    /// The rows of the last query.
    pub(super) rows: String,
    /// What there is to say about it.
    pub(super) words: Vec<String>,
}

/// How it finished.
pub(super) enum Finish {
    Done,
    /// An error, or the time was up, and nothing that is not said was changed.
    Failed,
    /// The time was up after a part was committed.
    TimedOut,
    Cancelled,
    /// The file could not be opened, so no statement ran.
    Unopened {
        reason: String,
    },
    /// The commit did not say whether it took place.
    Unknown {
        reason: String,
    },
}

/// Whose transaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transaction {
    /// None yet: only statements that cannot be in one have run.
    None,
    Ours,
    /// The script began one, and is on its own from there.
    Theirs,
}

/// Why a script stopped before its end.
enum Trouble {
    Sql(rusqlite::Error),
    Words(String),
    Unknown(String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(err: rusqlite::Error) -> Trouble {
        Trouble::Sql(err)
    }
}

/// A script that runs.
struct Session<'a> {
    connection: &'a Connection,
    call: &'a Call,
    stop: &'a Stop,
    transaction: Transaction,
    /// Something was changed for good.
    committed: bool,
    table: Table,
}

/// Runs the script of `call` on the file at `path`, all of it or as little as can be.
pub(super) fn run(call: &Call, path: &Path, stop: &Stop) -> Done {
    let connection = match open(call, path, stop) {
        Ok(connection) => connection,
        Err(err) => {
            let reason = format!("{} cannot be opened: {err}", path.display());
            return Done {
                finish: Finish::Unopened { reason },
                rows: String::new(),
                words: Vec::new(),
            };
        }
    };
    let mut session = Session {
        connection: &connection,
        call,
        stop,
        transaction: Transaction::None,
        committed: false,
        table: Table::default(),
    };
    match session.whole() {
        Ok(()) => {
            let words = session.table.remark.into_iter().collect();
            Done { finish: Finish::Done, rows: session.table.text, words }
        }
        Err(trouble) => session.give_up(trouble),
    }
}

fn open(call: &Call, path: &Path, stop: &Stop) -> rusqlite::Result<Connection> {
    // No URI: a file of any name is that file, whatever stands behind a question mark.
    let access = if call.reading_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let mut connection =
        Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    if call.reading_only {
        connection.pragma_update(None, "query_only", true)?;
        // `vacuum into` writes another file, and needs to attach it.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    }
    stop.watch(&mut connection)?;
    Ok(connection)
}

impl Session<'_> {
    fn whole(&mut self) -> Result<(), Trouble> {
        let connection = self.connection;
        let mut batch = Batch::new(connection, &self.call.script);
        while let Some(mut statement) = batch.next()? {
            if self.stop.cause().is_some() {
                return Err(Trouble::Words("it did not come to its end".to_owned()));
            }
            let text = statement.expanded_sql().unwrap_or_default();
            let word = word_of(&text);
            self.before(&word)?;
            self.one(&mut statement)?;
            // SQLite calls a pragma that sets something read-only when the schema stays as it is.
            let readonly = statement.readonly() && !(word == "PRAGMA" && text.contains('='));
            drop(statement);
            self.after(&word, readonly)?;
        }
        self.finish()
    }

    fn before(&mut self, word: &str) -> Result<(), Trouble> {
        match (self.transaction, word) {
            (Transaction::None, "BEGIN" | "SAVEPOINT") => self.transaction = Transaction::Theirs,
            // These have no meaning inside a transaction, or are refused there.
            (Transaction::None, "PRAGMA" | "VACUUM" | "ATTACH" | "DETACH" | "EXPLAIN") => (),
            (Transaction::None, _) if self.call.reading_only => (),
            (Transaction::None, _) => {
                self.connection.execute_batch("begin immediate")?;
                self.transaction = Transaction::Ours;
            }
            (Transaction::Ours, "COMMIT" | "END") => {
                let words = format!("{word} ends a transaction that the script did not begin");
                return Err(Trouble::Words(words));
            }
            (Transaction::Ours | Transaction::Theirs, _) => (),
        }
        Ok(())
    }

    fn one(&mut self, statement: &mut Statement<'_>) -> Result<(), Trouble> {
        self.bind(statement)?;
        if statement.column_count() == 0 {
            statement.raw_execute()?;
            return Ok(());
        }
        let drain = if statement.readonly() { Drain::Printed } else { Drain::Whole };
        self.table = table::print(statement.raw_query(), drain)?;
        Ok(())
    }

    /// Fills in what the call brings, as values.
    fn bind(&self, statement: &mut Statement<'_>) -> Result<(), Trouble> {
        for index in 1..=statement.parameter_count() {
            let name = statement.parameter_name(index).unwrap_or("?").to_owned();
            let plain = name.get(1..).unwrap_or_default();
            let value = self.call.environment.get(plain).or_else(|| self.call.secrets.get(plain));
            let Some(value) = value.filter(|_| !name.starts_with('?')) else {
                return Err(Trouble::Words(format!("nothing is known for the parameter {name}")));
            };
            statement.raw_bind_parameter(index, value)?;
        }
        Ok(())
    }

    fn after(&mut self, word: &str, readonly: bool) -> Result<(), Trouble> {
        if !self.connection.is_autocommit() {
            return Ok(());
        }
        if self.transaction == Transaction::Ours {
            let words = "the script rolled back a transaction that it did not begin";
            return Err(Trouble::Words(words.to_owned()));
        }
        // SQLite counts these as reading, and they are what makes changes stay.
        self.committed |= !readonly || matches!(word, "COMMIT" | "END" | "RELEASE");
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Trouble> {
        match self.transaction {
            Transaction::Ours => self.commit(),
            Transaction::Theirs if !self.connection.is_autocommit() => {
                Err(Trouble::Words("the script left its transaction open".to_owned()))
            }
            Transaction::None | Transaction::Theirs => Ok(()),
        }
    }

    /// Once begun it is not stopped; only a lock is not waited for longer than there is time.
    fn commit(&mut self) -> Result<(), Trouble> {
        self.stop.settle();
        match self.connection.execute_batch("commit") {
            Ok(()) => {
                self.committed = true;
                Ok(())
            }
            // The transaction is still there, so it was not committed, and can be taken back.
            Err(err) if !self.connection.is_autocommit() => Err(err.into()),
            Err(err) => Err(Trouble::Unknown(format!("the commit failed midway: {err}"))),
        }
    }

    /// Takes back what can be, and says what cannot.
    fn give_up(self, trouble: Trouble) -> Done {
        let cause = self.stop.cause();
        self.stop.settle();
        let words = match trouble {
            Trouble::Unknown(reason) => {
                let words = vec![reason.clone()];
                return Done { finish: Finish::Unknown { reason }, rows: String::new(), words };
            }
            Trouble::Sql(err) => err.to_string(),
            Trouble::Words(words) => words,
        };
        if !self.connection.is_autocommit() {
            // Closing the connection rolls back as well, so a failure here changes nothing.
            let _ = self.connection.execute_batch("rollback");
        }
        let (finish, why) = match (cause, self.committed) {
            (Some(Cause::Cancelled), _) => (Finish::Cancelled, "it was cancelled"),
            (Some(Cause::TimeUp), true) => (Finish::TimedOut, "its time was up"),
            (Some(Cause::TimeUp), false) => (Finish::Failed, "its time was up"),
            (None, _) => (Finish::Failed, ""),
        };
        let mut said = vec![words];
        if !why.is_empty() {
            said.push(why.to_owned());
        }
        let kept = if self.committed {
            "what the script had committed before stays; the rest was rolled back"
        } else {
            "nothing was changed"
        };
        said.push(kept.to_owned());
        Done { finish, rows: self.table.text, words: said }
    }
}

/// The first word of a statement, in capitals, behind white space and comments.
fn word_of(sql: &str) -> String {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || it == ';');
        let behind = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, behind)| behind)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, behind)| behind)
        } else {
            break;
        };
        rest = behind;
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    word.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_stands_behind_comments() {
        let cases = [
            ("select 1", "SELECT"),
            ("  \n;; Commit;", "COMMIT"),
            ("-- begin\nvacuum", "VACUUM"),
            ("/* a */ /* b\n */-- c\n  pragma x", "PRAGMA"),
            ("-- only a comment", ""),
            ("/* open", ""),
            ("", ""),
        ];
        for (sql, word) in cases {
            assert_eq!(word_of(sql), word, "{sql:?}");
        }
    }
}
