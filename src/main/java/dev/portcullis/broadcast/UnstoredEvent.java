package dev.portcullis.broadcast;

import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.DeliveredEvent;

/**
 * An event of the application that is not stored: those who are connected get it, and none later.
 *
 * @param event its name
 * @param data one JSON value, which is delivered as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UnstoredEvent(Sender from, Target target, String event, byte[] data) {

    /** The frame as its readers receive it. */
    public byte[] frame(long now) {
        return new DeliveredEvent(target, from.userId(), event, data, now).unstored();
    }

    /** Never the data (CWE-532). */
    @Override
    public String toString() {
        return "UnstoredEvent[" + from.userId() + ", " + target + ", " + event + "]";
    }
}
