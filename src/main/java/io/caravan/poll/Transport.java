package io.caravan.poll;

import java.time.Duration;

/** Sends one request and reads the whole answer. It keeps Camel's HTTP client out of the rest of the room. Safe for any thread. */
@FunctionalInterface
interface Transport {
    /**
     * Sends it and reads the answer.
     *
     * @param within for the whole call, from connecting to the last byte
     * @return any answer, whatever its status
     * @throws CallFailedException as {@link ErrorKind#TIMEOUT}, {@link ErrorKind#CONNECTION}, or {@link ErrorKind#BAD_PAGE} for an answer that is too large
     */
    ProviderResponse send(ProviderRequest request, Duration within) throws CallFailedException;
}
