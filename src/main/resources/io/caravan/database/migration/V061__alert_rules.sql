-- What stream rules (config/rules) know of assets. Only what differs from nothing has a row.

-- The rules that are in force, so that the incidents of a rule that is gone can be resolved, whichever node notices.
create table caravan.alert_rule (
    name    text primary key,
    file    text not null,
    dataset text not null
);

create table caravan.alert_rule_state (
    dataset text not null,
    asset   text not null,
    rule    text not null,
    phase   text not null check (phase in ('PENDING', 'FIRING')),
    meaning text not null,         -- of the rule, as it was when this was written
    since   timestamptz not null,  -- event time from which the condition held
    times   jsonb not null,        -- event times that a rule with a count has counted
    told_at timestamptz,           -- the last signal, by time of arrival
    due_at  timestamptz,           -- by time of arrival: something happens though no record comes
    record  jsonb not null,        -- the record that brought it about
    labels  jsonb not null,        -- what the route has said
    primary key (dataset, asset, rule),
    check ((phase = 'FIRING') = (told_at is not null))
);
create index alert_rule_state_rule on caravan.alert_rule_state (rule);
create index alert_rule_state_due on caravan.alert_rule_state (due_at) where due_at is not null;

-- What fields said last, for conditions that look back.
create table caravan.alert_rule_memory (
    dataset text not null,
    asset   text not null,
    field   text not null,
    value   jsonb not null,
    at      timestamptz not null,  -- event time
    primary key (dataset, asset, field)
) with (fillfactor = 80);
create index alert_rule_memory_at on caravan.alert_rule_memory using brin (at);
