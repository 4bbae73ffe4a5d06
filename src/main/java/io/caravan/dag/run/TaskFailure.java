package io.caravan.dag.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is kept of an exception that ended a try. */
public final class TaskFailure {
    private static final int LONGEST = 4_000;

    private TaskFailure() {}

    public static TaskResult.Failed of(Throwable failure) {
        Set<String> types = new LinkedHashSet<>();
        List<String> messages = new ArrayList<>();
        for (@Nullable Throwable cause = failure; cause != null && messages.size() < 10; cause = cause.getCause()) {
            for (@Nullable Class<?> type = cause.getClass();
                    type != null && type != Object.class;
                    type = type.getSuperclass()) {
                types.add(type.getName());
                types.add(type.getSimpleName());
            }
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (messages.stream().noneMatch(known -> known.contains(message))) {
                messages.add(
                        cause == failure && cause.getMessage() != null
                                ? cause.getClass().getSimpleName() + ": " + message
                                : message);
            }
        }
        String text = String.join(" <- ", messages);
        return new TaskResult.Failed(
                List.copyOf(types), text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }
}
