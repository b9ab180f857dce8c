package dev.portcullis.bus;

/** Hears what happens on the bus. Called on any thread of the bus, and on those that ask. */
public interface BusEvents {
    BusEvents IGNORED = new BusEvents() {};

    /** A question ended, with an answer or without one. */
    default void completed(Stage stage, long nanos) {}

    /** A question, an answer or a batch of notices went to another node. */
    default void sent(int bytes) {}

    /** A notice was not sent, since too much is under way to that node or it confirms nothing. */
    default void dropped() {}

    /** An instance is no longer asked for a while. */
    default void breakerOpened(Stage stage) {}

    /** Something came from another node that is none of what we say to each other. */
    default void undecodable() {}
}
