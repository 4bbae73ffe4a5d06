package io.caravan.batch;

import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/**
 * A route that its feature calls while it is started. Camel stops others at once when their file is saved, and their steps with them; this one it suspends first, so that nothing new begins and what is
 * under way ends.
 */
public abstract class CalledConsumer extends DefaultConsumer implements Suspendable {
    protected CalledConsumer(Endpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    /** From now on it may be called. */
    protected abstract void enlist();

    /** It may not be called any more; also said when it may not be already. */
    protected abstract void delist();

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        enlist();
    }

    @Override
    protected void doStop() throws Exception {
        delist();
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        delist();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        enlist();
    }
}
