-- whether a task that waits for another workflow's run fails when that does; else it waits for its success
alter table caravan.dag_task add column awaits_any_end boolean not null default false;
