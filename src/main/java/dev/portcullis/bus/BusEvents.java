package dev.portcullis.bus;

/** Listener of the bus. Called on any thread of the bus, and on those that ask. */
public interface BusEvents {
    BusEvents IGNORED = new BusEvents() {};

    /** A question ended, with an answer or without one. */
    default void completed(Stage stage, long nanos) {}

    /** A question, an answer or a batch of notices went to another node. */
    default void sent(int bytes) {}

    /** A notice was not sent: too many bytes to that node are unacknowledged, or it does not acknowledge. */
    default void dropped() {}

    /** The circuit breaker of an instance opened. */
    default void breakerOpened(Stage stage) {}

    /** Received bytes from another node that could not be decoded. */
    default void undecodable() {}
}
