package dev.portcullis.protocol;

/**
 * An action of a client, as limits, metrics and the log name it: a frame by its type, or by an alias that it was sent under, or
 * a call.
 */
public interface ClientAction {
    /** The name on the wire. */
    String id();
}
