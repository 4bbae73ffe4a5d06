package io.caravan.watch.fleet;

/** A field of settings that can't be taken: what is wrong with its value, and how to mend it. */
public final class FieldMistake extends Exception {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String what;
    private final String cure;

    FieldMistake(String field, String what, String cure) {
        super(cure.isEmpty() ? what : what + "; " + cure);
        this.field = field;
        this.what = what;
        this.cure = cure;
    }

    /** Asks for the value of a field, and turns a refusal into a mistake of that field. */
    static void unless(String field, Runnable question) throws FieldMistake {
        try {
            question.run();
        } catch (IllegalArgumentException e) {
            throw of(field, field + ": ", e);
        }
    }

    /** A message says what is wrong, and behind a semicolon how to mend it. */
    static FieldMistake of(String field, String prefix, IllegalArgumentException refusal) {
        String message = String.valueOf(refusal.getMessage());
        int cure = message.indexOf("; ");
        return new FieldMistake(
                field,
                prefix + (cure < 0 ? message : message.substring(0, cure)),
                cure < 0 ? "" : message.substring(cure + 2));
    }

    /** Its name; empty when the settings as a whole are meant. */
    public String field() {
        return field;
    }

    public String what() {
        return what;
    }

    public String cure() {
        return cure;
    }
}
