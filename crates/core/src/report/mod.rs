//! The report: a timeline as people file it.
