package io.caravan.web;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.MessageLinks;
import io.caravan.alert.answer.Wish;
import io.caravan.alert.chat.ChatBoard;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Locale;
import org.apache.camel.Message;

/**
 * Pages about alerts:
 *
 * <pre>
 * GET  /alerts            the incidents
 * GET  /alerts/{number}   one, with what can be done about it
 * GET  /answer/{link}     what a link of a message would do; changes nothing, as chats fetch what they show
 * POST /answer/{link}     does it
 * GET  /chat              messages as a receiver gets them; ChatStream keeps it up to date
 * GET  /assets/{file}     style and scripts
 * </pre>
 *
 * {@code /answer} and {@code /assets} are open to whoever reaches the service: a link says who has it. All else is for those who may ask the service anything.
 */
public final class AlertPages extends PageRoutes {
    private final IncidentPages incidents;
    private final ChatBoard board;
    private final ChatPages chat;
    private final Assets assets = new Assets();

    public AlertPages(AlertDesk desk, Answers answers, MessageLinks links, ChatBoard board) {
        Templates templates = new Templates();
        this.incidents = new IncidentPages(desk, answers, links, templates);
        this.board = board;
        this.chat = new ChatPages(board, desk, answers, new Buttons(answers, links), templates);
    }

    /** Tells open pages of the chat what is new, until it is closed. */
    public ChatStream stream(Router router, Vertx vertx) {
        return ChatStream.serve(router, vertx, board, chat);
    }

    @Override
    public void configure() {
        route("web-alerts", "/alerts", "GET", message -> incidents.list());
        route("web-alert", "/alerts/{number}", "GET", message -> incidents.show(text(message, "number")));
        route("web-answer", "/answer/{link}", "GET", message -> incidents.look(text(message, "link")));
        route(
                "web-answered",
                "/answer/{link}",
                "POST",
                message -> incidents.follow(
                        text(message, "link"),
                        new Wish(text(message, "until"), text(message, "why")),
                        wantsText(message)));
        route("web-chat", "/chat", "GET", message -> chat.page());
        route("web-assets", "/assets/{file}", "GET", message -> assets.get(text(message, "file")));
    }

    private static boolean wantsText(Message message) {
        return text(message, "Accept").toLowerCase(Locale.ROOT).startsWith("text/plain");
    }
}
