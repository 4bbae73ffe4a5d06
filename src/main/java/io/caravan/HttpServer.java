package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.alert.AlertComponent;
import io.caravan.web.AlertPages;
import io.caravan.web.ChatStream;
import io.caravan.web.HookHandler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/** Where health, metrics and pages are served: Camel's own HTTP server, closed to whoever lacks the token if there is one. */
final class HttpServer {
    private final String host;
    private final int port;
    private final String token;
    private final String url;

    private HttpServer(String host, int port, String token, String url) {
        this.host = host;
        this.port = port;
        this.token = token;
        this.url = url;
    }

    /**
     * @throws SettingsException when the address is not allowed or taken
     */
    static HttpServer of(Settings settings) {
        HttpServer server = new HttpServer(
                settings.httpHost(),
                settings.number(Setting.HTTP_PORT, 1, 65_535),
                settings.text(Setting.HTTP_TOKEN),
                settings.url());
        server.refuseTakenPort();
        return server;
    }

    /** Camel only warns when its server can't listen; a service that nobody can watch is better told at once. */
    private void refuseTakenPort() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new SettingsException("Can't listen on " + host + ":" + port + " (" + e.getMessage()
                    + "). Stop what listens there, or set " + Setting.HTTP_PORT.key() + " ("
                    + Setting.HTTP_PORT.variable()
                    + ") to a free port.");
        }
    }

    void configure(Main camel) {
        for (String server : new String[] {"camel.server", "camel.management"}) {
            camel.addOverrideProperty(server + ".enabled", "true");
            camel.addOverrideProperty(server + ".host", host);
            camel.addOverrideProperty(server + ".port", String.valueOf(port));
        }
        camel.addOverrideProperty("camel.management.healthCheckEnabled", "true");
        camel.addOverrideProperty("camel.management.metricsEnabled", "true");
        camel.addOverrideProperty("camel.management.infoEnabled", "true");
    }

    /** Puts the token check before every other handler, and our health page before Camel's. */
    void complete(CamelContext context) {
        VertxPlatformHttpRouter router = router(context);
        if (!token.isEmpty()) {
            router.route().order(Integer.MIN_VALUE).handler(this::check);
        }
        HealthPage.serve(router, context);
    }

    private VertxPlatformHttpRouter router(CamelContext context) {
        return VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    }

    /** Takes what services send, and keeps open pages up to date. */
    ChatStream serve(CamelContext context, AlertComponent alerts, AlertPages pages) {
        VertxPlatformHttpRouter router = router(context);
        HookHandler.serve(router, alerts.hooks(), alerts.links().base());
        return pages.stream(router, router.vertx());
    }

    private void check(RoutingContext request) {
        if (isOpen(request.normalizedPath()) || isAllowed(request.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            request.next();
        } else {
            request.response()
                    .setStatusCode(401)
                    .putHeader(
                            "WWW-Authenticate",
                            "Basic realm=\"Caravan: any name, the token as password\", charset=\"UTF-8\"")
                    .end("Send the token of " + Setting.HTTP_TOKEN.key()
                            + " as 'Authorization: Bearer <token>', or in a browser as password of any name.\n");
        }
    }

    /** What proves in its own way that somebody may ask: links of messages and requests of chats are signed. */
    private static boolean isOpen(String path) {
        return path.startsWith("/answer/") || path.startsWith("/hooks/") || path.startsWith("/assets/");
    }

    private boolean isAllowed(@Nullable String sent) {
        return sent != null && MessageDigest.isEqual(password(sent).getBytes(UTF_8), token.getBytes(UTF_8));
    }

    /** The token as programs send it, or as browsers do. */
    private static String password(String sent) {
        if (sent.startsWith("Bearer ")) {
            return sent.substring("Bearer ".length());
        }
        if (!sent.startsWith("Basic ")) {
            return "";
        }
        try {
            String decoded = new String(Base64.getDecoder().decode(sent.substring("Basic ".length())), UTF_8);
            return decoded.substring(decoded.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    String url() {
        return url;
    }
}
