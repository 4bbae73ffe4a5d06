package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.MessageDigest;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;

/** Where health, metrics and pages are served: Camel's own HTTP server, closed to whoever lacks the token if there is one. */
final class HttpServer {
    private final String host;
    private final int port;
    private final String token;

    private HttpServer(String host, int port, String token) {
        this.host = host;
        this.port = port;
        this.token = token;
    }

    /**
     * @throws SettingsException when the address is not allowed or taken
     */
    static HttpServer of(Settings settings) {
        HttpServer server = new HttpServer(
                settings.httpHost(), settings.number(Setting.HTTP_PORT, 1, 65_535), settings.text(Setting.HTTP_TOKEN));
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
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        if (!token.isEmpty()) {
            router.route().order(Integer.MIN_VALUE).handler(this::check);
        }
        HealthPage.serve(router, context);
    }

    private void check(RoutingContext request) {
        String sent = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (sent != null && MessageDigest.isEqual(sent.getBytes(UTF_8), ("Bearer " + token).getBytes(UTF_8))) {
            request.next();
        } else {
            request.response()
                    .setStatusCode(401)
                    .putHeader("WWW-Authenticate", "Bearer realm=\"caravan\"")
                    .end("Send the token of " + Setting.HTTP_TOKEN.key() + " as 'Authorization: Bearer <token>'.\n");
        }
    }

    String url() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
