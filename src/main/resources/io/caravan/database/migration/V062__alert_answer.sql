-- By which a link in a message is known to be ours; made at the first need where nobody has given one.
create table caravan.alert_link_secret (
    one     boolean primary key default true check (one),
    secret  text not null,
    made_at timestamptz not null
);

-- Links that have been followed: each acts once.
create table caravan.alert_link_use (
    message  uuid not null,   -- the message that the link stood in
    incident bigint not null,  -- its number
    act      text not null,
    who      text not null,
    used_at  timestamptz not null,
    primary key (message, incident, act)
);
create index alert_link_use_at on caravan.alert_link_use (used_at);

-- The newest incidents first, by the number that people know
create index alert_incident_state on caravan.alert_incident (state, number desc);
