package dev.portcullis.protocol;

import java.util.Locale;

/** An enum whose constants are called by their names in lower case wherever text is: in frames, rows, metrics and logs. */
public interface LowerCaseId {
    /** Of the constant. */
    String name();

    default String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
