package dev.portcullis.broadcast.server;

/**
 * An event of the application's server. Its data was judged where it came in.
 *
 * @param event its name
 * @param data one JSON value, which is delivered as it is
 * @param hash of what the server sent, by which a repetition is known
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServerEvent(String event, byte[] data, byte[] hash, boolean stored) {
    /** Never the data (CWE-532). */
    @Override
    public String toString() {
        return "ServerEvent[" + event + "]";
    }
}
