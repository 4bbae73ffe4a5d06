package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.spi.TypeConverterLoader;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.jspecify.annotations.Nullable;

/** Makes {@link BatchConverters} known to Camel, which finds this class through {@code META-INF/services}. */
public final class BatchConvertersLoader implements TypeConverterLoader {
    @Override
    public void load(TypeConverterRegistry registry) {
        fromBatch(registry);
        text(registry, Batch.class, BatchConverters::toBytes);
        fromRecord(registry, RawRecord.class, Function.identity());
        fromRecord(registry, RecordMap.class, RecordMap::record);
        toBatch(registry);
        add(registry, String.class, UUID.class, (id, exchange) -> UUID.fromString(id));
    }

    private static void fromBatch(TypeConverterRegistry registry) {
        add(registry, Batch.class, List.class, (batch, exchange) -> BatchConverters.toList(batch));
        add(registry, Batch.class, Collection.class, (batch, exchange) -> BatchConverters.toList(batch));
        add(registry, Batch.class, JsonNode.class, (batch, exchange) -> BatchConverters.toTree(batch));
    }

    private static <F> void fromRecord(TypeConverterRegistry registry, Class<F> type, Function<F, RawRecord> record) {
        add(
                registry,
                type,
                JsonNode.class,
                (from, exchange) -> record.apply(from).value());
        add(registry, type, Map.class, (from, exchange) -> new RecordMap(record.apply(from)));
        add(registry, type, RawRecord.class, (from, exchange) -> record.apply(from));
        add(
                registry,
                type,
                Batch.class,
                (from, exchange) -> BatchConverters.fromThings(List.of(record.apply(from)), exchange));
        text(registry, type, from -> record.apply(from).text());
    }

    private static <F> void text(TypeConverterRegistry registry, Class<F> type, Function<F, byte[]> text) {
        add(registry, type, byte[].class, (from, exchange) -> text.apply(from));
        add(registry, type, String.class, (from, exchange) -> BatchConverters.string(text.apply(from)));
        add(registry, type, InputStream.class, (from, exchange) -> BatchConverters.stream(text.apply(from)));
    }

    private static void toBatch(TypeConverterRegistry registry) {
        add(registry, Collection.class, Batch.class, BatchConverters::fromThings);
        add(registry, List.class, Batch.class, BatchConverters::fromThings);
        add(registry, Map.class, Batch.class, BatchConverters::fromMap);
        add(registry, JsonNode.class, Batch.class, BatchConverters::fromTree);
        add(registry, byte[].class, Batch.class, BatchConverters::fromText);
        add(
                registry,
                String.class,
                Batch.class,
                (text, exchange) -> BatchConverters.fromText(Utf8.bytes(text), exchange));
        add(registry, InputStream.class, Batch.class, BatchConverters::fromStream);
        // Camel's own fallback takes the file out of the GenericFile of from: file
        add(registry, File.class, Batch.class, BatchConverters::fromFile);
    }

    private static <F, T> void add(
            TypeConverterRegistry registry, Class<F> from, Class<T> to, Conversion<F, T> conversion) {
        registry.addTypeConverter(
                to,
                from,
                new SimpleTypeConverter(
                        false, (type, exchange, value) -> conversion.convert(from.cast(value), exchange)));
    }

    private interface Conversion<F, T> {
        T convert(F from, @Nullable Exchange exchange) throws Exception;
    }
}
