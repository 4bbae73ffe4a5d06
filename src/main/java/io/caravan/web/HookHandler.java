package io.caravan.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.alert.answer.Hook;
import io.caravan.alert.answer.HookAnswer;
import io.caravan.alert.answer.HookRequest;
import io.caravan.alert.answer.Hooks;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /hooks/{name}}: what services send; bodies as they came, as signatures are over that. Open to whoever reaches the service: each hook knows its service by a signature. */
public final class HookHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HookHandler.class);
    private static final long LARGEST = 1 << 20;

    private final Hooks hooks;
    private final String base;

    private HookHandler(Hooks hooks, String base) {
        this.hooks = hooks;
        this.base = base;
    }

    /**
     * Serves all hooks.
     *
     * @param base where services reach us
     */
    public static void serve(Router router, Hooks hooks, Optional<String> base) {
        HookHandler handler = new HookHandler(hooks, base.orElse(""));
        router.post("/hooks/:name")
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST))
                .blockingHandler(handler::receive, false);
    }

    private void receive(RoutingContext request) {
        Optional<Hook> hook = hooks.find(request.pathParam("name"));
        if (hook.isEmpty()) {
            request.response().setStatusCode(404).end();
            return;
        }
        try {
            HookAnswer answer = hook.get().receive(read(request));
            if (answer.status() != 200) {
                LOG.warn("a request to {} was refused with {}", request.normalizedPath(), answer.status());
            }
            request.response()
                    .setStatusCode(answer.status())
                    .putHeader("Content-Type", answer.body().isEmpty() ? "text/plain" : "application/json")
                    .end(answer.body());
        } catch (RuntimeException e) {
            LOG.error("a request to {} can't be answered; the service may send it again", request.normalizedPath(), e);
            request.response().setStatusCode(500).end();
        }
    }

    private HookRequest read(RoutingContext request) {
        Map<String, String> headers = new HashMap<>();
        request.request().headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        String body =
                request.body().buffer() == null ? "" : request.body().buffer().toString(UTF_8);
        return new HookRequest(base + request.request().uri(), headers, body);
    }
}
