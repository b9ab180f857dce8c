package dev.portcullis.store;

import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * @param path the embedded store's folder; without one a temporary folder is used and deleted at the end
 * @param waiting steps that may wait for the store; more fail at once
 */
public record StoreConfig(Kind kind, Optional<String> path, boolean fsync, int waiting) {

    /** Which engine. */
    public enum Kind {
        EMBEDDED
    }

    public static StoreConfig read(Section store) {
        return new StoreConfig(
                store.choice("kind", Kind.EMBEDDED, "where what must last is kept"),
                store.optionalText(
                        "path", "folder of the embedded store; without it a temporary one, deleted at the end"),
                store.flag("fsync", true, "whether an ack waits until the disk has it"),
                store.integer(
                        "waiting", 20_000, 16, 1_000_000, "steps that may wait for the store; more fail at once"));
    }
}
