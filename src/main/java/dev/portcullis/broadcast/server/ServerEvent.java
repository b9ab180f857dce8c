package dev.portcullis.broadcast.server;

/**
 * An event of the application's server. Its data was judged where it came in.
 *
 * @param event the event's name
 * @param data the event's data, one JSON value, which is delivered unchanged
 * @param hash the hash of the server's input, by which a repetition is recognized
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServerEvent(String event, byte[] data, byte[] hash, boolean stored) {
    /** Leaves out the data (CWE-532). */
    @Override
    public String toString() {
        return "ServerEvent[" + event + "]";
    }
}
