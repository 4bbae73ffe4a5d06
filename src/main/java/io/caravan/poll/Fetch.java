package io.caravan.poll;

import io.caravan.poll.Pagination.Advance;
import io.caravan.poll.Pagination.Ask;
import java.time.Duration;
import java.util.Optional;

/** What came of asking for the page at a cursor. */
sealed interface Fetch {

    /** The page, and where it leads. */
    record Fetched(Cursor cursor, ProviderPage page, Advance advance, FinishedCall call) implements Fetch {}

    /** No call was made: none is allowed for a while. */
    record NotNow(Duration pause, PollDecision.Reason reason) implements Fetch {}

    /**
     * The call gave no page.
     *
     * @param evidence the answer, when it is a bad page
     */
    record Failed(Cursor cursor, Ask asked, CallFailedException failure, Optional<BadPage> evidence) implements Fetch {}
}
