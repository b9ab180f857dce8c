package dev.portcullis.audit.verify;

import java.util.Locale;

/**
 * Something that is wrong.
 *
 * @param file its name; empty if no file is concerned
 * @param line its number in that file, from 1; 0 if it is none of a line
 */
public record Finding(Kind kind, String file, long line, String what) {
    /** The kinds of damage. */
    public enum Kind {
        /** It is no line of a chain. */
        UNREADABLE,
        /** The bytes of the line do not fit its hash. */
        CHANGED,
        /** The line does not follow the one before it. */
        REPLACED,
        /** Lines are missing. */
        MISSING,
        /** The line stood before, or belongs further up. */
        REPEATED,
        /** A file ends within a line. */
        TORN,
        /** A line says that the files lacked what the store knew. */
        GAP,
        /** A line says that the files had what the node has not written. */
        FOREIGN,
        /** The files end before the head that the store knows. */
        TRUNCATED,
        /** The store knows another line under this number. */
        OTHER_HISTORY,
        /** A checkpoint is not signed with its key. */
        BAD_SIGNATURE,
        /** A key is not trusted. */
        UNKNOWN_KEY,
        /** A signature is missing that must be there. */
        UNSIGNED;

        private final String id = name().toLowerCase(Locale.ROOT);

        public String id() {
            return id;
        }
    }

    @Override
    public String toString() {
        String place = file.isEmpty() ? "" : line == 0 ? file + ": " : file + ":" + line + ": ";
        return place + kind.id() + ": " + what;
    }
}
