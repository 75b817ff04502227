//! Documents: their titles and the links between them.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{File, Finding};

/// What the rules want to know of a Markdown text.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub headings: Vec<Heading>,
    pub fences: Vec<Fence>,
    links: Vec<Link>,
}

/// A heading, Markdown's or HTML's.
#[derive(Debug)]
pub(super) struct Heading {
    pub level: usize,
    pub line: usize,
    text: String,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Fence {
    pub language: String,
    pub text: String,
}

#[derive(Debug)]
struct Link {
    target: String,
    line: usize,
}

/// Does every document have one title, and does it come first?
pub(super) fn title(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|it| it.is_document()).filter_map(title_of).collect()
}

fn title_of(file: &File) -> Option<Finding> {
    let document = Document::read(&file.text);
    let titles: Vec<&Heading> = document.headings.iter().filter(|it| it.level == 1).collect();
    match titles.as_slice() {
        [_] => None,
        [] => Some(Finding::new(file, 1, "the document has no title; begin with `# …`")),
        [_, second, ..] => Some(Finding::new(file, second.line, "a second title; use `##`")),
    }
}

/// Does every link to a file of ours lead somewhere?
pub(super) fn link(files: &[File]) -> Vec<Finding> {
    let mut anchors = BTreeMap::new();
    let mut folders = BTreeSet::new();
    for file in files {
        let is_markdown = file.path.ends_with(".md");
        let document = is_markdown.then(|| Document::read(&file.text));
        anchors.insert(file.path.as_str(), document.map(|it| it.anchors(&file.text)));
        let cuts = file.path.match_indices('/').filter_map(|(at, _)| file.path.get(..at));
        folders.extend(cuts);
    }
    let complaint = |file: &File, link: &Link| {
        let (path, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
        let path = if path.is_empty() { Some(file.path.clone()) } else { join(file, path) };
        let Some(path) = path else {
            return Some(format!("`{}` leads out of the repository", link.target));
        };
        match anchors.get(path.as_str()) {
            None if folders.contains(path.as_str()) || path.is_empty() => None,
            None => Some(format!("`{}` leads to no file", link.target)),
            Some(Some(anchors)) if !anchor.is_empty() && !anchors.contains(anchor) => {
                Some(format!("`{}` leads to no heading", link.target))
            }
            Some(_) => None,
        }
    };
    let of_file = |file: &File| -> Vec<Finding> {
        let links = Document::read(&file.text).links;
        let inside = links.iter().filter(|it| !is_outside(&it.target));
        inside.filter_map(|it| Some(Finding::new(file, it.line, complaint(file, it)?))).collect()
    };
    files.iter().filter(|it| it.is_document()).flat_map(of_file).collect()
}

/// Whether a link has a scheme, and so leads to the network.
fn is_outside(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or_default();
    target.contains(':') && scheme.chars().all(|it| it.is_ascii_alphanumeric() || it == '+')
}

/// The path that `target` means in `file`; none if it leaves the repository.
fn join(file: &File, target: &str) -> Option<String> {
    let target = target.replace("%20", " ");
    let mut parts: Vec<&str> = file.folder().split('/').filter(|it| !it.is_empty()).collect();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.split('/') {
        match part {
            "" | "." => (),
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl Document {
    pub(super) fn read(text: &str) -> Document {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let mut document = Document::default();
        let mut inside = Inside::Neither;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let before = text.get(..range.start).unwrap_or_default();
            document.add(event, before.matches('\n').count() + 1, &mut inside);
        }
        document
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's events, most of which no rule is about"
    )]
    fn add(&mut self, event: Event<'_>, line: usize, inside: &mut Inside) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                *inside = Inside::Heading;
                self.headings.push(Heading { level: level as usize, line, text: String::new() });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                *inside = Inside::Fence;
                let language = info.split([' ', '{', ',']).next().unwrap_or_default().to_owned();
                self.fences.push(Fence { language, text: String::new() });
            }
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock) => *inside = Inside::Neither,
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => (),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.links.push(Link { target: dest_url.into_string(), line });
            }
            Event::Text(text) | Event::Code(text) => self.append(&text, inside),
            Event::Html(html) | Event::InlineHtml(html) => self.add_html(&html, line),
            _ => (),
        }
    }

    fn append(&mut self, text: &str, inside: &Inside) {
        let whole = match inside {
            Inside::Heading => self.headings.last_mut().map(|it| &mut it.text),
            Inside::Fence => self.fences.last_mut().map(|it| &mut it.text),
            Inside::Neither => None,
        };
        if let Some(whole) = whole {
            whole.push_str(text);
        }
    }

    fn add_html(&mut self, html: &str, line: usize) {
        if html.trim_start().starts_with("<h1") {
            self.headings.push(Heading { level: 1, line, text: String::new() });
        }
        for name in ["href=\"", "src=\""] {
            let targets = html.split(name).skip(1).filter_map(|it| it.split('"').next());
            self.links.extend(targets.map(|it| Link { target: it.to_owned(), line }));
        }
    }

    /// What `#…` may say: the headings as code hosts name them, and the places that HTML names.
    fn anchors(&self, text: &str) -> BTreeSet<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut anchors = BTreeSet::new();
        for heading in &self.headings {
            let slug = slug(&heading.text);
            let count = seen.entry(slug.clone()).or_default();
            anchors.insert(if *count == 0 { slug } else { format!("{slug}-{count}") });
            *count += 1;
        }
        for name in ["id=\"", "name=\""] {
            let places = text.split(name).skip(1).filter_map(|it| it.split('"').next());
            anchors.extend(places.map(str::to_owned));
        }
        anchors
    }
}

/// What the text of an event belongs to.
#[derive(Clone, Copy, Debug)]
enum Inside {
    Heading,
    Fence,
    Neither,
}

/// How code hosts name a heading: lower case, letters and digits of any script, spaces as dashes.
fn slug(text: &str) -> String {
    let kept = |it: &char| it.is_alphanumeric() || [' ', '-', '_'].contains(it);
    let text = text.trim().to_lowercase();
    text.chars().filter(kept).map(|it| if it == ' ' { '-' } else { it }).collect()
}
