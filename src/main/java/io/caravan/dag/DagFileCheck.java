package io.caravan.dag;

import io.caravan.dag.DagAssembly.Surroundings;
import io.caravan.dag.definition.Mistake;
import io.caravan.dag.definition.OptionReader;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.dag.event.EventKind;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.FileView;
import io.caravan.routes.FileView.Bean;
import io.caravan.routes.FileView.Consumer;
import io.caravan.routes.FileView.Producer;
import io.caravan.routes.Problem;
import io.caravan.routes.ProjectView;
import io.caravan.routes.RouteFileCheck;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds what is wrong with the workflows of a project's files, with the line of each mistake. */
public final class DagFileCheck implements RouteFileCheck {
    private static final String DAG = Dag.class.getName();
    private static final String POOL = Pool.class.getName();

    private final Predicate<String> isCalendar;
    private final ZoneId usualZone;

    /**
     * @param isCalendar whether there is a calendar of a name
     * @param usualZone of workflows that name none
     */
    public DagFileCheck(Predicate<String> isCalendar, ZoneId usualZone) {
        this.isCalendar = isCalendar;
        this.usualZone = usualZone;
    }

    @Override
    public List<Problem> check(FileView file, ProjectView project) {
        Set<String> workflows = new TreeSet<>();
        file.beans().stream().filter(bean -> bean.type().equals(DAG)).forEach(bean -> workflows.add(bean.name()));
        file.consumers().stream()
                .filter(consumer -> consumer.scheme().equals("dag"))
                .forEach(consumer -> workflows.add(workflow(consumer.remaining())));
        file.producers().stream()
                .filter(producer -> producer.scheme().equals("dag"))
                .forEach(producer -> workflows.add(workflow(producer.remaining())));
        List<Problem> problems = new ArrayList<>();
        workflows.stream()
                .filter(workflow -> !isUnresolved(workflow))
                .forEach(workflow -> problems.addAll(new Workflow(workflow, project).problems()));
        return problems;
    }

    private static String workflow(String address) {
        return address.split("/", 2)[0];
    }

    /** Neither a placeholder that nothing defines nor anything that is known later can be judged here. */
    private static boolean isUnresolved(String text) {
        return text.contains("{{") || text.contains("${");
    }

    private final class Workflow {
        private final String name;
        private final ProjectView project;
        private final Map<String, Consumer> tasks = new LinkedHashMap<>();
        private final List<Problem> problems = new ArrayList<>();

        Workflow(String name, ProjectView project) {
            this.name = name;
            this.project = project;
        }

        List<Problem> problems() {
            List<WrittenTask> written = new ArrayList<>();
            for (Consumer consumer : project.consumers("dag", name)) {
                int slash = consumer.remaining().indexOf('/');
                if (slash < 0) {
                    checkEvents(consumer);
                } else {
                    written.add(task(consumer, consumer.remaining().substring(slash + 1)));
                    tellRedeliveries(consumer);
                }
            }
            project.bean(name, DAG).ifPresentOrElse(bean -> checkTogether(bean, written), this::tellNoWorkflow);
            return problems;
        }

        private WrittenTask task(Consumer consumer, String id) {
            tasks.put(id, consumer);
            Map<String, String> options = new LinkedHashMap<>(consumer.options());
            options.values().removeIf(DagFileCheck::isUnresolved);
            return WrittenTask.read(name, id, consumer.route(), options, new OptionReader.Teller() {
                @Override
                public void tell(String option, String what, String cure) {
                    Workflow.this.tell(Mistake.ofTask(id, option, what, cure));
                }

                @Override
                public void tellMalformed(String option, String what, String cure) {
                    // told by the rules for every endpoint's options
                }
            });
        }

        private void checkEvents(Consumer consumer) {
            String on = consumer.options().get("on");
            if (on == null) {
                add(
                        consumer,
                        consumer.line(),
                        "dag:" + name + " names no task and no events",
                        "write dag:" + name + "/<task> for a task, or add on: failed and the like");
            } else if (!isUnresolved(on)) {
                try {
                    EventKind.parse(on);
                } catch (IllegalArgumentException e) {
                    String[] said = String.valueOf(e.getMessage()).split("; ", 2);
                    add(consumer, consumer.lineOf("on"), said[0], said.length > 1 ? said[1] : "mend it");
                }
            }
        }

        private void tellRedeliveries(Consumer consumer) {
            consumer.redeliveries()
                    .ifPresent(line -> add(
                            consumer,
                            line,
                            "An error handler asks for redeliveries in the route of task '" + tasksId(consumer)
                                    + "' of workflow '" + name + "', which multiplies the tries of the workflow",
                            "write retries: 3 at its from, and remove the redeliveries"));
        }

        private String tasksId(Consumer consumer) {
            return consumer.remaining().substring(consumer.remaining().indexOf('/') + 1);
        }

        private void tellNoWorkflow() {
            List<String> known =
                    project.beans(DAG).stream().map(Bean::name).sorted().toList();
            String cure = DidYouMean.closest(name, known)
                    .map(meant -> "did you mean '" + meant + "'?")
                    .orElse("define it: {name: " + name + ", type: " + DAG + "}");
            for (Consumer consumer : project.consumers("dag", name)) {
                if (!name.equals("*") || consumer.remaining().contains("/")) {
                    add(consumer, consumer.line(), "There is no workflow '" + name + "'", cure);
                }
            }
            for (Producer producer : project.producers("dag", name)) {
                problems.add(new Problem(
                        producer.path(), producer.line(), "There is no workflow '" + name + "' to start", cure));
            }
        }

        private void checkTogether(Bean bean, List<WrittenTask> written) {
            Dag dag = new Dag();
            bean.properties().forEach((property, value) -> {
                if (!isUnresolved(value.toString())) {
                    dag.set(property, value);
                }
            });
            DagAssembly.of(name, dag, written, surroundings()).mistakes().forEach(this::tell);
        }

        private Surroundings surroundings() {
            return new Surroundings(
                    pool -> project.bean(pool, POOL)
                            .map(this::slots)
                            .orElse(isUnresolved(pool) ? OptionalInt.of(-1) : OptionalInt.empty()),
                    project.beans(POOL).stream().map(Bean::name).toList(),
                    isCalendar,
                    other -> isUnresolved(other) || project.bean(other, DAG).isPresent(),
                    usualZone);
        }

        /** What isn't a number is told where the bean is built. */
        private OptionalInt slots(Bean pool) {
            String slots = String.valueOf(pool.properties().getOrDefault("slots", "1"));
            return OptionalInt.of(slots.matches("\\d{1,9}") ? Integer.parseInt(slots) : -1);
        }

        private void tell(Mistake mistake) {
            Consumer consumer = tasks.get(mistake.task());
            if (consumer != null) {
                String option = mistake.option().isEmpty() ? " " : ", " + mistake.option() + ": ";
                add(
                        consumer,
                        consumer.lineOf(mistake.option()),
                        "Task '" + mistake.task() + "' of workflow '" + name + "'" + option + mistake.what(),
                        mistake.cure());
            } else {
                project.bean(name, DAG)
                        .ifPresent(bean -> problems.add(new Problem(
                                bean.path(),
                                bean.lineOf(mistake.option()),
                                "Workflow '" + name + "', " + mistake.option() + ": " + mistake.what(),
                                mistake.cure())));
            }
        }

        private void add(Consumer consumer, int line, String what, String cure) {
            problems.add(new Problem(consumer.path(), line, what, cure));
        }
    }
}
