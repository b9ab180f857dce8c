package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.BodyHash;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * A message to one user, complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id; the message id without one
 * @param notAfter the time after which the message must not be appended any more
 */
public record DirectRequest(
        Sender from,
        UserId recipient,
        String content,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String messageId,
        String key,
        long notAfter)
        implements Publication {

    @Override
    public String keyType() {
        return FrameType.CHAT_MESSAGE.id();
    }

    @Override
    public byte[] hash() {
        return BodyHash.of(content, replyTo, attachments);
    }

    /** Leaves out the text (CWE-532). */
    @Override
    public String toString() {
        return "DirectRequest[" + from.userId() + ", " + recipient + ", " + messageId + "]";
    }
}
