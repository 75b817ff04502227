-- Incidents, runs and alerts: the row is a cache of the events. Ids are unique over all kinds, because the ids of
-- effects are derived from them.
create table workflow (
    id            text   primary key,
    kind          text   not null check (kind in ('alert', 'incident', 'run')),
    version       bigint not null check (version > 0),
    state         text   not null,
    wake_at_ms    bigint,
    closed_at_ms  bigint,
    topic         text,
    parent        text,
    opened_at_ms  bigint not null,
    updated_at_ms bigint not null
);
-- Trouble that is already worked on is joined, never opened twice.
create unique index workflow_topic on workflow (kind, topic) where topic is not null and closed_at_ms is null;
create index workflow_wake on workflow (wake_at_ms, id) where wake_at_ms is not null;
create index workflow_all on workflow (kind, opened_at_ms, id);
create index workflow_open on workflow (kind, opened_at_ms, id) where closed_at_ms is null;
create index workflow_parent on workflow (parent, kind, opened_at_ms, id) where parent is not null;

create table event (
    id      text   not null,
    version bigint not null,
    ordinal bigint not null,
    at_ms   bigint not null,
    body    text   not null,
    primary key (id, version, ordinal)
);

-- What the world is asked to do. A lease of 0 is free; a generation belongs to one claim and is never used again.
create table outbox (
    id              text   primary key,
    kind            text   not null check (kind in ('alert', 'incident', 'run')),
    workflow        text   not null,
    lane            text   not null check (lane in ('page', 'inner', 'step')),
    -- The place among all effects of the workflow: by version, then by ordinal.
    place           bigint not null,
    body            text   not null,
    due_at_ms       bigint not null,
    first_due_at_ms bigint not null,
    lease_until_ms  bigint not null,
    generation      bigint not null,
    tries           bigint not null,
    done_at_ms      bigint
);
create index outbox_due on outbox (lane, due_at_ms, id) where done_at_ms is null;
create index outbox_word on outbox (workflow, place) where lane = 'inner' and done_at_ms is null;
create index outbox_leased on outbox (lane, lease_until_ms) where lease_until_ms > 0 and done_at_ms is null;

create table blob (
    hash         text   primary key,
    bytes        bytea  not null,
    stored_at_ms bigint not null
);

create table plan (
    hash         text   primary key,
    name         text   not null,
    stored_at_ms bigint not null
);

create table plan_file (
    plan text not null references plan (hash),
    path text not null,
    blob text not null references blob (hash),
    primary key (plan, path)
);

-- Which plan ruled from when on: a plan may come back.
create table plan_load (
    number bigint primary key,
    plan   text   not null references plan (hash),
    at_ms  bigint not null
);

create table setting (
    key           text   primary key,
    value         text   not null,
    version       bigint not null check (version > 0),
    changed_by    text   not null,
    changed_at_ms bigint not null
);

create table change (
    number        bigint primary key,
    key           text   not null,
    version       bigint not null,
    before        text,
    after         text   not null,
    changed_by    text   not null,
    changed_at_ms bigint not null,
    unique (key, version)
);

-- Written by the health check, to know that writing works.
create table probe (
    id    bigint primary key,
    at_ms bigint not null
);
