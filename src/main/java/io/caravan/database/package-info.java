/**
 * Where everything is kept: the batch's transaction, the bundled PostgreSQL, migrations and leases. Knows no feature; start
 * reading at {@link io.caravan.database.Database}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.database;
