package dev.portcullis.broadcast;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import java.util.List;
import java.util.Optional;

/**
 * A message to a room, complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id; the message id without one
 * @param notAfter the time after which the message must not be appended any more
 * @param permit the permit of the append
 */
public record PublishRequest(
        Sender from,
        RoomId roomId,
        String content,
        Optional<String> replyTo,
        List<Attachment> attachments,
        String messageId,
        String key,
        long notAfter,
        Permit permit)
        implements Publication {
    @Override
    public String keyType() {
        return FrameType.CHAT.id();
    }

    @Override
    public byte[] hash() {
        return BodyHash.of(content, replyTo, attachments);
    }
}
