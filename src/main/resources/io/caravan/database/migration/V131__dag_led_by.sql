-- The run whose task, or of which a route was told, that started this one without waiting for it; with parent_run it tells the row of runs of which each has started the next.
alter table caravan.dag_run add column led_by uuid;
