package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Duplicate;
import dev.portcullis.streams.AppendResult.Placed;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.AppendResult.Stored;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An append to two streams under one key: a direct message goes to its recipient's inbox, then to its sender's own.
 *
 * @param append the append to the recipient's stream, with a key; the author's bar there refuses both
 * @param own the sender's own stream; for a message to oneself it is the recipient's too, and gets one entry
 */
public record PairedAppend(AppendRequest append, StreamName own) {
    /** The prefix of the second append's key. A client's id contains no space, so no client can choose such a key. */
    private static final String OWN = "own ";

    public PairedAppend {
        if (append.idempotencyKey().isEmpty() || append.ending().isPresent()) {
            throw new IllegalArgumentException("a paired append has a key and bars no user");
        }
    }

    /** Whether the entry is the sender's own copy of a message to another user. */
    public static boolean isCopy(AppendRequest append) {
        return append.idempotencyKey().filter(key -> key.id().startsWith(OWN)).isPresent();
    }

    /** Whether no second append follows the first. */
    public boolean endsWith(AppendResult first) {
        return first instanceof Refusal || append.stream().equals(own);
    }

    /**
     * The entry of the recipient's stream that the second append repeats; empty if this attempt appended it, or if the recipient
     * blocks the sender. An earlier attempt may have had another message id, another time, or the text that a moderation service
     * put in place of the author's.
     */
    public Optional<Position> earlierEntry(AppendResult first) {
        return first instanceof Duplicate earlier && earlier.position().seq() > 0
                ? Optional.of(earlier.position())
                : Optional.empty();
    }

    /**
     * The append to the sender's own stream. Its key is made of the message's id, which only the recipient's stream decides. So
     * the key is known exactly if that message is in the own stream, the append never conflicts, and a client may use one id for
     * several recipients.
     *
     * @param earlier the entry at {@link #earlierEntry}, if it was read; where it is no longer kept, this attempt's entry is
     * appended, under the id that is acknowledged
     */
    public AppendRequest second(AppendResult first, Optional<StreamEntry> earlier) {
        Optional<StreamEntry> repeated =
                earlier.filter(entry -> earlierEntry(first).equals(Optional.of(entry.position())));
        IdempotencyKey key = key();
        String messageId = messageId(first);
        AppendRequest second = new AppendRequest(
                own,
                append.window(),
                repeated.map(StreamEntry::timestamp).orElse(append.timestamp()),
                repeated.map(StreamEntry::body).orElseGet(() -> renamed(append.body(), key.messageId(), messageId)),
                Optional.empty(), // a bar decides who writes to the recipient, not who keeps a copy
                Optional.of(new IdempotencyKey(key.user(), key.type(), OWN + messageId, key.bodyHash(), messageId)),
                append.notAfter());
        AppendRequest ending = append.expiresAt()
                .map(at -> second.expiring(at - append.timestamp() + second.timestamp()))
                .orElse(second);
        return append.message()
                .map(message -> ending.carrying(new Message(messageId, message.author())))
                .orElse(ending);
    }

    /** @param second the outcome of the second append; that of the first where none followed */
    public PairedResult result(AppendResult first, AppendResult second) {
        if (first instanceof Refusal refusal) {
            return new PairedResult.Refused(refusal);
        }
        Position recipients = ((Placed) first).position();
        List<StreamEntry> stored = Stream.of(first, second)
                .distinct()
                .flatMap(outcome -> outcome instanceof Stored newly ? Stream.of(newly.entry()) : Stream.empty())
                .toList();
        return second instanceof Placed own
                ? new PairedResult.Complete(messageId(first), recipients, own.position(), stored)
                : new PairedResult.Sent(messageId(first), recipients, stored);
    }

    private String messageId(AppendResult first) {
        return first instanceof Duplicate earlier ? earlier.messageId() : key().messageId();
    }

    /** Replaces a message's id in its body. The id is random, so the body contains it only where it names the message. */
    private static byte[] renamed(byte[] body, String id, String by) {
        return id.equals(by)
                ? body
                : new String(body, StandardCharsets.UTF_8).replace(id, by).getBytes(StandardCharsets.UTF_8);
    }

    private IdempotencyKey key() {
        return append.idempotencyKey().orElseThrow();
    }
}
