-- Who is told when nobody acknowledges: for each opening of an incident and each place of the routing tree that tells of it, the next step.
create table caravan.alert_escalation (
    incident uuid not null references caravan.alert_incident on delete cascade,
    opening  integer not null,  -- how often it had been reopened
    path     text not null,
    labels   jsonb not null,    -- what those share that are told of in one message
    step     integer not null default 0 check (step >= 0),  -- how many have been taken
    due_at   timestamptz,       -- look whether somebody has acknowledged; null: all steps have been taken
    primary key (incident, opening, path)
);
create index alert_escalation_due on caravan.alert_escalation (due_at) where due_at is not null;
create index alert_escalation_place on caravan.alert_escalation (path, labels) where due_at is not null;

insert into caravan.alert_escalation (incident, opening, path, labels, step, due_at)
select i.id, i.reopened, g.path, g.labels, g.escalated, g.escalate_at
  from caravan.alert_group g
  join caravan.alert_member m on m.group_id = g.id
  join caravan.alert_incident i on i.id = m.incident
 where g.escalate_at is not null and i.state = 'OPEN'
on conflict do nothing;
alter table caravan.alert_group drop column escalated, drop column escalate_at;
