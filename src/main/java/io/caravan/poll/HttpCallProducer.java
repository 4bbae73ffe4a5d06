package io.caravan.poll;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a provider through Camel's http component, so that its options and TLS settings hold. Never repeats a call by itself and follows no redirect: each call is
 * counted and paid for. A call that exceeds its time is cut off by closing its connection, also while the answer drips in. Safe for any thread.
 */
final class HttpCallProducer implements Transport, AutoCloseable {
    private final HttpEndpoint endpoint;
    private final Producer producer;
    private final ScheduledExecutorService timer;
    private final int maxResponseSize;
    private final Map<String, String> headers;
    // One per client of HTTP: an interceptor on the calling thread learns whose call it is
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Cutter> cutters = new ThreadLocal<>();

    HttpCallProducer(HttpEndpoint endpoint, Provider provider, ScheduledExecutorService timer) throws Exception {
        this.endpoint = endpoint;
        this.timer = timer;
        this.maxResponseSize = provider.maxResponseSize();
        this.headers = new HashMap<>(
                Map.of("Accept", "application/json, application/x-ndjson;q=0.9, */*;q=0.1", "User-Agent", "Caravan"));
        headers.putAll(provider.headers());
        endpoint.setThrowExceptionOnFailure(false);
        endpoint.setDisableStreamCache(true);
        HttpClientConfigurer configured = endpoint.getHttpClientConfigurer();
        endpoint.setHttpClientConfigurer(builder -> configure(configured, builder));
        this.producer = endpoint.createProducer();
        ServiceHelper.startService(endpoint, producer);
    }

    private void configure(@Nullable HttpClientConfigurer configured, HttpClientBuilder builder) {
        if (configured != null) {
            configured.configureHttpClient(builder);
        }
        builder.disableAutomaticRetries()
                .disableRedirectHandling()
                .addExecInterceptorFirst("caravan-deadline", this::watched);
    }

    private ClassicHttpResponse watched(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Cutter cutter = cutters.get();
        if (cutter != null && scope.originalRequest instanceof Cancellable call) {
            cutter.watch(call);
        }
        return chain.proceed(request, scope);
    }

    /** Cuts one call off, whether it has begun yet or not. */
    private static final class Cutter {
        private @Nullable Cancellable call;
        private boolean cut;

        synchronized void watch(Cancellable begun) {
            call = begun;
            if (cut) {
                begun.cancel();
            }
        }

        synchronized void cut() {
            cut = true;
            abandon();
        }

        /** Ends the call for another cause than its deadline. */
        synchronized void abandon() {
            if (call != null) {
                call.cancel();
            }
        }

        synchronized boolean hasCut() {
            return cut;
        }
    }

    @Override
    public ProviderResponse send(ProviderRequest request, Duration within) throws CallFailedException {
        Cutter cutter = new Cutter();
        ScheduledFuture<?> deadline = timer.schedule(cutter::cut, within.toMillis(), TimeUnit.MILLISECONDS);
        cutters.set(cutter);
        try {
            return exchange(request, cutter);
        } catch (IOException e) {
            throw failure(request, e, cutter, within);
        } finally {
            cutters.remove();
            deadline.cancel(false);
        }
    }

    private ProviderResponse exchange(ProviderRequest request, Cutter cutter) throws IOException, CallFailedException {
        Exchange exchange = endpoint.createExchange();
        Message in = exchange.getIn();
        headers.forEach(in::setHeader);
        request.headers().forEach(in::setHeader);
        in.setHeader(HttpConstants.HTTP_URI, request.uri().toASCIIString());
        in.setHeader(HttpConstants.HTTP_METHOD, request.form().isPresent() ? "POST" : "GET");
        request.form().ifPresent(in::setBody);
        try {
            producer.process(exchange);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.toString(), e);
        }
        Message answer = exchange.getMessage();
        int status = answer.getHeader(HttpConstants.HTTP_RESPONSE_CODE, 0, Integer.class);
        return new ProviderResponse(status, headers(answer), body(request, answer.getBody(), cutter));
    }

    private static Map<String, List<String>> headers(Message answer) {
        Map<String, List<String>> headers = new HashMap<>();
        answer.getHeaders().forEach((name, value) -> {
            if (value instanceof List<?> values) {
                headers.put(name, values.stream().map(String::valueOf).toList());
            } else if (value != null) {
                headers.put(name, List.of(value.toString()));
            }
        });
        return headers;
    }

    private byte[] body(ProviderRequest request, @Nullable Object body, Cutter cutter)
            throws IOException, CallFailedException {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (!(body instanceof InputStream stream)) {
            return new byte[0];
        }
        try {
            byte[] read = limited(stream);
            if (read.length <= maxResponseSize) {
                stream.close();
                return read;
            }
        } catch (IOException | RuntimeException e) {
            cutter.abandon();
            throw e;
        }
        cutter.abandon();
        throw new CallFailedException(
                ErrorKind.BAD_PAGE,
                "The answer to " + request + " is larger than " + maxResponseSize
                        + " bytes; the call was cut off. Ask for smaller pages (pageSize), or raise the provider's maxResponseSize.");
    }

    /** At most one byte more than is allowed. */
    private byte[] limited(InputStream stream) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream(1 << 16);
        byte[] buffer = new byte[1 << 14];
        int count;
        while (read.size() <= maxResponseSize
                && (count = stream.read(buffer, 0, Math.min(buffer.length, maxResponseSize + 1 - read.size()))) > 0) {
            read.write(buffer, 0, count);
        }
        return read.toByteArray();
    }

    private static CallFailedException failure(ProviderRequest request, IOException e, Cutter cutter, Duration within) {
        if (cutter.hasCut()) {
            return new CallFailedException(
                    ErrorKind.TIMEOUT,
                    request + " took longer than " + within.toMillis() + " ms as a whole and was cut off.",
                    e);
        }
        if (e instanceof InterruptedIOException) {
            return new CallFailedException(ErrorKind.TIMEOUT, request + " timed out: " + e.getMessage() + ".", e);
        }
        return new CallFailedException(ErrorKind.CONNECTION, request + " failed: " + e + ".", e);
    }

    @Override
    public void close() {
        ServiceHelper.stopAndShutdownServices(producer, endpoint);
    }
}
