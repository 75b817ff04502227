//! Report forms of the house: what a team's template may print, and what it cannot do.

use matoi_core::incident::event::Fact;
use matoi_core::language::Language::{En, Ja};
use matoi_core::report::own::check;
use matoi_core::report::{BLANK_JA, incident, others, review};

use crate::hostile::assert_harmless;
use crate::story::{Story, at, event, joined, opened};

const FORM: &str = "\
# 障害報告書 {{ incident.id }}

| 項目 | 内容 |
| --- | --- |
| 件名 | {{ incident.title }} |
| 重要度 | {{ incident.severity }} |
| 発生 / 検知 / 復旧 | {{ incident.began }} / {{ incident.detected }} / {{ incident.resolved }} |
| 検知から対応まで | {{ times.to_respond }} |
| 検知から復旧まで | {{ times.to_resolve }} |
| 対応者 | {{ incident.responders }} |
| 影響範囲 | {{ incident.scope }} |
| 原因 | {{ blank }} |

## 経過

{% for it in timeline[:3] %}
- {{ it.time }} {{ it.who }}: {{ it.action }}{% if it.result %}（{{ it.result }}）{% endif %}
{% endfor %}

ほか {{ timeline|length - 3 }} 件

## 手順

{% for run in runs %}
### {{ run.title }} {{ run.id }} — {{ run.state }}

{% for step in run.steps %}
- [ ] {{ step.name }}: {{ step.state }}
{% endfor %}

{% endfor %}
## 目標

{{ tables.targets }}

作成 {{ written_at }} {{ zone }}
";

fn with(forms: &[(&str, &str)], mut story: Story) -> Story {
    let owned = |it: &&(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    story.plan.forms = forms.iter().map(|it| owned(&it)).collect();
    story
}

#[test]
fn a_form_of_the_house_is_filled_in_from_the_timeline() {
    assert_eq!(check(FORM, Ja), Ok(()));
    let story = with(&[("incident", FORM)], Story::whole());
    let written = incident(&story.material(), Ja);
    assert_harmless(&written);
    assert!(written.contains(BLANK_JA), "what only people know stays a blank");
    insta::assert_snapshot!(written);
}

#[test]
fn a_form_is_used_for_its_own_language_and_the_built_in_one_for_others() {
    let forms = [("review", "# 家の様式\n"), ("review.en", "# Ours\n"), ("notice", "# お知らせ\n")];
    let story = with(&forms, Story::whole());
    let material = story.material();
    assert_eq!(review(&material, Ja), "# 家の様式\n");
    assert_eq!(review(&material, En), "# Ours\n");
    assert_eq!(others(&material, Ja).keys().collect::<Vec<_>>(), ["notice"]);
    assert!(others(&material, En).is_empty(), "a form of no other language is passed off as one");
    let only_ja = with(&forms[..1], Story::whole());
    assert!(review(&only_ja.material(), En).starts_with("# Post-incident report: INC-"));
}

#[test]
fn a_form_that_cannot_be_used_loses_no_report_and_says_why() {
    let cases = [
        ("{{ incident.titel }}\n", 1, "stands for nothing"),
        ("# ok\n\n{{ nothing }}\n", 3, "stands for nothing"),
        ("{% for it in runs %}\n{{ it.step }}\n{% endfor %}\n", 2, "stands for nothing"),
        ("{{ incident.title \n", 1, "syntax error"),
        ("{% for it in runs %}\n", 1, "syntax error"),
        ("{{ incident.title|safe }}\n", 1, "unknown filter"),
        ("{% include \"/etc/passwd\" %}\n", 1, ""),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}\n",
            1,
            "end",
        ),
    ];
    for (text, line, words) in cases {
        let err = check(text, Ja).expect_err(text);
        assert!(err.message.contains(words), "{text}: {err:?}");
        assert!(line == err.line || err.line == 0, "{text}: {err:?}");
        let story = with(&[("review", text)], Story::whole());
        let written = review(&story.material(), Ja);
        assert!(written.starts_with("> ⚠ templates/review.md は使えませんでした"), "{written}");
        assert!(written.contains("# インシデント事後報告書: INC-"), "the report is there: {text}");
    }
}

#[test]
fn outside_text_stays_text_wherever_a_form_puts_it() {
    let title = "</td>|`x`|\n# 見出し\n{{ zone }} {% raw %} ［要記入］ <script> [a](http://x)";
    let mut fact = Story::whole().events[0].fact.clone();
    let Fact::Opened { title: own, .. } = &mut fact else { panic!("the first event opens it") };
    title.clone_into(own);
    let mut story = Story::of(vec![event("03:00:00", fact)]);
    story.now = at("04:00:00");
    let form = "# {{ incident.title }}\n\n| a | b |\n| - | - |\n| {{ incident.title }} | {{ incident.title ~ incident.title }} |\n\n\
        {% for it in timeline %}- {{ it.action }} {{ it.result|upper }}\n{% endfor %}\n";
    let story = with(&[("incident", form)], story);
    let written = incident(&story.material(), Ja);
    assert_harmless(&written);
    assert!(!written.contains("# 見出し\n"), "{written}");
    assert_eq!(written.matches(BLANK_JA).count(), 0, "a title imitates no blank: {written}");
}

#[test]
fn what_has_no_room_in_a_form_is_counted() {
    let mut events = vec![event("03:00:00", opened("critical"))];
    for number in 0..503 {
        events.push(event("03:00:01", joined(&format!("shop/{number}"), "down", "03:00:00")));
    }
    let form = "{{ alerts|length }}:{% for it in alerts[499:] %} {{ it.name }} {{ it.summary }}{% endfor %}\n";
    assert_eq!(check(form, Ja), Ok(()));
    let mut story = with(&[("incident", form)], Story::of(events));
    story.now = at("04:00:00");
    let written = incident(&story.material(), Ja);
    assert_eq!(written, "501: shop/498 down … このほか4件は省略。\n");
}
