-- A route that wants to hear of a topic: {"kind": ["failed", "dead%"], …}: of each label one of these patterns (LIKE); a label that is not named may have any value.
create table caravan.outbox_subscription (
    topic   text not null,
    route   text not null,
    wants   jsonb not null,
    seen_at timestamptz not null,
    primary key (topic, route)
);

-- News that a route has yet to process. Those of one key reach the route in the order in which they were written.
create table caravan.outbox_notice (
    id       bigint generated always as identity primary key,
    topic    text not null,
    route    text not null,
    at       timestamptz not null,
    key      text not null,
    labels   jsonb not null,
    detail   jsonb not null,
    tries    int not null default 0,
    retry_at timestamptz not null default '-infinity',
    foreign key (topic, route) references caravan.outbox_subscription on delete cascade
);
create index outbox_notice_due on caravan.outbox_notice (topic, route, id);
create index outbox_notice_order on caravan.outbox_notice (topic, route, key, id);
