//! `people`: everybody who has a contact, and everybody whom an escalation names.

use std::collections::BTreeMap;

use super::plan::Sheet;
use super::yaml::{one_line, quoted, text};
use crate::import::model::Contact;
use crate::import::word::fold;
use crate::plan::notation::window;

/// People whom escalations may name; more is no team.
const PEOPLE_MAX: usize = 300;
/// Contacts that a plan takes, outside the team.
const OUTSIDE_MAX: usize = 200;
/// Ways of one contact that are written out.
const WAYS_MAX: usize = 10;

impl<'d> Sheet<'d> {
    /// Everybody who has a contact, and everybody whom an escalation names.
    pub(super) fn gather_people(&mut self) {
        let documents = self.documents;
        for contact in documents.iter().flat_map(|it| &it.contacts).filter(|it| !it.outside) {
            self.add_person(id(&contact.role), Some(contact));
        }
        let escalations = documents.iter().flat_map(|it| &it.escalations);
        for name in escalations.filter(|it| it.procedure.is_none()).flat_map(|it| &it.to) {
            let id = self.person(name);
            self.add_person(id, None);
        }
    }

    /// The id of somebody by role or name.
    pub(super) fn person(&self, name: &str) -> String {
        self.called.get(&fold(name)).cloned().unwrap_or_else(|| id(name))
    }

    /// A person, with every name that they go by; the first who is called so stays.
    fn add_person(&mut self, id: String, contact: Option<&'d Contact>) {
        if self.people.len() >= PEOPLE_MAX && !self.people.contains_key(&id) {
            self.beyond.insert(id);
            return;
        }
        let names =
            [Some(&id), contact.map(|it| &it.role), contact.and_then(|it| it.name.as_ref())];
        for name in names.into_iter().flatten() {
            self.called.entry(fold(name)).or_insert_with(|| id.clone());
        }
        self.people.entry(id).or_insert(contact);
    }

    pub(super) fn people(&mut self) {
        self.line("");
        if self.people.is_empty() {
            self.remark(0, self.language.pick(
                "people: 連絡できる人が文書にありません。書くまで、この計画は誰にも連絡しません。",
                "people: the document names nobody who can be called. Until you add people, nobody is paged.",
            ));
            return;
        }
        self.remark(0, self.language.pick(
            "reach が空の人には、まだ届きません。channels を設定し、# の後の連絡先を reach に書いてください。",
            "Nobody is reached yet: set up channels, and move what stands behind # into reach.",
        ));
        self.line("people:");
        let people: Vec<(String, Option<&Contact>)> =
            self.people.iter().map(|(id, it)| (id.clone(), *it)).collect();
        for (id, contact) in people {
            let mut parts = Vec::new();
            let mut remark = String::new();
            match contact {
                Some(contact) => {
                    let says = |it: &&String| !one_line(it).is_empty();
                    let role = Some(&contact.role).filter(says).unwrap_or(&id);
                    let name = contact.name.as_ref().filter(says).unwrap_or(role);
                    parts.push(format!("name: {}", quoted(name)));
                    parts.push(format!("role: {}", quoted(role)));
                    match contact.hours.as_deref().map(|it| (it, window::hours(it).is_ok())) {
                        Some((it, true)) => parts.push(format!("hours: {}", quoted(it))),
                        Some((it, false)) => remark = one_line(it),
                        None => (),
                    }
                    parts.push("reach: []".to_owned());
                    remark = format!("{} {remark}", ways(contact)).trim().to_owned();
                }
                None => {
                    parts.push(format!("name: {}", quoted(&id)));
                    parts.push("reach: []".to_owned());
                    remark = self
                        .language
                        .pick("連絡先が文書にありません", "the document says no way to reach them")
                        .to_owned();
                }
            }
            let remark = if remark.is_empty() { remark } else { format!("    # {remark}") };
            self.line(&format!("  {}: {{ {} }}{remark}", text(&id), parts.join(", ")));
        }
        self.left_out(2, self.beyond.len());
    }

    /// `contacts`: whoever is outside the team, and never paged.
    pub(super) fn outside(&mut self) {
        let documents = self.documents;
        let mut outside: BTreeMap<String, &Contact> = BTreeMap::new();
        let mut beyond = 0;
        for contact in documents.iter().flat_map(|it| &it.contacts).filter(|it| it.outside) {
            let id = id(&contact.role);
            let ids = (1..).map(|it| if it == 1 { id.clone() } else { format!("{id}-{it}") });
            if outside.len() < OUTSIDE_MAX
                && let Some(free) = ids.take(OUTSIDE_MAX).find(|it| !outside.contains_key(it))
            {
                outside.insert(free, contact);
            } else {
                beyond += 1;
            }
        }
        if outside.is_empty() {
            return;
        }
        self.line("");
        self.line("contacts:");
        for (id, contact) in outside {
            let name = contact.name.as_ref().unwrap_or(&contact.role);
            let mut parts = vec![format!("name: {}", quoted(name))];
            if *name != contact.role {
                parts.push(format!("role: {}", quoted(&contact.role)));
            }
            let mut remark = String::new();
            match contact.hours.as_deref().map(|it| (it, window::hours(it).is_ok())) {
                Some((it, true)) => parts.push(format!("hours: {}", quoted(it))),
                Some((it, false)) => remark = format!("    # {}", one_line(it)),
                None => (),
            }
            let ways = contact.endpoints.iter().filter(|_| !contact.placeholder).take(WAYS_MAX);
            let ways: Vec<String> = ways.map(|it| quoted(&it.address)).collect();
            parts.push(format!("at: [{}]", ways.join(", ")));
            self.line(&format!("  {}: {{ {} }}{remark}", text(&id), parts.join(", ")));
        }
        self.left_out(2, beyond);
    }
}

/// The id of a person: their role without blanks.
fn id(role: &str) -> String {
    let kept = role.chars().map(|it| if it.is_alphanumeric() || it == 'ー' { it } else { '-' });
    let id: String = kept.collect::<String>().trim_matches('-').chars().take(60).collect();
    let id = id.trim_matches('-').to_lowercase();
    // A name of a channel would be read as one.
    if id.is_empty() || id == "console" { "contact".to_owned() } else { id }
}

/// The ways of a contact as the document writes them, for whoever fills in `reach`.
fn ways(contact: &Contact) -> String {
    let ways = contact.endpoints.iter().take(WAYS_MAX).map(|it| match it.kind.as_str() {
        "text" => it.address.clone(),
        kind => format!("{kind}:{}", it.address),
    });
    let more = (contact.endpoints.len() > WAYS_MAX).then(|| "…".to_owned());
    one_line(&ways.chain(more).collect::<Vec<_>>().join(", "))
}
