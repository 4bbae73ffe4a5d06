-- When the workflow was last unpaused: its catch-up decided then what becomes of the ticks that had passed, and of those that it left out nothing is missed.
alter table caravan.dag_workflow add column resumed_at timestamptz;
