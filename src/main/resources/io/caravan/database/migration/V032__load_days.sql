-- Each day has its partition, made by the first load of the day for a week ahead; a default partition would stand in their way
DROP TABLE caravan.duplicate_default, caravan.rejected_default, caravan.load_batch_default;
