package io.caravan.cli;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.files.Calendars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;

/** Calendars as commands name them: of the project, a file anywhere, or a country's public holidays. */
final class FleetCalendars {
    private static final String SUFFIX = ".yaml";

    private FleetCalendars() {}

    /** @throws IllegalArgumentException naming what was meant, when it is none of them */
    static BusinessCalendar find(String name, Function<String, BusinessCalendar> project) {
        Path file = Path.of(name).toAbsolutePath();
        Path folder = file.getParent();
        if (folder != null && name.endsWith(SUFFIX) && Files.isRegularFile(file)) {
            String bare = file.getFileName().toString();
            return new Calendars(folder, Clock.systemUTC()).named(bare.substring(0, bare.length() - SUFFIX.length()));
        }
        try {
            return project.apply(name);
        } catch (IllegalArgumentException unknownName) {
            return country(name, unknownName);
        }
    }

    private static BusinessCalendar country(String code, IllegalArgumentException unknownName) {
        try {
            return Calendars.publicHolidays(code);
        } catch (IllegalArgumentException unknownCode) {
            unknownName.addSuppressed(unknownCode);
            throw unknownName;
        }
    }
}
