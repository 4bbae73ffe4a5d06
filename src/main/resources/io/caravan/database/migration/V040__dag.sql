-- Workflows. One row holds a task's state, attempt, owner and pool slots, and changes in one transaction by compare-and-set on (state, claim): a slot cannot
-- outlive its owner. Runs and their tasks lie in two tables that are partitioned by when the run ended: what is in progress (ended_on = infinity) stays small
-- however long the history grows, and the history goes by dropping days.

-- A workflow as this database knows it, whatever files say at the moment.
create table caravan.dag_workflow (
    dag              text primary key,
    version          int not null,
    first_seen_at    timestamptz not null default now(),
    paused           boolean not null default false,
    -- false: no file defines it any more
    active           boolean not null default true,
    max_active_runs  int not null,
    max_active_tasks int not null,
    -- whether a run waits for the success of the one before
    depends_on_past  boolean not null default false,
    -- the condition on datasets that starts it; null: none does
    datasets         text,
    -- due time of the last tick that became a run or was passed over
    scheduled_until  timestamptz,
    -- when to look at its schedule again; null: nothing will be due
    next_due         timestamptz,
    -- deadlines and expectations up to here have been judged
    judged_until     timestamptz,
    next_judgement   timestamptz
);
create index dag_workflow_due on caravan.dag_workflow (next_due) where active and not paused;
create index dag_workflow_judgement on caravan.dag_workflow (next_judgement) where active;

-- Each definition that a workflow has had. hash: of the definition and its source.
create table caravan.dag_version (
    dag        text not null,
    version    int not null,
    hash       text not null,
    definition jsonb not null,
    source     text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    primary key (dag, version)
);

-- Slots that tasks of all workflows share. slots: -1 for no limit.
create table caravan.dag_pool (
    name        text primary key,
    slots       int not null check (slots >= -1),
    description text not null default ''
);

-- A process that works. Whose lease has run out by this server's clock is dead, and its tasks are taken over.
create table caravan.dag_worker (
    id         uuid primary key,
    node       text not null,
    started_at timestamptz not null default clock_timestamp(),
    until      timestamptz not null
);

-- One logical time of a workflow has one run, also when that has left for the history.
create table caravan.dag_logical_time (
    dag          text not null,
    logical_time timestamptz not null,
    run          uuid not null,
    primary key (dag, logical_time)
);

create table caravan.dag_backfill (
    id              uuid primary key,
    dag             text not null,
    from_time       timestamptz not null,
    to_time         timestamptz not null,
    newest_first    boolean not null,
    reprocess       text not null check (reprocess in ('NONE', 'FAILED', 'COMPLETED')),
    max_active_runs int not null check (max_active_runs > 0),
    params          jsonb not null default '{}',
    paused          boolean not null default false,
    state           text not null check (state in ('RUNNING', 'DONE', 'CANCELLED')),
    created_at      timestamptz not null default now(),
    created_by      text not null,
    ended_at        timestamptz
);
create unique index dag_backfill_live on caravan.dag_backfill (dag) where state = 'RUNNING';

-- What a backfill does about each logical time, and why.
create table caravan.dag_backfill_date (
    backfill       uuid not null references caravan.dag_backfill on delete cascade,
    position       int not null,
    logical_time   timestamptz not null,
    interval_start timestamptz not null,
    interval_end   timestamptz not null,
    run            uuid,
    -- PLANNED: its turn will come; SKIPPED: reason tells why
    state          text not null check (state in ('PLANNED', 'STARTED', 'SKIPPED')),
    reason         text,
    primary key (backfill, position)
);

create table caravan.dag_run (
    id             uuid not null,
    ended_on       timestamptz not null default 'infinity',
    dag            text not null,
    version        int not null,
    kind           text not null check (kind in ('SCHEDULED', 'BACKFILL', 'MANUAL', 'DATASET')),
    state          text not null check (state in ('QUEUED', 'RUNNING', 'SUCCESS', 'FAILED', 'CANCELLED')),
    logical_time   timestamptz not null,
    interval_start timestamptz not null,
    interval_end   timestamptz not null,
    -- the scheduled time, from which a deadline counts
    due_at         timestamptz not null,
    params         jsonb not null default '{}',
    -- 0: live work; 1: backfill
    lane           smallint not null default 0,
    priority       int not null default 0,
    backfill       uuid,
    -- the task that started it, and waits for its end
    parent_run     uuid,
    parent_task    text,
    parent_index   int,
    -- how many runs led to this one by starting it, so that a circle ends
    depth          int not null default 0,
    created_at     timestamptz not null,
    created_by     text not null,
    started_at     timestamptz,
    ended_at       timestamptz,
    timeout_at     timestamptz,
    note           text,
    -- ended by hand: no more tasks begin, and the run ends when those that run have been interrupted
    cancelling     boolean not null default false,
    -- by its timeout, which makes it a failure
    timed_out      boolean not null default false,
    primary key (id, ended_on),
    check ((state in ('QUEUED', 'RUNNING')) = (ended_on = 'infinity'))
) partition by range (ended_on);

create table caravan.dag_run_active partition of caravan.dag_run for values from ('infinity') to (maxvalue)
    with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
create table caravan.dag_run_default partition of caravan.dag_run default;
create index dag_run_of_dag on caravan.dag_run (dag, logical_time desc);
create index dag_run_timeout on caravan.dag_run_active (timeout_at) where timeout_at is not null;
create index dag_run_state on caravan.dag_run_active (dag, state, lane, logical_time);
create index dag_run_child on caravan.dag_run (parent_run) where parent_run is not null;

create table caravan.dag_task (
    run         uuid not null,
    task        text not null,
    -- -1: not mapped, or not yet
    map_index   int not null default -1,
    ended_on    timestamptz not null default 'infinity',
    dag         text not null,
    state       text not null check (state in ('WAITING', 'READY', 'RUNNING', 'UP_FOR_RETRY', 'UP_FOR_RESCHEDULE', 'AWAITING',
                                               'SUCCESS', 'FAILED', 'UPSTREAM_FAILED', 'SKIPPED', 'REMOVED')),
    -- counts tries; a sensor that is asked again stays at its try
    attempt     int not null default 0,
    -- grows with every claim: whose claim is not the newest has lost the task, and its result is refused
    claim       bigint not null default 0,
    -- how many owners died on it
    lost        int not null default 0,
    -- tries that a clear by hand has forgiven
    forgiven    int not null default 0,
    ready_at    timestamptz,
    lane        smallint not null default 0,
    priority    int not null default 0,
    -- the pool whose slots it holds while RUNNING
    pool        text,
    slots       int not null default 1,
    -- claimed with its pool, its workflow's maxActiveTasks or its own maxActive locked and counted
    limited     boolean not null default false,
    max_active  int not null default 0,
    worker      uuid,
    first_started_at timestamptz,
    started_at  timestamptz,
    ended_at    timestamptz,
    item        jsonb,
    output      jsonb,
    error       text,
    note        text,
    -- what an AWAITING task waits for: a run, a run of a workflow at a logical time, or an approval (both null)
    awaits_run  uuid,
    awaits_dag  text,
    awaits_time timestamptz,
    awaits_until timestamptz,
    primary key (run, task, map_index, ended_on),
    check ((state = 'RUNNING') = (worker is not null))
) partition by range (ended_on);

create table caravan.dag_task_active partition of caravan.dag_task for values from ('infinity') to (maxvalue)
    with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create table caravan.dag_task_default partition of caravan.dag_task default;
create index dag_task_ready on caravan.dag_task_active (limited, lane, priority desc, ready_at) where state = 'READY';
create index dag_task_later on caravan.dag_task_active (ready_at) where state in ('UP_FOR_RETRY', 'UP_FOR_RESCHEDULE');
create index dag_task_awaiting on caravan.dag_task_active (awaits_until) where state = 'AWAITING';
create index dag_task_running on caravan.dag_task_active (worker) where state = 'RUNNING';
create index dag_task_pool on caravan.dag_task_active (pool) where state = 'RUNNING' and pool is not null;
create index dag_task_of_dag on caravan.dag_task_active (dag) where state = 'RUNNING' and limited;

-- Each try that has ended, with what became of it.
create table caravan.dag_attempt (
    run        uuid not null,
    task       text not null,
    map_index  int not null,
    attempt    int not null,
    claim      bigint not null,
    state      text not null,
    node       text not null,
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    error      text
) partition by range (ended_at);
create table caravan.dag_attempt_default partition of caravan.dag_attempt default;
create index dag_attempt_of_task on caravan.dag_attempt (run, task, map_index, attempt);

-- Log lines of tasks, bounded per attempt.
create table caravan.dag_log (
    run        uuid not null,
    task       text not null,
    map_index  int not null,
    attempt    int not null,
    at         timestamptz not null,
    lines      text not null
) partition by range (at);
create table caravan.dag_log_default partition of caravan.dag_log default;
create index dag_log_of_task on caravan.dag_log (run, task, map_index, attempt, at);

-- A scheduled time by whose deadline no run had succeeded, or an expectation that was not met; told once, resolved once.
create table caravan.dag_miss (
    dag         text not null,
    kind        text not null check (kind in ('deadline', 'expectation')),
    logical_time timestamptz not null,
    due_at      timestamptz not null,
    missed_at   timestamptz not null,
    resolved_at timestamptz,
    detail      text not null,
    primary key (dag, kind, logical_time)
);
create index dag_miss_open on caravan.dag_miss (dag) where resolved_at is null;

-- Routes from: dag:<workflow>?on=…, known as long as they exist, so that what happens while they are down reaches them later.
create table caravan.dag_subscription (
    route   text primary key,
    dag     text not null,
    kinds   text[] not null,
    seen_at timestamptz not null default now()
);

-- An event that a subscription has yet to process.
create table caravan.dag_notice (
    id       bigint generated always as identity primary key,
    route    text not null references caravan.dag_subscription on delete cascade,
    at       timestamptz not null,
    dag      text not null,
    run      uuid,
    kind     text not null,
    detail   jsonb not null,
    tries    int not null default 0,
    retry_at timestamptz not null default '-infinity'
);
create index dag_notice_due on caravan.dag_notice (route, id);

-- What people did by hand.
create table caravan.dag_audit (
    id     bigint generated always as identity primary key,
    at     timestamptz not null default clock_timestamp(),
    who    text not null,
    action text not null,
    dag    text not null,
    run    uuid,
    task   text,
    detail text not null default '',
    why    text not null default ''
);
create index dag_audit_of_dag on caravan.dag_audit (dag, at desc);

-- The last update of each dataset that a workflow's condition counts, since its last run.
create table caravan.dag_dataset (
    dag        text not null,
    dataset    text not null,
    updated_at timestamptz,
    updates    bigint not null default 0,
    primary key (dag, dataset)
);
create index dag_dataset_name on caravan.dag_dataset (dataset);
