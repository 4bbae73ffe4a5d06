-- Workflows that can't be as their files write them; the last good version of each, if it has one, goes on.
create table caravan.dag_import_error (
    dag      text primary key,
    since    timestamptz not null,
    mistakes text not null,
    node     text not null
);
