package io.caravan.cli;

import io.caravan.routes.DidYouMean;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with the words of a command: picocli's finding in a sentence with the value and the cure. What a command itself refuses has its own words already.
 *
 * @param isAnswered whether the sentence names what was most likely meant
 */
record UsageMistake(String sentence, boolean isAnswered) {
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> BROKEN = Set.of(double.class, Double.class, BigDecimal.class);

    /** @param words of the whole command */
    static UsageMistake of(ParameterException found, List<String> words) {
        CommandLine command = found.getCommandLine();
        ArgSpec argument = found.getArgSpec();
        if (found instanceof UnmatchedArgumentException unmatched) {
            return unknown(command, unmatched.getUnmatched());
        } else if (found instanceof MissingParameterException missing) {
            // a name that is written wrong is why another is missing
            List<String> unmatched = command.getUnmatchedArguments();
            return unmatched.stream().anyMatch(UsageMistake::isOption)
                    ? unknown(command, unmatched)
                    : told(missing(missing.getMissing(), words));
        } else if (found instanceof OverwrittenOptionException twice) {
            return told(name(twice.getOverwritten()) + " is given twice; give it once.");
        } else if (found instanceof MutuallyExclusiveArgsException) {
            return told(String.valueOf(found.getMessage()).replaceFirst("^Error: ", "") + ".");
        } else if (argument != null) {
            return told(wrongValue(found, argument));
        }
        return told(String.valueOf(found.getMessage()));
    }

    private static UsageMistake told(String sentence) {
        return new UsageMistake(sentence, false);
    }

    private static UsageMistake unknown(CommandLine command, List<String> unmatched) {
        CommandSpec spec = command.getCommandSpec();
        Optional<String> option =
                unmatched.stream().filter(UsageMistake::isOption).findFirst();
        if (option.isPresent()) {
            String written = option.get().split("=", 2)[0];
            List<String> known = spec.options().stream()
                    .flatMap(each -> Arrays.stream(each.names()))
                    .toList();
            return unknown("'" + written + "' is no option of " + spec.qualifiedName(), written, known);
        }
        String first = unmatched.get(0);
        if (!command.getSubcommands().isEmpty()) {
            return unknown(
                    "'" + first + "' is no command of " + spec.qualifiedName(),
                    first,
                    List.copyOf(command.getSubcommands().keySet()));
        }
        return told("'" + String.join(" ", unmatched) + "' is more than " + spec.qualifiedName()
                + " takes; put an argument with blanks into quotes.");
    }

    private static UsageMistake unknown(String what, String written, List<String> known) {
        return DidYouMean.closest(written, known)
                .map(meant -> new UsageMistake(what + "; did you mean '" + meant + "'?", true))
                .orElseGet(() -> told(what + "."));
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.startsWith("-") && !Character.isDigit(word.charAt(1));
    }

    private static String missing(List<ArgSpec> missing, List<String> words) {
        Optional<OptionSpec> unfinished = missing.stream()
                .filter(OptionSpec.class::isInstance)
                .map(OptionSpec.class::cast)
                .filter(option -> Arrays.stream(option.names()).anyMatch(words::contains))
                .findFirst();
        if (unfinished.isPresent()) {
            OptionSpec option = unfinished.get();
            return name(option) + " needs a value: " + name(option) + " " + label(option) + ".";
        }
        Optional<ArgGroupSpec> choice = missing.stream()
                .flatMap(each -> Stream.ofNullable(each.group()))
                .filter(ArgGroupSpec::exclusive)
                .findFirst();
        if (choice.isPresent()) {
            return "Give one of "
                    + choice.get().args().stream().map(UsageMistake::usage).collect(Collectors.joining(", ")) + ".";
        }
        List<String> names = missing.stream().map(UsageMistake::usage).toList();
        return String.join(" and ", names) + (names.size() == 1 ? " is missing." : " are missing.");
    }

    private static String wrongValue(ParameterException found, ArgSpec argument) {
        String value = Objects.toString(found.getValue(), "");
        String is = name(argument) + " is '" + value + "'; ";
        Class<?> type = argument.typeInfo().isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
        if (argument.typeInfo().isMap()) {
            return is + "write it as " + label(argument) + ".";
        } else if (argument.converters().length > 0 && found.getCause() instanceof TypeConversionException refused) {
            return name(argument) + ": " + refused.getMessage() + ".";
        } else if (WHOLE.contains(type)) {
            return is + (value.matches("[+-]?\\d+") ? "that is too large." : "give a whole number.");
        } else if (BROKEN.contains(type)) {
            return is + "give a number.";
        } else if (type.isEnum()) {
            return is + "give " + choices(argument, type) + ".";
        } else if (type == boolean.class || type == Boolean.class) {
            return name(argument) + " takes no value; leave out '=" + value + "'.";
        }
        return String.valueOf(found.getMessage());
    }

    private static String choices(ArgSpec argument, Class<?> type) {
        boolean anyCase = argument.command().parser().caseInsensitiveEnumValuesAllowed();
        return Arrays.stream(type.getEnumConstants())
                .map(String::valueOf)
                .map(each -> anyCase ? each.toLowerCase(Locale.ROOT) : each)
                .collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " or $1");
    }

    private static String usage(ArgSpec argument) {
        boolean hasValue = argument.isOption() && argument.arity().max() > 0;
        return hasValue ? name(argument) + " " + label(argument) : name(argument);
    }

    /** As people write it: {@code --limit} or {@code INCIDENT}. */
    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? Arrays.stream(option.names())
                        .max(Comparator.comparingInt(String::length))
                        .orElseThrow()
                : label(argument);
    }

    private static String label(ArgSpec argument) {
        return argument.paramLabel().replaceAll("[<>]", "");
    }
}
