package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;

/**
 * What a record is known by: SHA-256 of its canonical form, cut to the first 128 bits. Among 10<sup>12</sup> records the odds that any two different ones
 * meet are about 10<sup>-15</sup>.
 *
 * @param hash the 128 bits, in the shape in which PostgreSQL stores them best; not a UUID of any version
 * @param version of the form that was hashed ({@link CanonicalForm#version()}); fingerprints of different versions are never the same
 */
public record Fingerprint(UUID hash, short version) {
    /**
     * The fingerprint of one record. For many records of the same kind make one {@link Fingerprinter}.
     *
     * @param fields names of the members that count, or JSON Pointers ({@code /gps/lat}); empty for the whole record
     */
    public static Fingerprint of(CanonicalForm form, JsonNode record, List<String> fields) {
        return new Fingerprinter(form, fields).of(record);
    }
}
