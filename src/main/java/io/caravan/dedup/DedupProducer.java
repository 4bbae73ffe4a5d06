package io.caravan.dedup;

import io.caravan.batch.Batch;
import io.caravan.dedup.Deduplicator.Filtered;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Hands on the batch without what was seen; the keys become firm with the batch's transaction, or with the exchange where there is none. */
class DedupProducer extends DefaultProducer {
    private final DedupEndpoint endpoint;
    private @Nullable Deduplicator deduplicator;

    DedupProducer(DedupEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        deduplicator = endpoint.deduplicator();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (deduplicator == null) {
            throw new IllegalStateException(endpoint + " is not started");
        }
        Message message = exchange.getMessage();
        Filtered filtered = deduplicator.filter(message.getMandatoryBody(Batch.class));
        filtered.claim().ifPresent(claim -> exchange.getExchangeExtension().addOnCompletion(new Settlement(claim)));
        message.setBody(filtered.passed());
        message.setHeader(DedupHeaders.DROPPED, filtered.dropped().size());
    }

    /** Makes the keys firm when the exchange has ended well, else gives them back. */
    private static final class Settlement extends SynchronizationAdapter {
        private final Claim claim;

        Settlement(Claim claim) {
            this.claim = claim;
        }

        @Override
        public void onComplete(Exchange exchange) {
            claim.confirm();
        }

        @Override
        public void onFailure(Exchange exchange) {
            claim.giveBack();
        }
    }
}
