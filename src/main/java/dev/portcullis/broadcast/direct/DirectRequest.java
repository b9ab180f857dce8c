package dev.portcullis.broadcast.direct;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * A message to one user, complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id, or else the message id
 * @param notAfter when the message must not be appended any more
 */
public record DirectRequest(
        Sender from,
        UserId recipient,
        String content,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String messageId,
        String key,
        long notAfter) {

    /** Never the text (CWE-532). */
    @Override
    public String toString() {
        return "DirectRequest[" + from.userId() + ", " + recipient + ", " + messageId + "]";
    }
}
