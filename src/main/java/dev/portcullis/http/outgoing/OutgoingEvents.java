package dev.portcullis.http.outgoing;

/** Is told the results of outgoing calls, for metrics. Called by all threads. */
public interface OutgoingEvents {
    OutgoingEvents IGNORED = new OutgoingEvents() {};

    /** A call ended, with an answer or without one, this long after it began. */
    default void completed(OutgoingService service, long nanos) {}

    /** A call brought no answer that could be used, or was not made: the service failed, or the bounds of this node. */
    default void failed(OutgoingService service) {}
}
