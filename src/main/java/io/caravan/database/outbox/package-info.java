/**
 * News from the engine to routes that is told exactly when the change that it is about has committed, and then until the route has processed it. Start reading at {@link io.caravan.database.outbox.Outbox}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.database.outbox;
