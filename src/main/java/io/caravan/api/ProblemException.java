package io.caravan.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that can't be done as asked: told as problem+json (RFC 9457) with the members {@code field} and {@code cure} beside the usual ones. */
final class ProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String field;
    private final String what;
    private final String cure;

    private ProblemException(int status, String field, String what, String cure) {
        super(what);
        this.status = status;
        this.field = field;
        this.what = what;
        this.cure = cure;
    }

    /** A value that can't be taken. */
    static ProblemException refused(String field, String what, String cure) {
        return new ProblemException(422, field, what, cure);
    }

    /** A request that can't be read. */
    static ProblemException unreadable(String what, String cure) {
        return new ProblemException(400, "", what, cure);
    }

    /** A body of a form, which pages of others could send without asking. */
    static ProblemException noJson(String what, String cure) {
        return new ProblemException(415, "", what, cure);
    }

    static ProblemException notFound(String what, String cure) {
        return new ProblemException(404, "", what, cure);
    }

    /** It is not as the request supposes, or not allowed. */
    static ProblemException refused(int status, String what) {
        return new ProblemException(status, "", what, "");
    }

    Answer answer() {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", title())
                .put("status", status)
                .put("detail", what);
        if (!field.isEmpty()) {
            body.put("field", field);
        }
        if (!cure.isEmpty()) {
            body.put("cure", cure);
        }
        return new Answer(status, "application/problem+json", body);
    }

    private String title() {
        return switch (status) {
            case 400 -> "The request can't be read";
            case 403 -> "That is not allowed";
            case 404 -> "There is no such thing";
            case 409 -> "It is so already";
            case 415 -> "The body is not JSON";
            default -> "A value can't be taken";
        };
    }
}
