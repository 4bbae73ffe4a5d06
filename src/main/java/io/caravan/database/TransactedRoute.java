package io.caravan.database;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RollbackExchangeException;

/** A consumer's route in the transaction that this thread has open: its steps, their retries included, stay on this thread, and what fails it is thrown, so that the transaction is undone. */
public final class TransactedRoute {
    private TransactedRoute() {}

    /**
     * Runs the exchange through the route.
     *
     * @throws Exception what it failed with
     * @throws RollbackExchangeException when a step marked it for rollback
     */
    public static void process(Exchange exchange, Processor route) throws Exception {
        exchange.getExchangeExtension().setTransacted(true);
        route.process(exchange);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
            throw new RollbackExchangeException(
                    "The route marked the exchange for rollback; it is to be processed again", exchange);
        }
    }
}
