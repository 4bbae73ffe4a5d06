-- Who is told in a group: its own receiver, and those told instead; and where their channel has put the message, for those that can go on there.
create table caravan.alert_reader (
    group_id bigint not null references caravan.alert_group on delete cascade,
    receiver text not null,
    channel  text not null,
    address  text not null,
    thread   text,
    listens  boolean not null default false,  -- hears of all that the group's own receiver hears of
    primary key (group_id, receiver)
);
insert into caravan.alert_reader (group_id, receiver, channel, address, thread)
select g.id, g.receiver, d.channel, d.address, g.thread
  from caravan.alert_group g
 cross join lateral (select channel, address from caravan.alert_delivery
                      where group_id = g.id and receiver = g.receiver
                      order by id desc limit 1) d
 where g.thread is not null;
alter table caravan.alert_group drop column thread;
