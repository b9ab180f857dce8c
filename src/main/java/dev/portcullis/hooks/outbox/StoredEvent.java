package dev.portcullis.hooks.outbox;

/**
 * An event of an outbox.
 *
 * @param time by the store's clock
 * @param json the whole, as it is delivered
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(String type, String key, String id, long time, byte[] json) {
    /** Whether a user wrote what it holds; that one came or left breaks no application. */
    public boolean isWritten() {
        return type.startsWith("message.") || type.startsWith("event.");
    }

    @Override
    public String toString() {
        return "StoredEvent[" + type + ", " + id + "]"; // it may hold a message (CWE-532)
    }
}
