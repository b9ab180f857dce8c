package dev.portcullis.broadcast.notification;

import dev.portcullis.protocol.Sender;

/**
 * A notification for every open session. It is complete before the first attempt, so that every attempt sends the same request.
 *
 * @param messageId the id under which it is acknowledged
 * @param key identifies a repetition: the frame's id; the message id without one
 * @param notAfter the time after which it must not be appended any more
 */
public record NotificationRequest(Sender from, String content, String messageId, String key, long notAfter) {

    public NotificationRequest notLaterThan(long fence) {
        return new NotificationRequest(from, content, messageId, key, Math.min(notAfter, fence));
    }

    /** Leaves out the text. */
    @Override
    public String toString() {
        return "NotificationRequest[" + from.userId() + ", " + messageId + "]";
    }
}
