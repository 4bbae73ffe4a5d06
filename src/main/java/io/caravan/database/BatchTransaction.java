package io.caravan.database;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.TransactedPolicy;

/**
 * Camel's {@code transacted} step on our {@link Database}: what the steps below it do to PostgreSQL commits together, or not
 * at all. For routes that start at a stock component ({@code file:}, {@code kafka:}); {@code poll:} needs no such step, as it
 * opens the batch's transaction itself.
 *
 * <p>The exchange fails when the commit fails. The steps run on one thread, as the transaction belongs to it.
 */
public final class BatchTransaction implements TransactedPolicy {
    private final Database database;

    public BatchTransaction(Database database) {
        this.database = database;
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {}

    @Override
    public Processor wrap(Route route, Processor steps) {
        return exchange -> process(exchange, steps);
    }

    private void process(Exchange exchange, Processor steps) throws Exception {
        exchange.getUnitOfWork().beginTransactedBy(this);
        try {
            database.runInTransaction(connection -> run(exchange, steps));
        } catch (RolledBack e) {
            // the exchange itself says why
        } finally {
            exchange.getUnitOfWork().endTransactedBy(this);
        }
    }

    private static void run(Exchange exchange, Processor steps) throws Exception {
        steps.process(exchange);
        if (exchange.getException() != null || exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
            exchange.setRollbackOnlyLast(false);
            throw new RolledBack();
        }
    }

    /** Undoes the transaction while the exchange keeps its own exception. */
    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RolledBack() {
            super(null, null, false, false);
        }
    }
}
