package io.caravan.poll;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/** What an answer other than 2xx means, and what to do about it. */
final class Refusals {
    private static final int MOST_SHOWN = 300;

    private Refusals() {}

    /**
     * Says what an answer means.
     *
     * @param name the provider's
     * @param mayRenew whether a refused access token is a reason to try with another one
     */
    static CallFailedException of(
            String name,
            Authorization login,
            ProviderResponse response,
            ProviderRequest request,
            boolean mayRenew,
            Clock clock) {
        int status = response.status();
        String answered = "Provider " + name + " answered " + status + " at " + Addresses.withoutQuery(request.uri());
        if (status == 401 || status == 403) {
            if (login.refused(request) && mayRenew) {
                return new TokenRefusedException(
                        answered + "; the call is tried once more with another access token.", status);
            }
            return new CallFailedException(
                    ErrorKind.UNAUTHORIZED,
                    answered + ": it refuses our credential '"
                            + login.credential().name() + "'" + said(response)
                            + ". Renew it, then: caravan poll resume " + name,
                    status,
                    Optional.empty());
        }
        if (status == 429) {
            return new CallFailedException(
                    ErrorKind.THROTTLED,
                    answered + ": too many calls" + said(response) + ".",
                    status,
                    LimitHeaders.wait(response, clock));
        }
        if (status >= 500) {
            return new CallFailedException(
                    ErrorKind.SERVER, answered + said(response) + ".", status, LimitHeaders.wait(response, clock));
        }
        String cure = status >= 300 && status < 400
                ? ", a redirect to "
                        + response.header("location").map(Refusals::shown).orElse("nowhere")
                        + ", which is not followed. Set the provider's url to where the API is."
                : said(response) + ". Check the stream's path and options against the provider's manual.";
        return new CallFailedException(ErrorKind.REFUSED, answered + cure, status, Optional.empty());
    }

    /** What the provider says in a short text, for the operator. */
    private static String said(ProviderResponse response) {
        String text =
                new String(response.body(), 0, Math.min(response.body().length, MOST_SHOWN), StandardCharsets.UTF_8);
        String shown = shown(text);
        return shown.isEmpty() ? "" : " (it says: " + shown + ")";
    }

    private static String shown(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "…" : line;
    }
}
