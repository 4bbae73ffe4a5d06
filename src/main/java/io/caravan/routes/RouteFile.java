package io.caravan.routes;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * A file of Camel YAML, parsed: its beans, and a recipe for its routes.
 *
 * @param path the file
 * @param text what it says
 * @param beans its beans in the order of the file
 * @param parts every other top-level entry: routes, route configurations, templates
 */
record RouteFile(Path path, String text, List<Bean> beans, List<Part> parts, RouteParser parser) {

    /** A bean of the file. {@code yaml} is its own text: a bean has changed when its text has. */
    record Bean(String name, int line, String yaml, BeanFactoryDefinition<?> definition) {}

    /** A top-level entry of the file, e.g. {@code route}; {@code id} is empty when it has none. */
    record Part(String kind, String id, int line, String yaml) {
        boolean isSharedWithOtherFiles() {
            return kind.equals("routeConfiguration")
                    || kind.equals("route-configuration")
                    || kind.equals("routeTemplate")
                    || kind.equals("route-template");
        }

        boolean isMadeOfATemplate() {
            return kind.equals("templatedRoute") || kind.equals("templated-route");
        }

        /** Whether its id is that of a route. */
        boolean namesARoute() {
            return isRoute() || isMadeOfATemplate();
        }

        boolean isRoute() {
            return kind.equals("route") || kind.equals("from");
        }
    }

    /** A fresh builder each time: Camel's definitions carry the state of the route that was made of them. */
    RouteBuilder builder() {
        return parser.builder(path, text);
    }

    boolean hasOnlyRoutes() {
        return parts.stream().allMatch(Part::isRoute);
    }

    List<RouteDefinition> configure(RouteBuilder builder) throws Exception {
        return parser.configure(path, builder);
    }

    /** The names by which other files may use what this file defines, with the text of the definition. */
    Map<String, String> definitions() {
        Map<String, String> definitions = new LinkedHashMap<>();
        beans.forEach(bean -> definitions.put(bean.name(), bean.yaml()));
        parts.stream()
                .filter(Part::isSharedWithOtherFiles)
                .forEach(part -> definitions.merge(part.id(), part.yaml(), String::concat));
        return definitions;
    }

    /**
     * Whether this file uses one of these names. A name counts as used where it stands as a word: {@code poll:acme/packets}, {@code #acme} and {@code ref: acme}
     * are all uses of {@code acme}; restarting a route too many is cheaper than missing one. The empty name (a route configuration for all) is used by every file.
     */
    boolean uses(Set<String> names) {
        return names.contains("") || names.stream().anyMatch(name -> containsWord(text, name));
    }

    static boolean containsWord(String text, String word) {
        return Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])")
                .matcher(text)
                .find();
    }

    int lineOfRoute(String id) {
        return parts.stream()
                .filter(part -> part.id().equals(id))
                .mapToInt(Part::line)
                .findFirst()
                .orElse(0);
    }
}
