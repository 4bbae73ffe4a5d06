package io.caravan.routes;

import io.caravan.routes.RouteParser.Parsed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.spi.EndpointRegistry;
import org.apache.camel.spi.NormalizedEndpointUri;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of which file runs in the Camel context, and the one way to change it: parse, try, then stop the old and start the new; whatever fails on the way, the old is
 * back. A file whose beans change takes the files that use them along. Not thread-safe.
 */
final class RouteSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSwitch.class);

    private final CamelContext context;
    private final RouteParser parser;
    private final ReadAhead ahead;
    private final Model model;
    private final Trial trial;
    private final BeanShelf beans;
    private final Drain drain;
    private final Placeholders placeholders;
    private final Inspection inspection;
    private final FileChecks checks;
    private final RunningFiles running = new RunningFiles();

    RouteSwitch(CamelContext context, Drain drain, List<RouteFileCheck> checks) {
        this.context = context;
        this.parser = new RouteParser(context);
        this.ahead = new ReadAhead(parser);
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.trial = new Trial(context);
        this.beans = new BeanShelf(context);
        this.drain = drain;
        this.placeholders = Placeholders.of(context);
        this.inspection = new Inspection(placeholders);
        this.checks = new FileChecks(checks, placeholders);
        destroyBeansAfterTheRoutes();
    }

    /** Routes use the beans until the context has stopped them; Camel stops its services afterwards. */
    private void destroyBeansAfterTheRoutes() {
        try {
            context.addService(new ServiceSupport() {
                @Override
                protected void doStop() {
                    beans.destroyAll();
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("Camel refused a service of ours", e);
        }
    }

    boolean runs(Path path) {
        return running.at(path) != null;
    }

    List<String> routeIds(Path path) {
        RunningFile file = running.at(path);
        return file == null ? List.of() : file.routeIds();
    }

    /** Makes the file run as {@code text} says. */
    void load(Path path, String text) throws Refusal {
        Parsed next = parse(path, text);
        refuseDuplicates(next.file());
        FileView view = view(next);
        checks.refuseMistakes(view);
        exchange(path, next);
        checks.runs(view);
    }

    private Parsed parse(Path path, String text) throws Refusal {
        try {
            return parser.parse(ahead.read(path, text));
        } catch (Exception e) {
            throw new Refusal(inspection.explain(path, text, Explanation.of(path, text, e)), false, e);
        }
    }

    private FileView view(Parsed parsed) {
        return FileView.of(parsed.file().path(), parsed.root(), placeholders);
    }

    /**
     * Makes files run of which nothing runs yet and which hold nothing but routes and beans, as {@link #load} does, but step by step for all of them: that takes a third less processor
     * time, since a step is quick while nothing else is done.
     *
     * @return those that run now; each of the others is to be loaded by itself, which tells what is wrong with it
     */
    Set<Path> loadTogether(Map<Path, String> texts) {
        return model.getRestDefinitions().isEmpty() ? new Group(texts).start() : Set.of();
    }

    /** Files that start together, or not at all. */
    private final class Group {
        private final List<Parsed> files = new ArrayList<>();
        private final List<BeanShelf.Exchange> bound = new ArrayList<>();

        Group(Map<Path, String> texts) {
            Set<String> names = new HashSet<>();
            texts.forEach((path, text) -> {
                try {
                    Parsed parsed = parse(path, text);
                    if (!runs(path) && parsed.file().hasOnlyRoutes() && addAll(names, parsed.file())) {
                        files.add(parsed);
                    }
                } catch (Refusal e) {
                    LOG.debug("{} is left to itself", path, e);
                }
            });
            files.removeIf(this::isRefused);
        }

        /** False, and nothing added, when another file of the group has one of its names. */
        private boolean addAll(Set<String> names, RouteFile file) {
            Set<String> own = Duplicates.names(file);
            return Collections.disjoint(names, own) && names.addAll(own);
        }

        private boolean isRefused(Parsed parsed) {
            try {
                refuseDuplicates(parsed.file());
                FileView view = view(parsed);
                checks.refuseMistakes(view);
                checks.runs(view);
                return false;
            } catch (Refusal e) {
                LOG.debug("{} is left to itself", parsed.file().path(), e);
                return true;
            }
        }

        Set<Path> start() {
            try {
                for (Parsed parsed : files) {
                    bound.add(beans.replace(parsed.file().beans(), Set.of()));
                }
                RunningFile.startTogether(context, model, files, drain).forEach(running::put);
            } catch (Exception e) {
                LOG.debug("{} files are left to themselves, as one of them failed", files.size(), e);
                bound.forEach(BeanShelf.Exchange::undo);
                files.forEach(parsed ->
                        checks.failed(parsed.file().path(), parsed.file().text()));
                return Set.of();
            }
            bound.forEach(BeanShelf.Exchange::keep);
            return files.stream().map(parsed -> parsed.file().path()).collect(Collectors.toSet());
        }
    }

    /** Removes what runs of the file; refused while another file uses its beans. */
    void unload(Path path) throws Refusal {
        if (runs(path)) {
            checks.refuseRemoval(path);
            exchange(path, null);
            checks.gone(path);
        }
    }

    /** These texts will be loaded one after the other. */
    void expect(Map<Path, String> texts) {
        checks.expect(texts);
        ahead.expect(texts);
    }

    private void refuseDuplicates(RouteFile next) throws Refusal {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile other : running.sharingANameWith(next)) {
            problems.addAll(Duplicates.between(next, other));
        }
        for (RouteFile.Bean bean : next.beans()) {
            if (beans.isForeign(bean.name())) {
                problems.add(new Problem(
                        next.path(),
                        bean.line(),
                        "The bean name '" + bean.name() + "' belongs to Caravan itself",
                        "choose another name"));
            }
        }
        if (!problems.isEmpty()) {
            throw new Refusal(problems, false, new IllegalStateException("duplicates"));
        }
    }

    private void exchange(Path path, @Nullable Parsed next) throws Refusal {
        Change change = new Change(path, next);
        BeanShelf.Exchange exchanged = change.bindBeans();
        try {
            change.tryOut();
        } catch (Refusal e) {
            exchanged.undo();
            throw e;
        }
        change.perform(exchanged);
    }

    /** One file's change with everything that it takes along. */
    private final class Change {
        private final Path path;
        private final @Nullable RouteFile next;
        private @Nullable RouteBuilder unused;
        private final Set<String> changedNames;
        private final Map<Path, RunningFile> users = new LinkedHashMap<>();

        Change(Path path, @Nullable Parsed parsed) {
            this.path = path;
            this.next = parsed == null ? null : parsed.file();
            this.unused = parsed != null && parsed.file().hasOnlyRoutes() ? parsed.builder() : null;
            this.changedNames = changedDefinitions();
            collectUsers();
        }

        private Map<String, String> definitionsBefore() {
            RunningFile old = running.at(path);
            return old == null ? Map.of() : old.file().definitions();
        }

        private Set<String> changedDefinitions() {
            Map<String, String> after = next == null ? Map.of() : next.definitions();
            Set<String> changed = new LinkedHashSet<>();
            definitionsBefore().forEach((name, yaml) -> {
                if (!Objects.equals(after.get(name), yaml)) {
                    changed.add(name);
                }
            });
            return changed;
        }

        /** Files that use a changed name, and those that use a bean which must be made anew because it holds a changed one. */
        private void collectUsers() {
            boolean grown = !changedNames.isEmpty();
            while (grown) {
                grown = next != null && changedNames.addAll(beansThatHoldAChangedOne(next));
                for (RunningFile other : running.all()) {
                    if (!other.file().path().equals(path) && other.file().uses(changedNames)) {
                        boolean added = users.put(other.file().path(), other) == null;
                        grown |= changedNames.addAll(beansThatHoldAChangedOne(other.file())) || added;
                    }
                }
            }
        }

        private List<String> beansThatHoldAChangedOne(RouteFile file) {
            return file.beans().stream()
                    .filter(bean -> changedNames.stream().anyMatch(name -> RouteFile.containsWord(bean.yaml(), name)))
                    .map(RouteFile.Bean::name)
                    .toList();
        }

        BeanShelf.Exchange bindBeans() throws Refusal {
            List<RouteFile.Bean> added = new ArrayList<>();
            Set<String> removed = new LinkedHashSet<>();
            RunningFile old = running.at(path);
            if (old != null) {
                old.file().beans().forEach(bean -> removed.add(bean.name()));
            }
            if (next != null) {
                Map<String, String> before = definitionsBefore();
                next.beans().forEach(bean -> {
                    removed.remove(bean.name());
                    if (changedNames.contains(bean.name()) || !before.containsKey(bean.name())) {
                        added.add(bean);
                    }
                });
            }
            users.values()
                    .forEach(user -> user.file().beans().stream()
                            .filter(bean -> changedNames.contains(bean.name()))
                            .forEach(added::add));
            try {
                return beans.replace(added, removed);
            } catch (RuntimeException e) {
                throw refusal(e, false);
            }
        }

        void tryOut() throws Refusal {
            Map<NormalizedEndpointUri, Endpoint> hidden = hideEndpointsOfChangedBeans();
            try {
                if (next != null && needsTrial(next)) {
                    trial.run(next, builder(next));
                }
                for (RunningFile user : users.values()) {
                    tryUser(user.file());
                }
            } catch (Refusal e) {
                throw e;
            } catch (Exception e) {
                throw refusal(e, false);
            } finally {
                context.getEndpointRegistry().putAll(hidden);
            }
        }

        /**
         * A trial protects what runs. Routes of a file of which nothing runs are all built before the first of them starts, so starting them tells the same at half the price: that is how thousands of
         * files load.
         */
        private boolean needsTrial(RouteFile file) {
            return running.at(path) != null || !file.hasOnlyRoutes();
        }

        /** That of the parser first. It was made before the route configurations of its own file were known, so that only a file without any can use it. */
        private RouteBuilder builder(RouteFile file) {
            RouteBuilder parsed = unused;
            if (parsed != null && file.equals(next)) {
                unused = null;
                return parsed;
            }
            return file.builder();
        }

        private void tryUser(RouteFile user) throws Refusal {
            try {
                trial.run(user, user.builder());
            } catch (Exception e) {
                Problem there = Explanation.of(user.path(), user.text(), user, e);
                String what = (next == null ? "The file is gone, but " : "With this change ") + user.path() + ":"
                        + there.line() + " would fail: " + there.what();
                throw new Refusal(
                        List.of(new Problem(path, 0, what, "mend that file first, or keep " + changedNames)), false, e);
            }
        }

        /** An endpoint holds the bean that it was made with; for the trial it must be made anew. */
        private Map<NormalizedEndpointUri, Endpoint> hideEndpointsOfChangedBeans() {
            Map<NormalizedEndpointUri, Endpoint> hidden = new LinkedHashMap<>();
            if (changedNames.isEmpty()) {
                return hidden;
            }
            EndpointRegistry registry = context.getEndpointRegistry();
            registry.forEach((uri, endpoint) -> {
                if (namesAChangedBean(endpoint)) {
                    hidden.put(uri, endpoint);
                }
            });
            hidden.keySet().forEach(registry::remove);
            return hidden;
        }

        private boolean namesAChangedBean(Endpoint endpoint) {
            return changedNames.stream()
                    .anyMatch(name -> !name.isEmpty() && RouteFile.containsWord(endpoint.getEndpointUri(), name));
        }

        void perform(BeanShelf.Exchange exchanged) throws Refusal {
            List<RouteFile> before = new ArrayList<>();
            List<RouteFile> after = new ArrayList<>();
            RunningFile old = running.at(path);
            if (old != null) {
                before.add(old.file());
            }
            if (next != null) {
                after.add(next);
            }
            users.values().forEach(user -> {
                before.add(user.file());
                after.add(user.file());
            });
            try {
                stop(before);
                forgetEndpointsOfChangedBeans();
                for (RouteFile file : after) {
                    running.put(RunningFile.start(context, model, file, builder(file), drain));
                }
                exchanged.keep();
            } catch (Exception e) {
                stopQuietly(after);
                exchanged.undo();
                startQuietly(before);
                throw refusal(e, !before.isEmpty());
            }
        }

        private void forgetEndpointsOfChangedBeans() throws Exception {
            if (changedNames.isEmpty()) {
                return;
            }
            for (Endpoint endpoint : List.copyOf(context.getEndpointRegistry().values())) {
                if (namesAChangedBean(endpoint)) {
                    context.removeEndpoint(endpoint);
                }
            }
        }

        private Refusal refusal(Exception e, boolean afterStop) {
            RouteFile file = next;
            Problem camels = file == null ? Explanation.of(path, "", e) : Explanation.of(path, file.text(), file, e);
            List<Problem> problems =
                    file == null || afterStop ? List.of(camels) : inspection.explain(path, file.text(), camels);
            return new Refusal(problems, afterStop, e);
        }
    }

    private void stop(List<RouteFile> files) throws Exception {
        for (RouteFile file : files) {
            RunningFile old = running.at(file.path());
            if (old != null) {
                old.remove(drain);
                running.remove(file.path());
            }
        }
    }

    private void stopQuietly(List<RouteFile> files) {
        try {
            stop(files);
        } catch (Exception e) {
            LOG.error(
                    "Routes of {} could not be removed after a failed change",
                    files.stream().map(RouteFile::path).toList(),
                    e);
        }
    }

    private void startQuietly(List<RouteFile> files) {
        for (RouteFile file : files) {
            try {
                running.put(RunningFile.start(context, model, file, file.builder(), drain));
            } catch (Exception e) {
                LOG.error("The last good version of {} did not start again; it is tried again later", file.path(), e);
            }
        }
    }
}
