-- What the service says of a message after it has taken it, and who is told when it says nothing.
alter table caravan.alert_delivery add column delivered_at timestamptz;    -- it is there
alter table caravan.alert_delivery add column read_at timestamptz;
alter table caravan.alert_delivery add column confirm_by timestamptz;      -- by then; null: nobody waits for it
alter table caravan.alert_delivery add column unconfirmed_at timestamptz;  -- nothing was said in time, and the next receiver was told
create index alert_delivery_unconfirmed on caravan.alert_delivery (confirm_by) where confirm_by is not null;
