-- What is critical goes before all that is due earlier.
alter table caravan.alert_group add column urgent boolean not null default false;
create index alert_group_urgent on caravan.alert_group (flush_at) where urgent;
