package io.caravan.alert;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** {@code to: alert:answer}: whether the service has taken the message, from its answer to the request before. */
public class AlertAnswerProducer extends DefaultProducer {
    private final AlertEndpoint endpoint;
    private final AnswerRule rule;

    AlertAnswerProducer(AlertEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        String ok = endpoint.getOk();
        boolean isText = ok != null && !ok.isBlank() && !ok.startsWith("/");
        this.rule = new AnswerRule(
                isText ? null : pointer(ok),
                isText ? ok : null,
                pointers(endpoint.getError()),
                pointer(endpoint.getRetryAfter()),
                pointers(endpoint.getThread()),
                words(endpoint.getTemporary()),
                words(endpoint.getTolerated()),
                words(endpoint.getTooLong()),
                words(endpoint.getMalformed()),
                words(endpoint.getWrongAddress()),
                words(endpoint.getGone()),
                pointer(endpoint.getMoved()));
    }

    private static @Nullable JsonPointer pointer(@Nullable String text) {
        return text == null || text.isBlank() ? null : JsonPointer.compile(text.strip());
    }

    private static List<JsonPointer> pointers(@Nullable String text) {
        return words(text).stream().map(JsonPointer::compile).toList();
    }

    private static List<String> words(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    @Override
    public void process(Exchange exchange) throws SendFailedException {
        Message answer = exchange.getMessage();
        Integer status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status == null) {
            throw new IllegalArgumentException(
                    "alert:answer judges an answer of HTTP, but no request has been made; put it after to: https:…?throwExceptionOnFailure=false");
        }
        String body = answer.getBody(String.class);
        String retryAfter = answer.getHeader("Retry-After", String.class);
        AnswerRule.Verdict verdict = rule.judge(
                status,
                body == null ? "" : body,
                retryAfter == null ? "" : retryAfter.strip(),
                Instant.now(endpoint.getComponent().clock()));
        exchange.setProperty(AlertHeaders.TAKEN, verdict.taken());
        verdict.thread().ifPresent(thread -> answer.setHeader(AlertHeaders.THREAD, thread));
    }
}
