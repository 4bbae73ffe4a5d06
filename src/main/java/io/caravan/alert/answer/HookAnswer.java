package io.caravan.alert.answer;

import java.util.Optional;

/**
 * What a service is answered at once, and what is to be sent to it after that.
 *
 * @param status of HTTP
 * @param body JSON, or empty
 * @param next what the steps of the route send
 */
public record HookAnswer(int status, String body, Optional<Next> next) {
    /**
     * A request to the service.
     *
     * @param url empty: the route knows where to
     */
    public record Next(String url, String body) {}

    static HookAnswer taken() {
        return new HookAnswer(200, "", Optional.empty());
    }

    /** Without saying why: whoever forges is told nothing. */
    static HookAnswer refused() {
        return new HookAnswer(401, "", Optional.empty());
    }

    /** Nothing of the kind is here, or it is not theirs. */
    static HookAnswer unknown() {
        return new HookAnswer(404, "", Optional.empty());
    }

    /** It can't be taken now; the service may send it again. */
    static HookAnswer later() {
        return new HookAnswer(503, "", Optional.empty());
    }

    static HookAnswer unreadable() {
        return new HookAnswer(400, "", Optional.empty());
    }
}
