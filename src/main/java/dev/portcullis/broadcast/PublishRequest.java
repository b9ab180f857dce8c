package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;

/**
 * Asks for a publication. It is complete before the first attempt, so that every attempt publishes the same.
 *
 * @param messageId the id of the entry, under which it is acknowledged
 * @param key identifies a repetition: the frame's id; a random id without one
 * @param notAfter the time after which the entry must not be appended any more
 */
public record PublishRequest(
        Sender from, Publication publication, String messageId, String key, long notAfter, Permit permit) {

    /** The same request, for another attempt. */
    PublishRequest until(long end, Permit current) {
        return new PublishRequest(from, publication, messageId, key, Math.min(notAfter, end), current);
    }

    /** Questions about one room or user go to one instance. */
    int shard() {
        return publication
                .to()
                .map(target -> target.fold(Object::hashCode, Object::hashCode))
                .orElseGet(() -> from.userId().hashCode());
    }

    IdempotencyKey idempotencyKey() {
        return new IdempotencyKey(from.userId(), publication.keyType(), key, hash(), messageId);
    }

    /** The name beside a message of the application's server is a part of its call; the name of a user comes from their token. */
    private byte[] hash() {
        return from.userId().equals(UserId.SYSTEM)
                ? new BodyHash()
                        .add(publication.hash())
                        .add(from.username().orElse(""))
                        .end()
                : publication.hash();
    }

    /** The id by which the message is found again, and the author who may amend it. */
    Message message() {
        return new Message(messageId, from.userId());
    }

    @Override
    public String toString() {
        return "PublishRequest[" + from.userId() + ", " + publication + ", " + messageId + "]";
    }
}
