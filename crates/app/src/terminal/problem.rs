//! Problems of a plan, with the place in its text.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use matoi_core::problem::{Problem, Weight};

use super::{Paint, Terminal, clean};

impl Terminal {
    /// One problem as a compiler would tell it; without the text, the place is told by its numbers.
    pub(crate) fn problem(&self, problem: &Problem, text: Option<&str>) -> String {
        let renderer = match self.paint() {
            Paint::On => Renderer::styled(),
            Paint::Off => Renderer::plain(),
        };
        let renderer =
            renderer.decor_style(DecorStyle::Unicode).term_width(usize::from(self.width()));
        let level = match problem.weight {
            Weight::Error => Level::ERROR,
            Weight::Unarmed => Level::WARNING.with_name("not armed"),
            Weight::Warning => Level::WARNING,
        };
        let path = clean(&problem.file);
        let hint = problem.hint.as_deref().map(clean);
        let title = level.primary_title(clean(&problem.message));
        // The renderer shows other control characters by their pictures.
        let group = match text.filter(|it| fits(problem, it)) {
            Some(text) => title.element(
                Snippet::source(text)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(problem.span.clone())),
            ),
            None => {
                title.element(Origin::path(path).line(problem.line).char_column(problem.column))
            }
        };
        renderer.render(&[with_hint(group, hint)])
    }
}

fn with_hint(group: Group<'_>, hint: Option<String>) -> Group<'_> {
    match hint {
        Some(hint) => group.element(Level::HELP.message(hint)),
        None => group,
    }
}

/// Whether the place can be shown in this text: it may have changed since.
fn fits(problem: &Problem, text: &str) -> bool {
    let span = &problem.span;
    !text.is_empty() && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
}
