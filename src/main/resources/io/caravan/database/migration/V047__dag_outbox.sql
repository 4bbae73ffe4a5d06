-- Events of workflows wait in the outbox of all features.
insert into caravan.outbox_subscription (topic, route, wants, seen_at)
select 'dag', route,
       jsonb_build_object('kind', to_jsonb(kinds)) || case dag when '*' then '{}' else jsonb_build_object('dag', jsonb_build_array(replace(replace(dag, '_', '\_'), '%', '\%'))) end,
       seen_at
  from caravan.dag_subscription;

insert into caravan.outbox_notice (topic, route, at, key, labels, detail, tries, retry_at)
select 'dag', route, at, coalesce(run::text, dag),
       jsonb_strip_nulls(jsonb_build_object('dag', dag, 'kind', kind, 'run', run)), detail, tries, retry_at
  from caravan.dag_notice
 order by id;

drop table caravan.dag_notice, caravan.dag_subscription;
