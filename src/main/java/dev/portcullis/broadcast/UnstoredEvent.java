package dev.portcullis.broadcast;

import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.DeliveredEvent;

/**
 * An event of the application that is not stored: connected users get it, and no user gets it later.
 *
 * @param event the event's name
 * @param data the event's data, one JSON value, which is delivered unchanged
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UnstoredEvent(Sender from, Target target, String event, byte[] data) {

    /** The frame as its readers receive it. */
    public byte[] frame(long now) {
        return new DeliveredEvent(target, from.userId(), event, data, now).unstored();
    }

    /** Leaves out the data (CWE-532). */
    @Override
    public String toString() {
        return "UnstoredEvent[" + from.userId() + ", " + target + ", " + event + "]";
    }
}
