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
 * @param event its name
 * @param data one JSON value, which is delivered as it is
 * @param hash of what the client sent
 * @param key identifies a repetition: the frame's id, or else the message id
 * @param notAfter when the event must not be appended any more
 * @param permit of it
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

    /** The body of its entry. */
    public byte[] body(long now) {
        return new DeliveredEvent(target, from.userId(), event, data, now).body(messageId);
    }

    /** Never the data (CWE-532). */
    @Override
    public String toString() {
        return "EventRequest[" + from.userId() + ", " + target + ", " + event + ", " + messageId + "]";
    }
}
