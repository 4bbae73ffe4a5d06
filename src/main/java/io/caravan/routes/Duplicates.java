package io.caravan.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names that two files, or two places of one file, claim: route ids and bean names. */
final class Duplicates {
    private Duplicates() {}

    /** The names that must be a file's alone, each with its kind; where two files share none of them, there is nothing {@link #between} them. */
    static Set<String> names(RouteFile file) {
        Set<String> names = new LinkedHashSet<>();
        file.parts().stream()
                .filter(part -> part.namesARoute() && !part.id().isEmpty())
                .forEach(part -> names.add("route " + part.id()));
        file.beans().forEach(bean -> names.add("bean " + bean.name()));
        return names;
    }

    static List<Problem> between(RouteFile file, RouteFile other) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile.Part part : file.parts()) {
            if (!part.id().isEmpty() && part.namesARoute()) {
                other.parts().stream()
                        .filter(twin -> twin.namesARoute() && twin.id().equals(part.id()))
                        .forEach(twin ->
                                problems.add(problem(file, part.line(), "route id", part.id(), other, twin.line())));
            }
        }
        for (RouteFile.Bean bean : file.beans()) {
            other.beans().stream()
                    .filter(twin -> twin.name().equals(bean.name()))
                    .forEach(twin ->
                            problems.add(problem(file, bean.line(), "bean name", bean.name(), other, twin.line())));
        }
        return problems;
    }

    private static Problem problem(RouteFile file, int line, String kind, String name, RouteFile other, int otherLine) {
        return new Problem(
                file.path(),
                line,
                "The " + kind + " '" + name + "' is taken by " + other.path() + ":" + otherLine,
                "give one of the two another name");
    }
}
