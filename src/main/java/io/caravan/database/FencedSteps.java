package io.caravan.database;

import java.util.Set;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets an exchange that is processed under a {@link Fence} take it along to the other threads on which its steps go on: those of {@code threads} and of a {@code split} or {@code multicast} with
 * parallelProcessing. What nobody waits for is no part of the work and not fenced: the copies of a {@code wireTap} or a queue, and what an {@code aggregate} or {@code resequence} hands on later; nor are
 * the recipients of a parallel {@code recipientList}, but for those that are routes. Applies to routes that are added after it.
 */
public final class FencedSteps implements InterceptStrategy {
    private static final String PROPERTY = "CaravanFence";
    private static final Set<String> LEAVING_IT = Set.of("wireTap", "aggregate", "resequence");

    private final Database database;

    public FencedSteps(Database database) {
        this.database = database;
    }

    /** @param from where the exchange came from; that of a queue is another exchange, which only has its properties */
    private record Carried(Fence fence, Endpoint from) {}

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, @Nullable Processor next) {
        return LEAVING_IT.contains(definition.getShortName()) ? new LeavingIt(target) : new TakingIt(target);
    }

    private static @Nullable Carried carried(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Carried.class);
    }

    private final class TakingIt extends DelegateAsyncProcessor {
        TakingIt(Processor step) {
            super(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            @Nullable Fence here = database.fence();
            @Nullable Carried carried = carried(exchange);
            if (here == null && carried != null && carried.from() == exchange.getFromEndpoint()) {
                return database.fenced(carried.fence(), () -> super.process(exchange, callback));
            }
            if (here != null && carried == null) {
                exchange.setProperty(PROPERTY, new Carried(here, exchange.getFromEndpoint()));
            }
            return super.process(exchange, callback);
        }
    }

    /** These copy the exchange before they return. */
    private static final class LeavingIt extends DelegateAsyncProcessor {
        LeavingIt(Processor step) {
            super(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            @Nullable Object carried = exchange.removeProperty(PROPERTY);
            try {
                return super.process(exchange, callback);
            } finally {
                if (carried != null) {
                    exchange.setProperty(PROPERTY, carried);
                }
            }
        }
    }
}
