-- Files of routes and beans that a process could not load as they are saved, for all to see; those of a process that is gone count no longer.
create table caravan.dag_refused_file (
    node     text        not null,
    file     text        not null,
    since    timestamptz not null,
    problems text        not null,
    runs     boolean     not null,
    primary key (node, file)
);
