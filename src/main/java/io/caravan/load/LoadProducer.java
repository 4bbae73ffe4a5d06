package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.batch.LogContext;
import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the exchange's batch or file; the body stays as it is, the report is a header. */
class LoadProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(LoadProducer.class);

    private final LoadEndpoint endpoint;
    private @Nullable Work work;

    /** What does the work, made at start. */
    private record Work(Loader loader, FileLoader files, StagedRuns runs) {}

    LoadProducer(LoadEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        LoadComponent component = endpoint.getComponent();
        Database database = component.database();
        Clock clock = component.clock();
        LoadEvents events = component.events();
        Loader loader = new Loader(database, clock, events, endpoint.options(), component.logs(), false);
        StagedRuns runs = new StagedRuns(database, clock, events, loader);
        work = new Work(loader, new FileLoader(database, clock, events, loader, runs), runs);
        try {
            loader.validate();
        } catch (TemporaryDatabaseException e) {
            LOG.warn("{} could not look at its table yet and will with the first batch: {}", endpoint, e.getMessage());
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String run = message.getHeader(LoadHeaders.RUN_ID, String.class);
        LogContext context = LogContext.enter().route(exchange.getFromRouteId()).run(run);
        try {
            load(message);
        } finally {
            context.leave();
        }
    }

    private void load(Message message) throws Exception {
        if (work == null) {
            throw new IllegalStateException(endpoint + " is not started");
        }
        if (endpoint.getPhase() == LoadPhase.promote) {
            message.setHeader(LoadHeaders.LOAD_REPORT, work.runs().promote(run(message)));
            return;
        }
        LoadFile file = file(message);
        if (endpoint.getPhase() == LoadPhase.stage) {
            long staged = file == null
                    ? work.runs().stage(batch(message), format(message) == LoadFormat.csv, run(message))
                    : work.files().stage(file, run(message));
            message.setHeader(LoadHeaders.STAGED, staged);
            return;
        }
        @Nullable String run = message.getHeader(LoadHeaders.RUN_ID, String.class);
        message.setHeader(
                LoadHeaders.LOAD_REPORT,
                file == null
                        ? loader(work, message).load(batch(message), run)
                        : work.files().load(file, run));
    }

    /** The batch of a CSV file that came through other steps still holds the file's texts. */
    private Loader loader(Work work, Message message) {
        return format(message) == LoadFormat.csv ? work.loader().textual() : work.loader();
    }

    private String run(Message message) {
        String run = message.getHeader(LoadHeaders.RUN_ID, String.class);
        if (run == null || run.isBlank()) {
            throw new LoadException(
                    "phase=%s of %s needs the header %s, which tells whose records these are; nothing was done"
                            .formatted(endpoint.getPhase(), endpoint.getTable(), LoadHeaders.RUN_ID));
        }
        return run;
    }

    private static Batch batch(Message message) throws InvalidPayloadException {
        return message.getMandatoryBody(Batch.class);
    }

    /** The body as a file to be read in chunks; null when it is a batch, or something small that becomes one. */
    private @Nullable LoadFile file(Message message) throws IOException {
        Object body = message.getBody();
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File local) {
            return file(local.toPath(), message);
        }
        if (body instanceof File local) {
            return file(local.toPath(), message);
        }
        if (body instanceof Path local) {
            return file(local, message);
        }
        if (body instanceof InputStream || body instanceof StreamCache || body instanceof WrappedFile<?>) {
            return stream(message);
        }
        LoadFormat said = endpoint.getFormat();
        boolean text = body instanceof String || body instanceof byte[];
        return text && (said == LoadFormat.csv || said == LoadFormat.ndjson || isNamedAsLines(message))
                ? stream(message)
                : null;
    }

    private boolean isNamedAsLines(Message message) {
        return format(message) != LoadFormat.json;
    }

    private @Nullable LoadFile file(Path path, Message message) throws IOException {
        LoadFormat format = format(message, path.getFileName().toString());
        if (format == LoadFormat.json) {
            return null;
        }
        long size = Files.size(path);
        long modified = Files.getLastModifiedTime(path).toMillis();
        return new LoadFile(
                "file:" + path, size + "-" + modified, size, format, () -> new FileInputStream(path.toFile()));
    }

    private @Nullable LoadFile stream(Message message) {
        LoadFormat format = format(message);
        if (format == LoadFormat.json) {
            return null;
        }
        String name = message.getHeader(Exchange.FILE_NAME, "stream", String.class);
        long size = message.getHeader(Exchange.FILE_LENGTH, 0L, Long.class);
        return new LoadFile(name, "", size, format, () -> {
            InputStream content = message.getBody(InputStream.class);
            if (content == null) {
                throw new IOException(
                        "The body of type " + message.getBody().getClass().getName() + " gives no stream");
            }
            return content;
        });
    }

    private LoadFormat format(Message message) {
        return format(message, message.getHeader(Exchange.FILE_NAME, "", String.class));
    }

    private LoadFormat format(Message message, String name) {
        return endpoint.getFormat().of(name, message.getHeader(Exchange.CONTENT_TYPE, "", String.class));
    }
}
