-- Where a channel counts its messages: the whole channel (the address is empty), or each of its addresses. All nodes share it.
create table caravan.alert_line (
    channel     text not null,
    address     text not null,
    free_at     timestamptz not null default '-infinity',  -- the next message goes no earlier
    failures    integer not null default 0 check (failures >= 0),  -- in a row
    rests_until timestamptz,  -- after too many failures in a row
    stopped_at  timestamptz,  -- the service has said that there is nothing there; until somebody tries it by hand
    moved_to    text,         -- the service has said that what was at this address is there now
    error       text,
    primary key (channel, address)
);

-- Since when nobody is left who could be told of this message instead.
alter table caravan.alert_delivery add column unreached_at timestamptz;
create index alert_delivery_unreached on caravan.alert_delivery (group_id) where unreached_at is not null;

-- Since when the receiver knows of the incident, or would if the message had reached it.
alter table caravan.alert_member add column told_at timestamptz;

-- In the order in which they go, so that a long queue is not sorted for each message; the critical ones apart.
drop index caravan.alert_delivery_due;
create index alert_delivery_due on caravan.alert_delivery (channel, due_at, id) where state = 'QUEUED' and severity <> 'CRITICAL';
create index alert_delivery_critical on caravan.alert_delivery (channel, due_at, id) where state = 'QUEUED' and severity = 'CRITICAL';
