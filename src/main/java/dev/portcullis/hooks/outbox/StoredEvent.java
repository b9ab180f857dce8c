package dev.portcullis.hooks.outbox;

/**
 * An event of an outbox.
 *
 * @param time by the store's clock
 * @param json the whole, as it is delivered
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(String type, String key, String id, long time, byte[] json) {
    @Override
    public String toString() {
        return "StoredEvent[" + type + ", " + id + "]"; // it may hold a message (CWE-532)
    }
}
