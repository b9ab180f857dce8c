package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * What is to be appended, complete before the first attempt, so that a second attempt is the same.
 *
 * @param author whose bar refuses it; empty for the server's own entries
 * @param notAfter store time in milliseconds after which it must not be appended any more
 * @param bars who may neither write, join nor read from this entry on, in the same step
 * @param mostBars how many the stream may bar at a time
 */
@SuppressWarnings("ArrayRecordComponent")
public record AppendRequest(
        StreamName stream,
        Retention retention,
        long timestamp,
        byte[] body,
        Optional<UserId> author,
        Optional<IdempotencyKey> idempotencyKey,
        long notAfter,
        Optional<UserId> bars,
        int mostBars) {

    /** One that bars nobody, or in a stream that may bar any number. */
    public AppendRequest(
            StreamName stream,
            Retention retention,
            long timestamp,
            byte[] body,
            Optional<UserId> author,
            Optional<IdempotencyKey> idempotencyKey,
            long notAfter,
            Optional<UserId> bars) {
        this(stream, retention, timestamp, body, author, idempotencyKey, notAfter, bars, Integer.MAX_VALUE);
    }

    /** One that bars nobody. */
    public AppendRequest(
            StreamName stream,
            Retention retention,
            long timestamp,
            byte[] body,
            Optional<UserId> author,
            Optional<IdempotencyKey> idempotencyKey,
            long notAfter) {
        this(stream, retention, timestamp, body, author, idempotencyKey, notAfter, Optional.empty());
    }

    /** How much of a stream stays: the newest entries, up to a number and an age. */
    public record Retention(int entries, long ageMs) {}

    /**
     * Makes a repetition harmless: the same user, type and id in the same stream within ten minutes is the same entry.
     *
     * @param messageId what the first attempt was acknowledged with
     * @param bodyHash of the input, so that another body under a used id is noticed
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record IdempotencyKey(UserId user, String type, String id, byte[] bodyHash, String messageId) {}
}
