package io.caravan.api;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** Serves a resource: requests in, answers and problems out. */
abstract class ResourceApi extends RouteBuilder {
    /** One request, answered. */
    interface Handler {
        Answer answer(Request request) throws ProblemException;
    }

    void route(String id, String path, String method, Handler handler) {
        from("platform-http:" + path + "?httpMethodRestrict=" + method)
                .routeId(id)
                .process(exchange -> answer(exchange, handler));
    }

    private static void answer(Exchange exchange, Handler handler) {
        Answer answer;
        try {
            answer = handler.answer(new Request(exchange.getMessage()));
        } catch (ProblemException e) {
            answer = e.answer();
        }
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, answer.type());
        message.setBody(answer.body().toString());
    }
}
