package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * An append, complete before the first attempt, so that a second attempt is the same.
 *
 * @param author the user whose bar refuses the append; empty for the server's own entries
 * @param notAfter the store time in milliseconds after which nothing must be appended
 * @param bars the user who may neither write, join nor read from this entry on, barred in the same atomic step
 * @param mostBars the most users that the stream may bar at a time; with 0 the entry only ends subscriptions, and bars none
 * @param message the id and author that make the entry a message, which can be amended
 * @param backlog the sender's backlog, in an append to another user's inbox; such an append has a key, and is a message or amends
 * one
 * @param leaver the user who leaves the room with the entry, by themselves. A user who is no member by the permit, and has left
 * within the time for which idempotency keys are kept, gets the outcome of that leave: they did not hear that it was done, and
 * ask again
 * @param permit the permit that the append rests on, and whose rows are written with it
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
        int mostBars,
        Optional<Message> message,
        Optional<Backlog> backlog,
        Optional<UserId> leaver,
        Permit permit) {

    public AppendRequest {
        if (backlog.isPresent() && idempotencyKey.isEmpty()) {
            throw new IllegalArgumentException("an append that counts in a backlog has a key");
        }
    }

    /** Makes an append of an entry that can't be amended. */
    public AppendRequest(
            StreamName stream,
            Retention retention,
            long timestamp,
            byte[] body,
            Optional<UserId> author,
            Optional<IdempotencyKey> idempotencyKey,
            long notAfter,
            Optional<UserId> bars,
            int mostBars) {
        this(
                stream,
                retention,
                timestamp,
                body,
                author,
                idempotencyKey,
                notAfter,
                bars,
                mostBars,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Permit.UNCONDITIONAL);
    }

    /** Makes an append to a stream whose number of bars has no limit. */
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

    /** Makes an append that bars no user. */
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

    /** The user whom the store bars. */
    public Optional<UserId> barred() {
        return bars.filter(any -> mostBars > 0);
    }

    /** Whether the entry only ends subscriptions, either of a user who left or of all users. */
    public boolean detaches() {
        return bars.isPresent() && mostBars == 0;
    }

    /** The same append, whose entry is this message. */
    public AppendRequest carrying(Message of) {
        return with(body, idempotencyKey, notAfter, Optional.of(of), backlog, leaver, permit);
    }

    /** The same append, whose entry counts in this backlog. */
    public AppendRequest in(Backlog of) {
        return with(body, idempotencyKey, notAfter, message, Optional.of(of), leaver, permit);
    }

    /** The same append, with which this user leaves the room. */
    public AppendRequest leaving(UserId user) {
        return with(body, idempotencyKey, notAfter, message, backlog, Optional.of(user), permit);
    }

    /** The same append, under this permit. */
    public AppendRequest permittedBy(Permit of) {
        return with(body, idempotencyKey, notAfter, message, backlog, leaver, of);
    }

    /** The same append under this key. */
    public AppendRequest under(IdempotencyKey key) {
        return with(body, Optional.of(key), notAfter, message, backlog, leaver, permit);
    }

    /** The same append with an earlier deadline. */
    public AppendRequest notLaterThan(long end) {
        return with(body, idempotencyKey, Math.min(notAfter, end), message, backlog, leaver, permit);
    }

    /** The same append with another body. */
    public AppendRequest saying(byte[] other) {
        return with(other, idempotencyKey, notAfter, message, backlog, leaver, permit);
    }

    private AppendRequest with(
            byte[] saying,
            Optional<IdempotencyKey> under,
            long until,
            Optional<Message> carrying,
            Optional<Backlog> in,
            Optional<UserId> leaving,
            Permit permitted) {
        return new AppendRequest(
                stream, retention, timestamp, saying, author, under, until, bars, mostBars, carrying, in, leaving,
                permitted);
    }

    /** The id of a message, and its author, whether or not bars apply to them. */
    public record Message(String id, UserId author) {}

    /**
     * The entries of one sender in another user's inbox that no device of that user has acknowledged: messages and amendments,
     * since each of them takes a place there.
     *
     * @param most the most messages and edits, and the most deletions
     */
    public record Backlog(UserId sender, int most) {}

    /** The part of a stream that is kept: the newest entries, up to a number and an age. */
    public record Retention(int entries, long ageMs) {}

    /**
     * Makes a retry harmless: the same user, type and id in the same stream within ten minutes is the same entry.
     *
     * @param bodyHash the hash of the input, so that another body under a used id is a conflict
     * @param messageId the id under which the first attempt is acknowledged
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record IdempotencyKey(UserId user, String type, String id, byte[] bodyHash, String messageId) {}
}
