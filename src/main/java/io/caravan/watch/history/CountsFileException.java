package io.caravan.watch.history;

/** A file of counts can't be read; the message tells where, what, and what to do. */
public final class CountsFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CountsFileException(String message) {
        super(message);
    }
}
