package io.caravan.alert.text;

/** A template can't be read or filled in; the message says where and why. */
public final class BrokenTemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
