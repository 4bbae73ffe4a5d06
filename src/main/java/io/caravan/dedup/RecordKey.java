package io.caravan.dedup;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.CanonicalForm;
import io.caravan.batch.Fingerprint;
import io.caravan.batch.Fingerprinter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What makes two records the same: the named members in a canonical form. A member that is absent differs from one that is null; a record that has none of
 * the members has no key. Immutable and safe for all threads.
 *
 * <p>The hash also stands for the choice of members and for the version of the form, so that after a change of either nothing new is taken for something
 * remembered under the old ones: records seen before the change pass once more.
 */
final class RecordKey {
    private static final int LONGEST_SHOWN = 200;

    private final Fingerprinter fingerprinter;
    private final List<JsonPointer> members;
    private final short version;
    private final UUID space;

    RecordKey(CanonicalForm form, List<String> fields) {
        this.fingerprinter = new Fingerprinter(form, fields);
        this.members = fields.stream().map(RecordKey::pointer).toList();
        this.version = form.version();
        this.space =
                KeySpace.of("record " + version + " " + fields.stream().sorted().toList());
    }

    private static JsonPointer pointer(String field) {
        return field.startsWith("/")
                ? JsonPointer.compile(field)
                : JsonPointer.empty().appendProperty(field);
    }

    /** Whether the record can be told from others: false when it has none of the members. */
    boolean isIn(JsonNode record) {
        if (members.isEmpty()) {
            return true;
        }
        for (JsonPointer member : members) {
            if (!record.at(member).isMissingNode()) {
                return true;
            }
        }
        return false;
    }

    /** 128 bits by which the record is remembered. */
    UUID hash(JsonNode record) {
        Fingerprint fingerprint = fingerprinter.of(record);
        return KeySpace.place(fingerprint.hash(), space);
    }

    /** The version of the form that was hashed. */
    short version() {
        return version;
    }

    /** The key for people: its canonical JSON, cut after 200 characters. */
    String shown(JsonNode record) {
        String canonical = new String(fingerprinter.canonical(record), StandardCharsets.UTF_8);
        return canonical.length() <= LONGEST_SHOWN ? canonical : cut(canonical);
    }

    private static String cut(String text) {
        int end = Character.isHighSurrogate(text.charAt(LONGEST_SHOWN - 1)) ? LONGEST_SHOWN - 1 : LONGEST_SHOWN;
        return text.substring(0, end) + "…";
    }
}
