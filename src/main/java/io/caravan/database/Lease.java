package io.caravan.database;

import java.time.Instant;

/**
 * A right that one owner has until a moment of the database's clock.
 *
 * @param fencing grows with every new owner, so that what a late owner writes can be told from what its successor writes
 * @param until by the clock of the database, not of this machine: for people to read, not to decide on
 */
public record Lease(String name, String owner, long fencing, Instant until) {}
