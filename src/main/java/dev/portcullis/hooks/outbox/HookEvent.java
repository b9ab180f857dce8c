package dev.portcullis.hooks.outbox;

/**
 * An event, before it has its place in an outbox.
 *
 * @param key events of one key are delivered in order: {@code user:…} or {@code room:…}
 * @param id the id of the event, by which repeats are known
 * @param data the members of a JSON object and its closing brace; an entry's position is put in front
 */
@SuppressWarnings("ArrayRecordComponent")
public record HookEvent(HookType type, String key, String id, byte[] data) {
    @Override
    public String toString() {
        return "HookEvent[" + type + ", " + id + "]"; // data may be a message (CWE-532)
    }
}
