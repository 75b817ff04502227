//! Tables that line up, where characters are wide too.

use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use super::{Terminal, clean};

/// Columns between two columns.
const GAP: u16 = 2;

impl Terminal {
    /// A table without lines around it. Cells may be toned; what is not ours in them was cleaned before.
    pub(crate) fn table<const N: usize>(&self, heads: [&str; N], rows: Vec<[String; N]>) -> String {
        let mut table = Table::new();
        table
            .load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width());
        table.set_header(heads.map(|it| self.toned(super::Tone::Faint, it)));
        for row in rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        // The first column names the row, as with an id that is copied into the next command.
        if let Some(column) = table.column_mut(0) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        let lines: Vec<String> =
            table.lines().map(|it| it.trim_end().to_owned()).filter(|it| !it.is_empty()).collect();
        lines.join("\n")
    }
}

/// A cell of outside text.
pub(crate) fn cell(text: &str) -> String {
    clean(text)
}

/// A cell that may be empty.
pub(crate) fn or_dash(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), clean)
}
