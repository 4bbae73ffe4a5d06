package io.caravan.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;

/** Puts an answer on the wire: at once, late, in drops, or not to its end. */
final class AnswerSender {
    private static final int DROPS = 20;

    private final Vertx vertx;

    AnswerSender(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Succeeds when the last byte of the whole answer is written; fails or never ends otherwise. */
    Future<Void> send(HttpServerRequest request, Answer answer, Optional<Fault> fault) {
        return switch (fault.map(Fault::kind).orElse(Fault.Kind.GZIP)) {
            case SLOW -> after(fault.orElseThrow().delay()).compose(waited -> whole(request, answer));
            case DRIP ->
                drop(
                        head(request, answer),
                        answer.body(),
                        0,
                        fault.orElseThrow().delay().dividedBy(DROPS));
            case CUT ->
                head(request, answer)
                        .write(answer.body().slice(0, answer.body().length() / 2))
                        .compose(written -> cut(request));
            case RESET -> cut(request);
            case HANG -> Promise.<Void>promise().future();
            default -> whole(request, answer);
        };
    }

    private static Future<Void> whole(HttpServerRequest request, Answer answer) {
        return head(request, answer).end(answer.body());
    }

    private static HttpServerResponse head(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        return response.putHeader(
                "Content-Length", Integer.toString(answer.body().length()));
    }

    private static Future<Void> cut(HttpServerRequest request) {
        return request.connection().close().compose(closed -> Future.failedFuture("the connection was cut on purpose"));
    }

    private Future<Void> drop(HttpServerResponse response, Buffer body, int number, Duration pause) {
        Buffer piece = body.slice(at(body, number), at(body, number + 1));
        return number == DROPS - 1
                ? response.end(piece)
                : response.write(piece)
                        .compose(written -> after(pause))
                        .compose(waited -> drop(response, body, number + 1, pause));
    }

    private static int at(Buffer body, int drop) {
        return (int) ((long) body.length() * drop / DROPS);
    }

    private Future<Void> after(Duration delay) {
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(Math.max(1, delay.toMillis()), timer -> promise.complete());
        return promise.future();
    }

    /** {@link #send} after the provider's usual latency. */
    Future<Void> send(HttpServerRequest request, Answer answer, Optional<Fault> fault, Duration latency) {
        return latency.isZero()
                ? send(request, answer, fault)
                : after(latency).compose(waited -> send(request, answer, fault));
    }
}
