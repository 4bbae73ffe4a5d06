package io.caravan.load;

/** A load that can't be done as asked: nothing was written; the message says what to do. Trying again won't help. */
public class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LoadException(String message) {
        super(message);
    }
}
