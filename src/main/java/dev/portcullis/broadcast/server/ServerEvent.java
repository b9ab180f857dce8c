package dev.portcullis.broadcast.server;

/**
 * An event of the application's server. Its data was judged where it came in.
 *
 * @param event its name
 * @param data one JSON value, which is delivered as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServerEvent(String event, byte[] data, boolean stored) {
    /** Never the data (CWE-532). */
    @Override
    public String toString() {
        return "ServerEvent[" + event + "]";
    }
}
