package dev.portcullis.audit.logging;

import dev.portcullis.config.Section;

/** The section {@code log}. */
public record LogConfig(Level level, Format format) {
    /** From which severity on lines are written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** What a line looks like. */
    public enum Format {
        /** Text where the error stream is a terminal, else JSON. */
        AUTO,
        JSON,
        TEXT
    }

    public static LogConfig read(Section log) {
        return new LogConfig(
                log.choice(
                        "level",
                        Level.INFO,
                        "from which severity on lines are written; refusals are of severity warn, connections of info,"
                                + " and debug is of this program alone, never of its libraries"),
                log.choice(
                        "format",
                        Format.AUTO,
                        "json, an object a line; text, for people; auto, text where the error stream is a terminal and"
                                + " else json"));
    }
}
