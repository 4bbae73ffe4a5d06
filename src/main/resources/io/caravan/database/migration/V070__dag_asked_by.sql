-- What a run was started for by to: dag:<workflow>, a task's try or an event, so that the next try of the same finds the run.
alter table caravan.dag_logical_time add column asked_by uuid;
create unique index dag_logical_time_asked_by on caravan.dag_logical_time (asked_by) where asked_by is not null;
