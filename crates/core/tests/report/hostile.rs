//! What outside text cannot do to a report.

use matoi_core::id::AlertId;
use matoi_core::incident::event::Fact;
use matoi_core::language::Language::{En, Ja};
use matoi_core::report::{incident, review};
use matoi_core::run::event::{Fact as RunFact, Outcome};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::story::{Story, at, event};

/// Every table of a form: rows of cells as a reader sees them, the heading first.
pub(crate) fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut cell: Option<String> = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        if let Event::Text(text) = &event
            && let Some(cell) = &mut cell
        {
            cell.push_str(text);
        }
        if let Event::Start(Tag::Table(_)) = event {
            tables.push(Vec::new());
        }
        if let Event::Start(Tag::TableHead | Tag::TableRow) = event {
            tables.last_mut().unwrap().push(Vec::new());
        }
        if let Event::Start(Tag::TableCell) = event {
            cell = Some(String::new());
        }
        if let Event::End(TagEnd::TableCell) = event {
            tables.last_mut().unwrap().last_mut().unwrap().extend(cell.take());
        }
    }
    tables
}

/// Fails when a form has anything but headings, paragraphs, lists, tables, and fences of ours, or hides a character.
pub(crate) fn assert_harmless(markdown: &str) {
    let harmless = Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_HEADING_ATTRIBUTES;
    for event in Parser::new_ext(markdown, Options::all().difference(harmless)) {
        let ours = match &event {
            Event::Start(tag) => matches!(
                tag,
                Tag::Heading { .. }
                    | Tag::Paragraph
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::Strong
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell
                    | Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(_))
            ),
            Event::End(_) | Event::Text(_) | Event::TaskListMarker(_) => true,
            Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule => false,
        };
        assert!(ours, "{event:?} in\n{markdown}");
    }
    let hidden = markdown.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(hidden, None, "in\n{markdown}");
    assert_rows(markdown);
}

/// Counts cells as the text has them, since a parser drops those that are too many.
fn assert_rows(markdown: &str) {
    let mut fence: Option<&str> = None;
    let mut width = None;
    for line in markdown.lines() {
        if let Some(ticks) = fence {
            fence = fence.filter(|_| line != ticks);
            continue;
        }
        if let Some(ticks) = line.strip_suffix("text").filter(|it| it.starts_with("```")) {
            fence = Some(ticks);
        }
        if !line.starts_with('|') {
            width = None;
            continue;
        }
        let cells = cells(line);
        assert_eq!(*width.get_or_insert(cells), cells, "{line}\nin\n{markdown}");
    }
    assert_eq!(fence, None, "an open fence in\n{markdown}");
}

/// The cells of a row: what stands between two bars that no backslash protects.
fn cells(line: &str) -> usize {
    let mut bars = 0;
    let mut escaped = false;
    for c in line.chars() {
        bars += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    bars - 1
}

/// Puts `text` wherever the story has outside text, and looks at all forms.
fn check(why: &str, text: &str) {
    let mut story = Story::whole();
    for event in &mut story.events {
        poison(&mut event.fact, text);
    }
    for event in &mut story.runs[0].1 {
        if let RunFact::StepEnded { outcome, output, .. } = &mut event.fact {
            output.excerpt = text.to_owned();
            *outcome = Outcome::Failed { reason: text.to_owned() };
        }
    }
    story.plan.people.get_mut("sato").unwrap().name = text.to_owned();
    for language in [Ja, En] {
        for form in [incident(&story.material(), language), review(&story.material(), language)] {
            let result = std::panic::catch_unwind(|| assert_harmless(&form));
            assert!(result.is_ok(), "{why}: {text:?}");
        }
    }
}

fn poison(fact: &mut Fact, text: &str) {
    if let Fact::Opened { title, service, .. } = fact {
        text.clone_into(title);
        *service = Some(text.to_owned());
    }
    if let Fact::AlertJoined { name, summary, .. } = fact {
        text.clone_into(name);
        text.clone_into(summary);
    }
    if let Fact::Noted { by, text: note } = fact {
        text.clone_into(by);
        text.clone_into(note);
    }
    if let Fact::PageDelivered { reference, .. } = fact {
        text.clone_into(reference);
    }
    if let Fact::PageDelayed { reason, .. } | Fact::PageRejected { reason, .. } = fact {
        text.clone_into(reason);
    }
}

#[test]
fn no_text_from_outside_becomes_structure() {
    check("a picture that tells who reads", "![x](http://evil.example/p.png)");
    check("a picture by reference", "![x][y]\n\n[y]: http://evil.example/p.png");
    check("a link", "[press here](javascript:alert(1)) <http://evil.example>");
    check("a script", "<script>alert(1)</script>\n<img src=x onerror=alert(1)>");
    check("a comment that swallows the rest", "<!-- ");
    check("more columns", "a | b | c |");
    check("a backslash before our bar", "\\");
    check("two rows", "a |\n| b | c | d |");
    check("a fence", "```\n```text\n~~~");
    check("a longer fence", "``````````");
    check("code", "`` ` ``");
    check("a heading", "# Approved by everybody\n===\n---");
    check("a ticked box", "- [x] all is well\n* * *");
    check("a footnote", "[^1]\n\n[^1]: text");
    check("a formula", "$$x$$ $`y`$");
    check("emphasis over cells", "**a _b ~~c");
    check("colours and a title for the terminal", "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{1b}[0m");
    check("reversed letters", "a\u{202e}fdp.exe\u{202c} \u{2067}b\u{2069}");
    check("nulls and returns", "a\0b\rc\u{8}\u{7f}");
    check("a very long word", &"障".repeat(10_000));
    check("very many lines", &"|\n".repeat(5_000));
}

#[test]
fn hostile_names_are_read_as_they_are_written() {
    let mut story = Story::whole();
    let joined = Fact::AlertJoined {
        alert: AlertId("x".to_owned()),
        name: "a|b".to_owned(),
        summary: "<b>*1*</b> \\| `c` ![d](http://e)".to_owned(),
        since: at("03:20:00"),
    };
    story.events.insert(11, event("03:20:00", joined));
    let form = review(&story.material(), En);
    let row = tables(&form).remove(0).into_iter().find(|row| row[0].ends_with("03:20:00")).unwrap();
    assert_eq!(row[2], "Alert joined: a|b");
    assert_eq!(row[3], "<b>*1*</b> \\| `c` ![d](http://e)");
}
