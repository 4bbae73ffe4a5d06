-- What a task that was cleared or marked while it ran still holds: its thread has been told to stop, and until it has let go, or its grace is over, nobody else may have these slots.
create table caravan.dag_held (
    run       uuid not null,
    task      text not null,
    map_index int not null,
    claim     bigint not null,
    dag       text not null,
    pool      text,
    slots     int not null,
    until     timestamptz not null,
    primary key (run, task, map_index, claim)
);
