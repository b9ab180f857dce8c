package dev.portcullis.audit.logging;

import dev.portcullis.config.Section;

/** The section {@code log}. */
public record LogConfig(Level level, Format format) {
    /** The lowest severity that is written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** The form of a line. */
    public enum Format {
        /** Text if the error stream is a terminal, else JSON. */
        AUTO,
        JSON,
        TEXT
    }

    public static LogConfig read(Section log) {
        return new LogConfig(
                log.basic()
                        .choice(
                                "level",
                                Level.INFO,
                                "lowest severity that is written; refusals have severity warn, connections info; debug applies to"
                                        + " this program only, never to its libraries"),
                log.basic()
                        .choice(
                                "format",
                                Format.AUTO,
                                "json: one object for each line; text: for people; auto: text if the error stream is a terminal,"
                                        + " else json"));
    }
}
