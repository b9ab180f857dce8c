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
    /** The end of a file was torn or damaged, and was left behind. */
    RECOVERED("audit.recovered", Level.WARN),
    /** The store knows a later head than the files have. */
    GAP("audit.gap", Level.ERROR),
    /** A file is deleted, because it is too old or one too many. */
    DELETED("audit.deleted", Level.INFO);

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
