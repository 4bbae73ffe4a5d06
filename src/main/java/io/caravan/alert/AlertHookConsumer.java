package io.caravan.alert;

import io.caravan.alert.answer.Hook;
import io.caravan.alert.answer.HookAnswer;
import io.caravan.alert.answer.HookAnswer.Next;
import io.caravan.alert.answer.HookRequest;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code from: alert:hook}: what a service sends to {@code /hooks/<name>}. The service is answered at once, since Slack waits for 3 s only; what it is to be sent after that is an exchange through the route.
 */
public class AlertHookConsumer extends DefaultConsumer implements Hook {
    private final AlertEndpoint endpoint;
    private final Hook service;
    private @Nullable ExecutorService later;

    AlertHookConsumer(AlertEndpoint endpoint, Processor processor, Hook service) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.service = service;
    }

    @Override
    public HookAnswer receive(HookRequest request) {
        HookAnswer answer = service.receive(request);
        ExecutorService executor = later;
        if (executor != null) {
            answer.next().ifPresent(next -> executor.execute(() -> send(next)));
        }
        return answer;
    }

    private void send(Next next) {
        Exchange exchange = createExchange(true);
        exchange.getMessage().setBody(next.body());
        exchange.getMessage().setHeader(AlertHeaders.ADDRESS, next.url());
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        Exception failure = exchange.getException();
        if (failure != null) {
            getExceptionHandler()
                    .handleException(
                            "What came of a button is done, but " + endpoint.hookName() + " can't be told",
                            exchange,
                            failure);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        later = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newThreadPool(this, "alert-hook-" + endpoint.hookName(), 1, 2);
        endpoint.getComponent().hooks().add(endpoint.hookName(), this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().hooks().remove(endpoint.hookName(), this);
        ExecutorService executor = later;
        if (executor != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(executor);
        }
        super.doStop();
    }
}
