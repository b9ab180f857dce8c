package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Sender;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;

/** A new entry of a room, or of two inboxes, as a user publishes it: complete before the first attempt. */
public interface Publication {
    Sender from();

    String messageId();

    /** Identifies a repetition: the frame's id; the message id without one. */
    String key();

    /** The time after which the entry must not be appended any more. */
    long notAfter();

    /** The sort of the key: a frame of another sort may have the same id. */
    String keyType();

    /** The hash of the client's input, so that another input under a used key is a conflict. */
    byte[] hash();

    default Permit permit() {
        return Permit.UNCONDITIONAL;
    }

    default IdempotencyKey idempotencyKey() {
        return new IdempotencyKey(from().userId(), keyType(), key(), hash(), messageId());
    }

    /** The id by which the message is found again, and the author who may amend it. */
    default Message message() {
        return new Message(messageId(), from().userId());
    }
}
