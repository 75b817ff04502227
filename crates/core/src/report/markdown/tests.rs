//! Outside text has no force, and tables line up.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

use super::*;

fn events(markdown: &str) -> Vec<Event<'_>> {
    // Every extension but two: quotation marks drawn otherwise do no harm, and attributes of headings know no escape.
    let harmless = Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_HEADING_ATTRIBUTES;
    Parser::new_ext(markdown, Options::all().difference(harmless)).collect()
}

/// The text that a reader of the rendered form sees.
fn read(markdown: &str) -> String {
    let mut text = String::new();
    for event in events(markdown) {
        let ours = matches!(
            event,
            Event::Text(_)
                | Event::Start(_)
                | Event::End(_)
                | Event::SoftBreak
                | Event::TaskListMarker(_)
        );
        assert!(ours, "unexpected {event:?} in {markdown:?}");
        if let Event::Text(it) = event {
            text.push_str(&it);
        }
    }
    text
}

fn check(why: &str, text: &str, expected: &str) {
    assert_eq!(inline(text), expected, "{why}");
}

#[test]
fn outside_text_keeps_its_letters_and_loses_its_force() {
    check("plain text stays bare", "disk 91% on db-1 (3 of 4)", "disk 91% on db-1 (3 of 4)");
    check("a cell ends only where we end it", "a | b", r"a \| b");
    check("a backslash protects nothing", r"a\| b", r"a\\\| b");
    check("no code", "`id`", r"\`id\`");
    check("no image", "![x](http://e.example/p.png)", r"!\[x\](http\://e.example/p.png)");
    check("no link by itself", "see www.e.example", r"see www\.e.example");
    check("no tag", "<script>alert(1)</script>", r"\<script\>alert(1)\</script\>");
    check("no entity", "&lt; A&B a & b", r"\&lt; A\&B a & b");
    check("no emphasis", "*a* __b__ STEP_OUTPUT", r"\*a\* \_\_b\_\_ STEP_OUTPUT");
    check("no heading", "# a", r"\# a");
    check("no heading's end", "a ##", r"a \#\#");
    check("a channel stays readable", "to ops#1", "to ops#1");
    check("no list", "- a", r"\- a");
    check("no numbered list", "12. a", r"12\. a");
    check("a measure is no list", "2.4s and -1", "2.4s and -1");
    check("a version is no list", "v1.2.3 is out", "v1.2.3 is out");
    check("no formula", "$x$", r"\$x\$");
    check("no definition", ": a", r"\: a");
    check("one line", "a\n# b\r\nc\td", r"a ⏎ \# b ⏎ c d");
    check("no false blank in Japanese", "［要記入］", "&#xFF3B;要記入］");
    check("no false blank in English", "[to fill in]", r"\[to fill in\]");
}

#[test]
fn what_hides_is_shown() {
    check("a terminal's colour", "\u{1b}[31mred", r"\\u{1b}\[31mred");
    check("an override of direction", "a\u{202e}cod.exe", r"a\\u{202e}cod.exe");
    check("a character without width", "adm\u{200b}in", r"adm\\u{200b}in");
    check("a lone return", "a\rb", r"a\\u{d}b");
    check("a line break of another kind", "a\u{2028}b\u{85}c", r"a\\u{2028}b\\u{85}c");
    check("an emoji of several characters stays whole", "👩\u{200d}🚒", "👩\u{200d}🚒");
}

#[test]
fn columns_line_up_where_characters_are_wide() {
    let mut document = Document::new(Language::Ja);
    let mut table = Table::new([("時刻", 8), ("who", 12)]);
    table.row(["03:12".to_owned(), "佐藤 美咲".to_owned()]);
    table.row([String::new(), "a|b".to_owned()]);
    table.row(["1234567890".to_owned(), "ok".to_owned()]);
    document.table(&table);
    insta::assert_snapshot!(document.finish(), @r"
    | 時刻               | who       |
    | ------------------ | --------- |
    | 03:12              | 佐藤 美咲 |
    | —                  | a\|b      |
    | 12345678…（全文1） | ok        |

    ## 付録: 表で省略した本文

    ### 全文1

    ```text
    1234567890
    ```
    ");
}

#[test]
fn a_fence_is_longer_than_any_run_of_backticks_in_it() {
    let mut document = Document::new(Language::En);
    document.fence("```` \n```\n~~~\n</pre>\u{1b}[0m");
    assert_eq!(document.finish(), "`````text\n```` \n```\n~~~\n</pre>\\u{1b}[0m\n`````\n");
}

#[test]
fn full_texts_are_counted_once_and_bounded() {
    let mut document = Document::new(Language::En);
    let mut table = Table::new([("text", 4)]);
    for number in 0..FULL_TEXTS_MAX + 50 {
        table.row([format!("long text {number}")]);
        table.row(["the same text".to_owned()]);
    }
    document.table(&table);
    let text = document.finish();
    assert_eq!(text.matches("### Full text").count(), FULL_TEXTS_MAX);
    assert_eq!(text.matches("the… (full text 2)").count(), FULL_TEXTS_MAX + 50);
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("|".to_owned()),
        Just("\\".to_owned()),
        Just("`".to_owned()),
        Just("\n".to_owned()),
        Just("# ".to_owned()),
        Just("- [x] ".to_owned()),
        Just("1) ".to_owned()),
        Just("![a](http://b)".to_owned()),
        Just("[^1]: ".to_owned()),
        Just("<b>".to_owned()),
        Just("&amp;".to_owned()),
        Just("_".to_owned()),
        Just("**".to_owned()),
        Just("~~".to_owned()),
        Just("$".to_owned()),
        Just("^".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("障害".to_owned()),
        "[ -~]{0,6}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn a_text_reads_as_itself_wherever_it_stands(text in hostile()) {
        let line = one_line(&text);
        let shown = inline(&text);
        prop_assert_eq!(read(&format!("- **x**: .{shown}")), format!("x: .{line}"));
        prop_assert_eq!(read(&format!("- {shown}")), line.clone());
        prop_assert_eq!(read(&format!("# {shown}")), line.clone());
        let cell = if line.is_empty() { "—" } else { line.as_str() };
        let mut document = Document::new(Language::En);
        let mut table = Table::new([("a", usize::MAX), ("b", usize::MAX)]);
        table.row([text.clone(), text]);
        document.table(&table);
        prop_assert_eq!(read(&document.finish()), format!("ab{cell}{cell}"));
    }
}
