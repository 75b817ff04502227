//! The picture: well-formed whatever the plan is called, and with every hole in it.

use matoi_core::language::Language;
use matoi_core::reach::{picture, prove};

use crate::{plan, time};

#[test]
fn the_picture_names_hostile_labels_as_text_and_shows_each_hole() {
    let plan = plan(
        "matoi: 1\nname: \"</svg><script>alert(1)</script>\"\ntimezone: Asia/Tokyo\n\
         severities: { \"P1<b>\": { targets: { acknowledge: 15m } } }\n\
         people: { ann: { name: \"Ann & \\\"Co\\\"\", hours: mon-fri 09:00-18:00, reach: [console] } }\n\
         escalation: { default: [{ page: [ann] }] }\n",
    );
    let proof = prove(&plan, time("2026-01-14T00:00+09"), time("2026-01-16T00:00+09"));
    for language in [Language::Ja, Language::En] {
        let svg = picture(&proof, &plan, language);
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains("Ann &amp; &quot;Co&quot;"), "{svg}");
        // Before and after the hours of two days: the night between is in two columns.
        assert_eq!(svg.matches("fill=\"url(#never)\"><title>").count(), 4, "{svg}");
    }
}
