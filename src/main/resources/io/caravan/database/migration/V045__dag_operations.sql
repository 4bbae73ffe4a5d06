-- Runs that come back from the history by hand.

alter table caravan.dag_run
    -- its tasks are rows already: it goes on where they stand, rather than begin
    add column reopened boolean not null default false;

-- runs of a backfill that are in progress
create index dag_run_backfill on caravan.dag_run_active (backfill) where backfill is not null;
create index dag_backfill_of_dag on caravan.dag_backfill (dag, created_at desc);
create index dag_audit_of_run on caravan.dag_audit (run) where run is not null;
create index dag_run_cancelling on caravan.dag_run_active (id) where cancelling;
