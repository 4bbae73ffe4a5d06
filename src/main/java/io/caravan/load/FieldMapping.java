package io.caravan.load;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which field of a record goes into which column of one contract: by {@code map} first, then by name ({@code carId} and
 * {@code car_id} are one name), and what is left into the {@code rest} column. Immutable but for a memo of names; safe for
 * all threads.
 */
final class FieldMapping {
    /** A record mapped, or why it can't be. */
    sealed interface Mapped {
        record Fits(StagedRecord staged) implements Mapped {}

        record Misfits(Rejection rejection) implements Mapped {}
    }

    private record Source(
            int column, String field, @Nullable JsonPointer pointer, ColumnText text) {}

    private static final int UNKNOWN = -1;
    private static final int MAPPED = -2;
    private static final int MEMO_LIMIT = 10_000;

    private final List<Column> columns;
    private final boolean rejectUnknown;
    private final ColumnText text;
    private final List<Source> sources = new ArrayList<>();
    private final Set<String> mappedFields = new HashSet<>();
    private final Set<String> partlyMappedFields = new HashSet<>();
    private final Map<String, Integer> columnByName = new HashMap<>();
    private final Map<String, Integer> memo = new ConcurrentHashMap<>();
    private final int rest;

    /**
     * @param textual values come from a file of text (CSV)
     * @throws LoadException when the options name a column that the table doesn't have, or has for itself
     */
    FieldMapping(TableContract contract, LoadOptions options, boolean textual) {
        this.columns = contract.columns();
        this.rejectUnknown = options.unknown() == UnknownFields.reject;
        this.text = new ColumnText(options.epoch(), textual);
        Set<Integer> taken = new HashSet<>();
        for (MapEntry entry : MapEntry.parse(options.map())) {
            int column = settable(contract, entry.column(), "map");
            if (!taken.add(column)) {
                throw new LoadException("map names the column '" + entry.column() + "' twice; nothing was loaded");
            }
            sources.add(new Source(
                    column,
                    entry.topField(),
                    entry.pointer(),
                    entry.epoch().map(epoch -> new ColumnText(epoch, textual)).orElse(text)));
            if (!entry.topField().isEmpty()) {
                (entry.takesWholeField() ? mappedFields : partlyMappedFields).add(entry.topField());
            }
        }
        this.rest = options.rest() == null ? UNKNOWN : restColumn(contract, options.rest());
        taken.add(rest);
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (!column.generated() && !taken.contains(i)) {
                columnByName.putIfAbsent(FieldNames.snake(column.name()), i);
            }
        }
        for (int i = 0; i < columns.size(); i++) { // a column's exact name wins over one that only sounds the same
            if (!columns.get(i).generated() && !taken.contains(i)) {
                columnByName.put(columns.get(i).name(), i);
            }
        }
    }

    private static int settable(TableContract contract, String name, String option) {
        for (int i = 0; i < contract.columns().size(); i++) {
            Column column = contract.columns().get(i);
            if (column.name().equals(name)) {
                if (column.generated()) {
                    throw new LoadException(
                            "%s names the column '%s', which %s makes itself; nothing was loaded. Leave it out"
                                    .formatted(option, name, contract.name()));
                }
                return i;
            }
        }
        List<String> known = contract.columns().stream().map(Column::name).toList();
        throw new LoadException("%s names the column '%s', which %s doesn't have; nothing was loaded. %sIts columns: %s"
                .formatted(option, name, contract.name(), NearNames.hint(name, known), String.join(", ", known)));
    }

    private static int restColumn(TableContract contract, String name) {
        int column = settable(contract, name, "rest");
        if (contract.columns().get(column).kind() != ColumnKind.JSON) {
            throw new LoadException(
                    "rest names the column '%s' of type %s; nothing was loaded. Only json or jsonb can take the rest"
                            .formatted(name, contract.columns().get(column).type()));
        }
        return column;
    }

    /** Maps one record; fields that no column takes are added to {@code ignored}. */
    Mapped map(RawRecord record, int place, Set<String> ignored) {
        if (!record.isGood()) {
            return new Mapped.Misfits(new Rejection(
                    place, record, Reason.defect, null, record.defect().orElse("")));
        }
        @Nullable String[] values = new @Nullable String[columns.size()];
        boolean[] present = new boolean[columns.size()];
        int at = UNKNOWN;
        try {
            ObjectNode object = record.value();
            for (Source source : sources) {
                at = source.column();
                take(record, object, source, values, present);
            }
            @Nullable ObjectNode left = null;
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                int column = columnOf(field.getKey());
                if (column >= 0) {
                    at = column;
                    if (present[column]) {
                        throw ambiguous(column, field.getKey());
                    }
                    present[column] = true;
                    values[column] = text.of(field.getValue(), columns.get(column));
                } else if (column == UNKNOWN) {
                    left = leave(field, left, object, ignored);
                }
            }
            if (rest != UNKNOWN) {
                present[rest] = true;
                values[rest] = left == null ? "{}" : left.toString();
            }
            return new Mapped.Fits(new StagedRecord(place, record, values, present));
        } catch (Misfit misfit) {
            String column = misfit.reason() == Reason.unknown_field
                    ? null
                    : columns.get(at).name();
            return new Mapped.Misfits(new Rejection(place, record, misfit.reason(), column, misfit.text()));
        }
    }

    private void take(RawRecord record, ObjectNode object, Source source, @Nullable String[] values, boolean[] present)
            throws Misfit {
        Column column = columns.get(source.column());
        if (source.field().isEmpty()) {
            present[source.column()] = true;
            values[source.column()] = column.isPlainJson()
                    ? new String(record.text(), StandardCharsets.UTF_8)
                    : source.text().of(object, column);
            return;
        }
        JsonNode value = source.pointer() == null ? object.get(source.field()) : object.at(source.pointer());
        if (value != null && !value.isMissingNode()) {
            present[source.column()] = true;
            values[source.column()] = source.text().of(value, column);
        }
    }

    private @Nullable ObjectNode leave(
            Map.Entry<String, JsonNode> field, @Nullable ObjectNode left, ObjectNode object, Set<String> ignored)
            throws Misfit {
        if (rest != UNKNOWN) {
            ObjectNode taker = left == null ? object.objectNode() : left;
            taker.set(field.getKey(), field.getValue());
            return taker;
        }
        if (rejectUnknown) {
            throw new Misfit(
                    Reason.unknown_field,
                    "no column takes the field '%s'; add the column, map it, or say unknown=ignore"
                            .formatted(field.getKey()));
        }
        if (ignored.size() < 1_000) {
            ignored.add(field.getKey());
        }
        return left;
    }

    private Misfit ambiguous(int column, String field) {
        return new Misfit(
                Reason.ambiguous,
                "the field '%s' and another one both claim the column %s; say which with map=%s:field"
                        .formatted(
                                field,
                                columns.get(column).name(),
                                columns.get(column).name()));
    }

    private int columnOf(String field) {
        Integer known = memo.get(field);
        if (known != null) {
            return known;
        }
        int column = lookUp(field);
        if (memo.size() < MEMO_LIMIT) {
            memo.put(field, column);
        }
        return column;
    }

    private int lookUp(String field) {
        if (mappedFields.contains(field)) {
            return MAPPED;
        }
        Integer exact = columnByName.get(field);
        int other = partlyMappedFields.contains(field) ? MAPPED : UNKNOWN;
        return exact != null ? exact : columnByName.getOrDefault(FieldNames.snake(field), other);
    }
}
