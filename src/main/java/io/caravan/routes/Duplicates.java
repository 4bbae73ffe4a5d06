package io.caravan.routes;

import java.util.ArrayList;
import java.util.List;

/** Names that two files, or two places of one file, claim: route ids and bean names. */
final class Duplicates {
    private Duplicates() {}

    static List<Problem> between(RouteFile file, RouteFile other) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile.Part part : file.parts()) {
            if (!part.id().isEmpty() && part.isRoute()) {
                other.parts().stream()
                        .filter(twin -> twin.isRoute() && twin.id().equals(part.id()))
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
