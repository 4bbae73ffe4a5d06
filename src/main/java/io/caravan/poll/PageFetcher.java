package io.caravan.poll;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.batch.BadPageException;
import io.caravan.batch.JsonPage;
import io.caravan.batch.RecordParser;
import io.caravan.poll.Fetch.Failed;
import io.caravan.poll.Fetch.Fetched;
import io.caravan.poll.Fetch.NotNow;
import io.caravan.poll.Pagination.Advance;
import io.caravan.poll.Pagination.Ask;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one page of a stream: the credentials, a permit, the call, its record, and the parsed page. Knows no schedule and no cursor store, and holds no
 * database transaction while it waits for the provider. Safe for any thread.
 */
final class PageFetcher {
    private final ProviderClient client;
    private final StreamSettings stream;
    private final Purpose purpose;
    private final Clock clock;

    PageFetcher(ProviderClient client, StreamSettings stream, Purpose purpose, Clock clock) {
        this.client = client;
        this.stream = stream;
        this.purpose = purpose;
        this.clock = clock;
    }

    Fetch fetch(Cursor cursor) {
        Ask ask = stream.pagination().ask(cursor, clock.instant());
        Fetch first = attempt(cursor, ask, true);
        return first instanceof Failed failed && failed.failure() instanceof TokenRefusedException
                ? attempt(cursor, ask, false)
                : first;
    }

    private Fetch attempt(Cursor cursor, Ask ask, boolean mayRenew) {
        Authorization login = client.login(stream.name().provider());
        Permit permit;
        try {
            permit = permit(login, ask);
        } catch (CallFailedException e) {
            return new Failed(cursor, ask, keptAway(login, e), Optional.empty());
        }
        return permit instanceof Permit.Granted granted
                ? call(login, granted, cursor, ask, mayRenew)
                : notNow((Permit.Refused) permit);
    }

    private Permit permit(Authorization login, Ask ask) throws CallFailedException {
        Optional<Permit.Refused> notNow = login.prepare(stream.name(), false);
        return notNow.isPresent()
                ? notNow.get()
                : client.calls()
                        .take(CallWish.page(
                                stream.name(), purpose, login.credential().name(), ask));
    }

    private static NotNow notNow(Permit.Refused refused) {
        return new NotNow(refused.pause(), refused.reason());
    }

    private Fetch call(Authorization login, Permit.Granted permit, Cursor cursor, Ask ask, boolean mayRenew) {
        Deadline deadline = Deadline.in(client.provider().callTimeout());
        URI uri = stream.uri(ask);
        ProviderRequest request = login.authorize(ProviderRequest.get(uri));
        Instant startedAt = clock.instant();
        ProviderResponse response = null;
        try {
            response = client.transport().send(request, deadline.left());
            LimitHeaders.wait(response, clock)
                    .ifPresent(wait -> client.block(stream.name().provider(), wait));
            if (!response.isSuccess()) {
                throw Refusals.of(stream.name().provider(), login, response, request, mayRenew, clock);
            }
            ProviderPage page = read(uri, response);
            Advance advance = stream.pagination().after(cursor, ask, page);
            FinishedCall call = new FinishedCall(
                    startedAt, deadline.elapsed(), page.records().size(), advance.more());
            ended(permit, response, page.records().size(), deadline, null);
            client.authorized(stream.name().provider(), login);
            return new Fetched(cursor, page, advance, call);
        } catch (BadPageException e) {
            CallFailedException failure = new CallFailedException(
                    ErrorKind.BAD_PAGE,
                    "Provider " + stream.name().provider() + " answered " + Addresses.withoutQuery(uri)
                            + " with a page that can't be used: " + e.reason() + ".",
                    response == null ? 0 : response.status(),
                    Optional.empty());
            ended(permit, response, 0, deadline, failure);
            return new Failed(
                    cursor,
                    ask,
                    failure,
                    Optional.ofNullable(response).map(answer -> new BadPage(uri.toASCIIString(), answer, e.reason())));
        } catch (CallFailedException e) {
            ended(permit, response, 0, deadline, e);
            return new Failed(
                    cursor, ask, e instanceof TokenRefusedException ? e : keptAway(login, e), Optional.empty());
        }
    }

    private void ended(
            Permit.Granted permit,
            @Nullable ProviderResponse response,
            int records,
            Deadline deadline,
            @Nullable CallFailedException failure) {
        client.calls().ended(stream.name(), purpose, permit, response, records, deadline.elapsed(), failure);
    }

    private ProviderPage read(URI uri, ProviderResponse response) throws BadPageException {
        JsonPage page = response.status() == 204
                ? new JsonPage(JsonNodeFactory.instance.objectNode(), List.of())
                : stream.lines()
                        ? JsonPage.readLines(response.body(), RecordParser.STRICT)
                        : JsonPage.read(response.body(), stream.records(), RecordParser.STRICT);
        return new ProviderPage(uri, response, page.envelope(), page.records(), stream.pageSize());
    }

    /** Refused credentials keep all streams and nodes away, so that the account isn't locked; so does a provider that asked for a pause without saying how long. */
    private CallFailedException keptAway(Authorization login, CallFailedException failure) {
        if (failure.kind() == ErrorKind.UNAUTHORIZED) {
            client.unauthorized(stream.name().provider(), login);
        } else if (failure.kind() == ErrorKind.THROTTLED
                && failure.askedToWait().isEmpty()) {
            client.block(
                    stream.name().provider(), Backoff.after(ErrorKind.THROTTLED).first());
        }
        return failure;
    }
}
