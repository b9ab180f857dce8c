package dev.portcullis.broadcast.notification;

import dev.portcullis.protocol.Sender;

/**
 * A notification for every open session. Complete before the first attempt, so that every attempt sends the same request.
 *
 * @param messageId the id under which it is acknowledged
 * @param key identifies a repetition: the frame's id, or else the message id
 * @param notAfter when it must not be appended any more
 */
public record NotificationRequest(Sender from, String content, String messageId, String key, long notAfter) {

    public NotificationRequest notLaterThan(long fence) {
        return new NotificationRequest(from, content, messageId, key, Math.min(notAfter, fence));
    }

    /** Never the text. */
    @Override
    public String toString() {
        return "NotificationRequest[" + from.userId() + ", " + messageId + "]";
    }
}
