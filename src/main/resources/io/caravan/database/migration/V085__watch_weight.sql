-- How much a series usually sends in an hour, mean of the week, so that the members of a merged stream can be weighed without reading all patterns.
alter table caravan.watch_pattern
    add column arrivals real,
    add column packets  real;
