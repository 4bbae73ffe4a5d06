-- What the file of a pool says, beside the slots that it has: those may have been set by hand since.
ALTER TABLE caravan.dag_pool ADD COLUMN defined int;
UPDATE caravan.dag_pool SET defined = slots;
