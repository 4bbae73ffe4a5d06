package io.caravan.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The simulator's remote control, so that a person with curl or a test in another process can command it. Commands are
 * {@code POST /control/<command>}, questions {@code GET /control/<question>}; lists are NDJSON.
 */
final class ControlApi {
    static final String PATH = "/control/";

    private static final String HELP =
            "GET ledger, published, calls, status; POST fault?kind=&calls=&delay=, clear, revoke?credential=main|second, restore, expire,"
                    + " burst?rate=&seconds=, advance?seconds=.";

    private final ProviderSimulator simulator;

    ControlApi(ProviderSimulator simulator) {
        this.simulator = simulator;
    }

    Answer answer(String method, String question, Query query) {
        try {
            return switch (method + " " + question) {
                case "GET ledger" -> ndjson(simulator.ledger().served());
                case "GET published" -> ndjson(simulator.ledger().published());
                case "GET calls" ->
                    lines(simulator.calls().all().stream()
                            .map(CallLog.Call::json)
                            .collect(Collectors.joining("\n", "", "\n")));
                case "GET status" -> status();
                case "GET " -> Answer.json(200, "{\"below\":" + LedgerEntry.quoted(HELP) + "}");
                case "POST fault" -> fault(query);
                case "POST clear" -> done(simulator::clearFaults);
                case "POST revoke" -> done(() -> revoke(query));
                case "POST restore" -> done(simulator::restore);
                case "POST expire" -> done(simulator::expireTokens);
                case "POST burst" ->
                    done(() -> simulator.burst(
                            (double) query.number("rate", 10_000), Duration.ofSeconds(query.number("seconds", 10))));
                case "POST advance" -> done(() -> simulator.advance(Duration.ofSeconds(query.number("seconds", 60))));
                default -> Answer.error(404, "No such control. " + HELP);
            };
        } catch (IllegalArgumentException | IllegalStateException | Query.BadRequestException e) {
            return Answer.error(400, Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        }
    }

    private void revoke(Query query) {
        query.text("credential")
                .ifPresentOrElse(name -> simulator.revoke(Credentials.Name.named(name)), simulator::revoke);
    }

    private Answer fault(Query query) {
        Fault.Kind kind = Fault.Kind.named(query.text("kind").orElse(""));
        Fault usual = Fault.of(kind);
        Duration delay;
        try {
            delay = query.text("delay").map(Duration::parse).orElse(usual.delay());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("delay must be like PT2S: " + e.getMessage(), e);
        }
        return done(() -> simulator.fault((int) query.number("calls", 1), new Fault(kind, delay)));
    }

    private Answer status() {
        return Answer.json(
                200,
                "{\"calls\":%d,\"mostCallsPerMinute\":%d,\"recordsAvailable\":%d,\"recordsSent\":%d,\"faultsPending\":%d,\"tokensIssued\":%d}"
                        .formatted(
                                simulator.calls().size(),
                                simulator.calls().mostPerMinute(),
                                simulator.available(),
                                simulator.ledger().recordsSent(),
                                simulator.faultsPending(),
                                simulator.tokensIssued()));
    }

    private static Answer done(Runnable command) {
        command.run();
        return Answer.json(200, "{\"done\":true}");
    }

    private static Answer ndjson(Collection<LedgerEntry> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.json()).append('\n'));
        return lines(lines.toString());
    }

    private static Answer lines(String text) {
        return Answer.of(200, "application/x-ndjson", Buffer.buffer(text));
    }
}
