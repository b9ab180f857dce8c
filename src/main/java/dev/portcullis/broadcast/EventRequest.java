package dev.portcullis.broadcast;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.DeliveredEvent;

/**
 * An event of the application, to a room or to a user, complete before the first attempt, so that every attempt sends the same
 * request. Its data was judged where it came in.
 *
 * @param event the event's name
 * @param data the event's data, one JSON value, which is delivered unchanged
 * @param hash the hash of the client's input
 * @param key identifies a repetition: the frame's id; the message id without one
 * @param notAfter the time after which the event must not be appended any more
 * @param permit the permit of the append
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EventRequest(
        Sender from,
        Target target,
        String event,
        byte[] data,
        byte[] hash,
        String messageId,
        String key,
        long notAfter,
        Permit permit)
        implements Publication {

    public static EventRequest of(
            Sender from, ClientFrame.Event frame, String messageId, long notAfter, Permit permit) {
        return new EventRequest(
                from,
                frame.target(),
                frame.event(),
                frame.data(),
                BodyHash.of(frame.event(), frame.sent()),
                messageId,
                frame.envelope().id().orElse(messageId),
                notAfter,
                permit);
    }

    @Override
    public String keyType() {
        return FrameType.EVENT.id();
    }

    /** The body of the event's entry. */
    public byte[] body(long now) {
        return new DeliveredEvent(target, from.userId(), event, data, now).body(messageId);
    }

    /** Leaves out the data (CWE-532). */
    @Override
    public String toString() {
        return "EventRequest[" + from.userId() + ", " + target + ", " + event + ", " + messageId + "]";
    }
}
