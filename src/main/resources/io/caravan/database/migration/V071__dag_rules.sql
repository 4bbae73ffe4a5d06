-- Deadlines and expectations are judged by the definition that held when something was due, also after the workflow has been changed.

alter table caravan.dag_workflow
    -- since when files define it without a break; null: since first_seen_at
    add column present_since timestamptz,
    -- since when its timing, deadline and expectation are what they are; null: since first_seen_at
    add column rules_since timestamptz;

-- Versions whose timing, deadline and expectation differ from the present ones, and judge what was due after since and at or before until; kept until all of that has been judged.
create table caravan.dag_past_rules (
    dag     text not null,
    since   timestamptz not null,
    until   timestamptz not null,
    version int not null,
    primary key (dag, until)
);
