package io.caravan.routes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Turns what Camel or SnakeYAML throws about a file into a {@link Problem}: the place, the innermost reason, and a cure. */
final class Explanation {
    private static final Pattern PLACEHOLDER =
            Pattern.compile("Property with key \\[([^\\]]+)\\]|with key:? '?([^'\\s]+)'? not found");

    private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown parameters=\\[\\{([^=}]+)=");

    private Explanation() {}

    static Problem of(Path path, String text, RouteFile file, Throwable thrown) {
        return explain(path, text, Optional.of(file), thrown);
    }

    static Problem of(Path path, String text, Throwable thrown) {
        return explain(path, text, Optional.empty(), thrown);
    }

    private static Problem explain(Path path, String text, Optional<RouteFile> file, Throwable thrown) {
        List<Throwable> chain = causes(thrown);
        for (Throwable each : chain) {
            if (each instanceof YamlMistake mistake) {
                return new Problem(path, mistake.line(), message(mistake), mistake.cure());
            }
            if (each instanceof MarkedYamlEngineException yaml) {
                return syntax(path, yaml);
            }
        }
        int line = place(text, file, chain);
        return new Problem(path, line, reason(chain), cure(chain));
    }

    private static Problem syntax(Path path, MarkedYamlEngineException e) {
        int line = e.getProblemMark()
                .or(e::getContextMark)
                .map(Mark::getLine)
                .map(zeroBased -> zeroBased + 1)
                .orElse(1);
        String context = e.getContext() == null ? "" : e.getContext() + ": ";
        return new Problem(
                path, line, context + e.getProblem(), "check the indentation, the dashes and the colons there");
    }

    /** The line of what the exception names: the endpoint, the bean or, failing that, the route. */
    private static int place(String text, Optional<RouteFile> file, List<Throwable> chain) {
        int routeLine = 0;
        for (Throwable each : chain) {
            if (each instanceof BeanShelf.BeanFailure failure) {
                int line = chain.stream()
                        .filter(PropertyBindingException.class::isInstance)
                        .map(binding -> ((PropertyBindingException) binding).getPropertyName())
                        .filter(name -> name != null)
                        .mapToInt(name -> lineOf(text, failure.bean().line(), name))
                        .filter(found -> found > 0)
                        .findFirst()
                        .orElse(failure.bean().line());
                return line;
            }
            if (each instanceof RouteFailure failure) {
                routeLine = file.map(f -> f.lineOfRoute(failure.routeId())).orElse(0);
            }
        }
        int from = Math.max(1, routeLine);
        for (Throwable each : chain) {
            int line = each instanceof ResolveEndpointFailedException e
                    ? lineOf(text, from, EndpointUri.withoutQuery(e.getUri()).replace("://", ":"))
                    : each instanceof NoSuchEndpointException e
                            ? lineOf(
                                    text,
                                    from,
                                    EndpointUri.withoutQuery(e.getUri()).replace("://", ":"))
                            : each instanceof NoSuchBeanException e && e.getName() != null
                                    ? lineOf(text, from, e.getName())
                                    : each instanceof NoSuchLanguageException e
                                            ? lineOf(text, from, e.getLanguage())
                                            : 0;
            if (line > 0) {
                return line;
            }
        }
        return routeLine;
    }

    private static int lineOf(String text, int from, String word) {
        String[] lines = text.split("\\R", -1);
        for (int i = from - 1; i < lines.length; i++) {
            if (RouteFile.containsWord(lines[i], word)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The innermost message says what is wrong; the ones around it only say where it happened. */
    private static String reason(List<Throwable> chain) {
        for (Throwable each : chain) {
            if (each instanceof BeanShelf.BeanFailure failure) {
                return "Bean '" + failure.bean().name() + "': " + innermost(chain);
            }
        }
        return innermost(chain);
    }

    private static String innermost(List<Throwable> chain) {
        for (Throwable each : chain) {
            if (each instanceof PropertyBindingException binding
                    && binding.getPropertyName() != null
                    && binding.getCause() == null) {
                return binding.getPropertyName() + " is not a property of "
                        + binding.getTarget().getClass().getName();
            }
        }
        Throwable last = chain.get(chain.size() - 1);
        if (last instanceof ClassNotFoundException) {
            return "there is no class " + last.getMessage();
        }
        for (Throwable each : chain) {
            Matcher unknown = UNKNOWN_OPTION.matcher(message(each));
            if (each instanceof ResolveEndpointFailedException failure && unknown.find()) {
                return unknown.group(1) + " is not an option of " + EndpointUri.scheme(failure.getUri());
            }
        }
        if (last instanceof NoSuchEndpointException unknown) {
            return "There is no component '" + EndpointUri.scheme(unknown.getUri()) + "'";
        }
        return withItsFrame(chain, message(last));
    }

    /** "Address already in use" says nothing without the one who says which. */
    private static String withItsFrame(List<Throwable> chain, String message) {
        boolean fromTheJdk = chain.get(chain.size() - 1) instanceof IOException;
        String frame = fromTheJdk && chain.size() > 1 ? message(chain.get(chain.size() - 2)) : message;
        return frame.contains(message) ? frame : frame + ": " + message;
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String cure(List<Throwable> chain) {
        for (Throwable each : chain) {
            if (each instanceof NoSuchEndpointException) {
                return "write a scheme that is on the classpath, or add its camel jar";
            }
            if (each instanceof NoSuchLanguageException) {
                return "write one of those on the classpath, or add its camel jar";
            }
            if (each instanceof NoSuchBeanException) {
                return "define the bean under `beans:` or mend the name";
            }
            if (each instanceof ClassNotFoundException) {
                return "mend the type, or add the jar that has it";
            }
            if (PLACEHOLDER.matcher(message(each)).find()) {
                return "set it in config/application.properties or in the environment";
            }
        }
        for (Throwable each : chain) {
            if (each instanceof BeanShelf.BeanFailure) {
                return "mend the bean's properties";
            }
        }
        return "mend it and save; the file is read again at once";
    }

    private static List<Throwable> causes(Throwable thrown) {
        Set<Throwable> chain = new LinkedHashSet<>();
        for (Throwable each = thrown; each != null && chain.add(each); each = each.getCause()) {
            // collect
        }
        List<Throwable> telling = chain.stream()
                .filter(each -> !(each instanceof FailedToCreateRouteException)
                        && each.getClass() != RuntimeCamelException.class)
                .toList();
        return telling.isEmpty() ? List.copyOf(chain) : telling;
    }
}
