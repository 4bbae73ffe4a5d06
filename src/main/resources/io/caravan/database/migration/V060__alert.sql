-- A problem that people are told of. Signals of one key join the incident that is open.
create table caravan.alert_incident (
    id              uuid primary key,  -- ordered by time
    number          bigint generated always as identity unique,  -- for people
    key             text not null,
    state           text not null check (state in ('OPEN', 'ACKNOWLEDGED', 'RESOLVED')),
    severity        text not null check (severity in ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
    labels          jsonb not null,
    summary         text not null,
    detail          jsonb not null,
    opened_at       timestamptz not null,
    last_at         timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at     timestamptz,
    signals         bigint not null default 1 check (signals > 0),
    reopened        integer not null default 0 check (reopened >= 0),
    hidden_by       uuid references caravan.alert_incident on delete set null,  -- while that one is open, this one is not told
    check ((state = 'RESOLVED') = (resolved_at is not null)),
    check ((acknowledged_at is null) = (acknowledged_by is null)),
    check (state <> 'ACKNOWLEDGED' or acknowledged_at is not null)
);
create unique index alert_incident_open on caravan.alert_incident (key) where state <> 'RESOLVED';
create index alert_incident_resolved on caravan.alert_incident (key, resolved_at desc) where state = 'RESOLVED';
create index alert_incident_labels on caravan.alert_incident using gin (labels jsonb_path_ops) where state <> 'RESOLVED';
create index alert_incident_hidden on caravan.alert_incident (hidden_by) where hidden_by is not null;

-- What one receiver hears of in one message: the incidents that share a place of the routing tree and the values of its labels.
create table caravan.alert_group (
    id            bigint generated always as identity primary key,
    receiver      text not null,
    path          text not null,
    labels        jsonb not null,
    flush_at      timestamptz,   -- look whether there is something to tell
    told_at       timestamptz,   -- the last message
    escalated     integer not null default 0,
    escalate_at   timestamptz,   -- look whether somebody has acknowledged
    thread        text,          -- where the channel has put the message, for those that can go on there
    unique (receiver, path, labels)
);
create index alert_group_due on caravan.alert_group (flush_at) where flush_at is not null;
create index alert_group_escalation on caravan.alert_group (escalate_at) where escalate_at is not null;

create table caravan.alert_member (
    group_id bigint not null references caravan.alert_group on delete cascade,
    incident uuid not null references caravan.alert_incident on delete cascade,
    changed  boolean not null default false,  -- what it is about has changed since it was told
    told     text check (told in ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),  -- with which severity it was told last; null: not, or its end was told
    primary key (group_id, incident)
);
create index alert_member_incident on caravan.alert_member (incident);

-- One message for one receiver: an outbox, written with the change that it tells of.
create table caravan.alert_delivery (
    id           uuid primary key,  -- ordered by time; the channel's idempotency key
    group_id     bigint references caravan.alert_group on delete set null,
    receiver     text not null,
    channel      text not null,
    address      text not null,
    severity     text not null check (severity in ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
    kind         text not null check (kind in ('FIRING', 'UPDATE', 'REPEAT', 'ESCALATION', 'RESOLVED', 'TEST')),
    state        text not null check (state in ('QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED')),
    message      jsonb not null,
    fallback     text[] not null,   -- receivers that are tried next, in order
    signal_at    timestamptz not null,  -- the first signal that it tells of
    due_at       timestamptz not null,
    tries        integer not null default 0 check (tries >= 0),
    leased_until timestamptz,
    sent_at      timestamptz,
    error        text,
    check ((state = 'SENDING') = (leased_until is not null))
);
create index alert_delivery_due on caravan.alert_delivery (channel, due_at) where state = 'QUEUED';
create index alert_delivery_leased on caravan.alert_delivery (leased_until) where state = 'SENDING';
create index alert_delivery_failed on caravan.alert_delivery (id) where state = 'FAILED';
create index alert_delivery_group on caravan.alert_delivery (group_id, id);

-- Alerts that match are not told for a while.
create table caravan.alert_silence (
    id       bigint generated always as identity primary key,
    matchers text[] not null,
    from_at  timestamptz not null,
    until_at timestamptz not null,
    who      text not null,
    why      text not null,
    check (from_at < until_at)
);
create index alert_silence_until on caravan.alert_silence (until_at);

-- What became of an incident, and who did it.
create table caravan.alert_audit (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    incident uuid references caravan.alert_incident on delete cascade,
    who      text not null,
    action   text not null,
    detail   text not null default ''
);
create index alert_audit_incident on caravan.alert_audit (incident, id);
