package io.caravan.alert;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the answer of a service to a message means: taken, try again, or never. Immutable.
 *
 * @param ok where the answer says true when all is well; some services say 200 and mean no
 * @param okText all that it says when all is well
 * @param error where it says what was wrong; what stands in several places is joined by a colon
 * @param retryAfter where it says how many seconds to wait, if not in the header Retry-After
 * @param thread where it says where it has put the message; several are joined by a slash
 * @param temporary errors of which one of these is a part are tried again, whatever the status
 * @param tolerated errors of which one of these is a part are as good as success
 * @param tooLong errors of which one of these is a part say that less text may be taken; 413 always does
 * @param malformed errors of which one of these is a part say that the plain form may be taken; 400 and 422 do where nothing else is known of them
 * @param wrongAddress errors of which one of these is a part say that this address gets nothing, however the text is written
 * @param gone statuses, and errors of which one of these is a part, that say that there is nothing there
 * @param moved where it says the new address of what has moved
 */
record AnswerRule(
        @Nullable JsonPointer ok,
        @Nullable String okText,
        List<JsonPointer> error,
        @Nullable JsonPointer retryAfter,
        List<JsonPointer> thread,
        List<String> temporary,
        List<String> tolerated,
        List<String> tooLong,
        List<String> malformed,
        List<String> wrongAddress,
        List<String> gone,
        @Nullable JsonPointer moved) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SHOWN = 300;

    AnswerRule {
        error = List.copyOf(error);
        thread = List.copyOf(thread);
        temporary = List.copyOf(temporary);
        tolerated = List.copyOf(tolerated);
        tooLong = List.copyOf(tooLong);
        malformed = List.copyOf(malformed);
        wrongAddress = List.copyOf(wrongAddress);
        gone = List.copyOf(gone);
    }

    /** 408, 425, 429 and 5xx are worth another try. */
    static boolean isTemporary(int status) {
        return status == 408 || status == 425 || status == 429 || status >= 500;
    }

    /**
     * The service has taken the message, or it doesn't matter that it hasn't.
     *
     * @param taken false: it has refused it in a way that is tolerated
     * @param thread where it has put the message; empty: it doesn't say
     */
    record Verdict(boolean taken, Optional<String> thread) {}

    /**
     * Judges an answer.
     *
     * @param asked the header Retry-After; empty: there is none
     * @throws SendFailedException when the service has not taken the message
     */
    Verdict judge(int status, String body, String asked, Instant now) throws SendFailedException {
        JsonNode answer = read(body);
        if (status >= 200 && status < 300 && isOk(answer, body)) {
            return new Verdict(true, place(answer));
        }
        List<String> errors =
                error.stream().flatMap(part -> at(answer, part).stream()).toList();
        String said = (errors.isEmpty() ? body : String.join(": ", errors)).strip();
        if (contains(tolerated, said)) {
            return new Verdict(false, Optional.empty());
        }
        throw refusal(status, answer, said, asked, now);
    }

    private boolean isOk(JsonNode answer, String body) {
        return (ok == null || answer.at(ok).asBoolean()) && (okText == null || okText.equals(body.strip()));
    }

    private SendFailedException refusal(int status, JsonNode answer, String said, String asked, Instant now) {
        String told = "the service answered " + status + (said.isEmpty() ? "" : ": " + shown(said));
        Optional<String> address = at(answer, moved);
        if (address.isPresent()) {
            return SendFailedException.moved(told, address.get());
        }
        if (status == 413 || contains(tooLong, said)) {
            return SendFailedException.tooLong(told);
        }
        if (gone.contains(String.valueOf(status)) || contains(gone, said)) {
            return SendFailedException.gone(told);
        }
        if (contains(wrongAddress, said)) {
            return new SendFailedException(told, null, true, null);
        }
        if (contains(malformed, said) || ((status == 400 || status == 422) && !contains(temporary, said))) {
            return SendFailedException.malformed(told);
        }
        return new SendFailedException(
                told,
                null,
                !isTemporary(status) && !contains(temporary, said),
                RetryAfter.parse(asked, now)
                        .or(() -> at(answer, retryAfter).flatMap(seconds -> RetryAfter.parse(seconds, now)))
                        .orElse(null));
    }

    private Optional<String> place(JsonNode answer) {
        List<String> parts =
                thread.stream().flatMap(part -> at(answer, part).stream()).toList();
        return parts.isEmpty() || parts.size() < thread.size()
                ? Optional.empty()
                : Optional.of(String.join("/", parts));
    }

    private static JsonNode read(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Optional<String> at(JsonNode answer, @Nullable JsonPointer place) {
        return Optional.ofNullable(place)
                .map(answer::at)
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty());
    }

    private static boolean contains(List<String> words, String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(word -> text.contains(word.toLowerCase(Locale.ROOT)));
    }

    private static String shown(String said) {
        String line = said.replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
