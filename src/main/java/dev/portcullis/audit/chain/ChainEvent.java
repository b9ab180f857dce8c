package dev.portcullis.audit.chain;

import org.slf4j.event.Level;

/** The lines that a chain writes about itself. No event of the server has a name of these. */
public enum ChainEvent {
    /** The first line of each file: the name of the chain, and the public key of its checkpoints. */
    OPENED("audit.opened", Level.INFO),
    /** A signature over the line before. */
    CHECKPOINT("audit.checkpoint", Level.INFO),
    /** Events that found no room in a queue. */
    DROPPED("audit.dropped", Level.ERROR),
    /** A crash left the beginning of a line, or a file went away under the writer. */
    RECOVERED("audit.recovered", Level.WARN),
    /** Lines that the node has not written, or that were damaged, were set aside. */
    FOREIGN("audit.foreign", Level.ERROR),
    /** The files lack what the store knows. */
    GAP("audit.gap", Level.ERROR),
    /** A file is deleted, by rule. */
    DELETED("audit.deleted", Level.INFO);

    /** The reason of a line that takes back a deletion. */
    public static final String NOT_DELETED = "not_deleted";

    private final String id;
    private final Level level;

    ChainEvent(String id, Level level) {
        this.id = id;
        this.level = level;
    }

    public String id() {
        return id;
    }

    Level level() {
        return level;
    }
}
