package io.caravan.routes;

import java.util.List;

/**
 * What a feature knows to be wrong with a file, beyond what can be said of each endpoint and bean by itself. {@code caravan validate} asks it, and the running service before it takes a file in; a
 * service that is told of a problem leaves the last good version running. Needs no service and no database; called by one thread at a time.
 */
public interface RouteFileCheck {
    /**
     * The problems of what this file is part of; some may lie in other files.
     *
     * @param file one of the project's
     * @param project all files, this one as it is to be
     */
    List<Problem> check(FileView file, ProjectView project);
}
