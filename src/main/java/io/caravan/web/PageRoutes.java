package io.caravan.web;

import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** Routes that answer with pages, closed to whatever isn't ours. */
abstract class PageRoutes extends RouteBuilder {
    /** Nothing but our own files is loaded, nobody else's page shows ours in a frame, and no address is told to others, since links act for who has them. */
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** A header, or a parameter of the address; empty where there is none. */
    static String text(Message message, String name) {
        String text = message.getHeader(name, String.class);
        return text == null ? "" : text;
    }

    void route(String id, String path, String method, Function<Message, Page> page) {
        from("platform-http:" + path + "?httpMethodRestrict=" + method)
                .routeId(id)
                .process(exchange -> answer(exchange.getMessage(), page.apply(exchange.getMessage())));
    }

    private static void answer(Message message, Page page) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, page.status());
        message.setHeader(Exchange.CONTENT_TYPE, page.type());
        message.setHeader("Content-Security-Policy", POLICY);
        message.setHeader("Referrer-Policy", "no-referrer");
        message.setHeader("X-Content-Type-Options", "nosniff");
        message.setHeader("Cache-Control", page.type().startsWith("text/html") ? "no-store" : "no-cache");
        message.setBody(page.text());
    }
}
