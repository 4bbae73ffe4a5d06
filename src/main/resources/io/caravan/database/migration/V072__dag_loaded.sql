-- Which workflows the files of each process define, so that none counts as gone that another process has.
create table caravan.dag_loaded (
    node text primary key,
    dags text[] not null,
    at   timestamptz not null
);

-- when it was found that no file defines it any more
alter table caravan.dag_workflow add column gone_at timestamptz;
