-- What a workflow is one of many of, so that the last of them is found at once: `run:disk-full`, `rehearsal:disk-full`.
alter table workflow add column subject text;
-- The functions on JSON are this engine's; on another there is no row yet that they would be needed for.
update workflow set subject = 'run:' || json_extract(state, '$.runbook') where kind = 'run';
create index workflow_subject on workflow (subject, closed_at_ms, id) where subject is not null and closed_at_ms is not null;
