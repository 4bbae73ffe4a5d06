-- What people can do about an incident besides what can always be done, since the route that raised it offers it.
alter table caravan.alert_incident add column acts text[] not null default '{}' check (acts <@ array['expect']);
