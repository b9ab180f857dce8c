package dev.portcullis.hooks.outbox;

import java.util.Optional;

/**
 * An event, before it has its place in an outbox.
 *
 * @param key events of one key are delivered in order: {@code user:…} or {@code room:…}
 * @param id the id of the event, by which repeats are known
 * @param data the members of a JSON object and its closing brace; an entry's position is put in front
 * @param textUntil the store time from which on the text of its message must not be told any more; empty if it stays
 */
@SuppressWarnings("ArrayRecordComponent")
public record HookEvent(HookType type, String key, String id, byte[] data, Optional<Long> textUntil) {
    /** Makes an event whose text stays, or that has none. */
    public HookEvent(HookType type, String key, String id, byte[] data) {
        this(type, key, id, data, Optional.empty());
    }

    @Override
    public String toString() {
        return "HookEvent[" + type + ", " + id + "]"; // data may be a message (CWE-532)
    }
}
