-- A problem that opens and resolves often: when it opened lately, since when it flaps, and when it counts as stable unless it changes again.
alter table caravan.alert_incident add column openings timestamptz[] not null default '{}';
alter table caravan.alert_incident add column flapping_since timestamptz;
alter table caravan.alert_incident add column stable_at timestamptz;
alter table caravan.alert_incident add check ((flapping_since is null) = (stable_at is null));

-- When the next sign of life is due, for all nodes together.
create table caravan.alert_heartbeat (
    receiver text primary key,
    next_at  timestamptz not null
);
alter table caravan.alert_delivery drop constraint alert_delivery_kind_check;
alter table caravan.alert_delivery add constraint alert_delivery_kind_check
    check (kind in ('FIRING', 'UPDATE', 'REPEAT', 'ESCALATION', 'RESOLVED', 'TEST', 'HEARTBEAT'));
create index alert_delivery_heartbeat on caravan.alert_delivery (receiver) where kind = 'HEARTBEAT';
