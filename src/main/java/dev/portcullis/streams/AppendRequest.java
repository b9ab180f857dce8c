package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * An append, complete before the first attempt, so that a second attempt is the same.
 *
 * @param author the user whose bar refuses the append; empty for the server's own entries
 * @param notAfter the store time in milliseconds after which nothing must be appended
 * @param ending the subscriptions that end wherever the entry is delivered
 * @param message the id and author that make the entry a message, which can be amended
 * @param backlog the sender's backlog, in an append to another user's inbox; such an append has a key, and is a message or amends
 * one
 * @param permit the permit that the append rests on, and whose rows are written with it
 * @param change the change of an earlier message, in the append of an amendment
 * @param expiresAt the store time at which the message ends; empty if it stays
 */
@SuppressWarnings("ArrayRecordComponent")
public record AppendRequest(
        StreamName stream,
        StreamWindow window,
        long timestamp,
        byte[] body,
        Optional<UserId> author,
        Optional<IdempotencyKey> idempotencyKey,
        long notAfter,
        Optional<Ending> ending,
        Optional<Message> message,
        Optional<Backlog> backlog,
        Permit permit,
        Optional<MessageChange> change,
        Optional<Long> expiresAt) {

    public AppendRequest {
        if (backlog.isPresent() && idempotencyKey.isEmpty()) {
            throw new IllegalArgumentException("an append that counts in a backlog has a key");
        }
    }

    /** Makes the append of an entry that ends nothing, and can't be amended. */
    public AppendRequest(
            StreamName stream,
            StreamWindow window,
            long timestamp,
            byte[] body,
            Optional<UserId> author,
            Optional<IdempotencyKey> idempotencyKey,
            long notAfter) {
        this(
                stream,
                window,
                timestamp,
                body,
                author,
                idempotencyKey,
                notAfter,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Permit.UNCONDITIONAL,
                Optional.empty(),
                Optional.empty());
    }

    /** The user whose subscriptions end. */
    public Optional<UserId> ended() {
        return ending.map(Ending::user);
    }

    /** The user whom the store bars. */
    public Optional<UserId> barred() {
        return ending.filter(end -> end.mostBars() > 0).map(Ending::user);
    }

    /** The most users that the stream may bar; 0 if the entry only ends subscriptions. */
    public int mostBars() {
        return ending.map(Ending::mostBars).orElse(Integer.MAX_VALUE);
    }

    /** The user who leaves. */
    public Optional<UserId> leaver() {
        return ending.filter(Ending::leaves).map(Ending::user);
    }

    /** Whether the entry only ends subscriptions, either of a user who left or of all users. */
    public boolean detaches() {
        return ending.filter(end -> end.mostBars() == 0).isPresent();
    }

    /** The state with which the entry is stored. */
    public EntryState state() {
        if (message.isEmpty()) {
            return EntryState.PLAIN;
        }
        return change.isPresent() ? EntryState.AMENDMENT : EntryState.MESSAGE;
    }

    /** Whether the entry deletes a message. */
    public boolean deletes() {
        return change.filter(each -> each.becomes() == EntryState.DELETED).isPresent();
    }

    /** The same append, whose entry changes an earlier message. */
    AppendRequest changing(MessageChange of) {
        return with(body, idempotencyKey, notAfter, ending, message, backlog, permit, Optional.of(of), expiresAt);
    }

    /** The same append, whose entry is this message. */
    public AppendRequest carrying(Message of) {
        return with(body, idempotencyKey, notAfter, ending, Optional.of(of), backlog, permit, change, expiresAt);
    }

    /** The same append, whose message ends at this store time. */
    public AppendRequest expiring(long at) {
        return with(body, idempotencyKey, notAfter, ending, message, backlog, permit, change, Optional.of(at));
    }

    /** The same append, whose entry counts in this backlog. */
    public AppendRequest in(Backlog of) {
        return with(body, idempotencyKey, notAfter, ending, message, Optional.of(of), permit, change, expiresAt);
    }

    /**
     * The same append, which bars a user in the same step: they may neither write, join nor read from its entry on.
     *
     * @param most the most users that the stream may bar at a time
     */
    public AppendRequest barring(UserId user, int most) {
        return ending(new Ending(user, most, false));
    }

    /** The same append, with which this user leaves the room. */
    public AppendRequest leaving(UserId user) {
        return ending(new Ending(user, 0, true));
    }

    /** The same append, which ends the subscriptions of a user, or of {@link StreamEntry#ALL_USERS}, and bars none. */
    public AppendRequest detaching(UserId user) {
        return ending(new Ending(user, 0, false));
    }

    private AppendRequest ending(Ending how) {
        return with(body, idempotencyKey, notAfter, Optional.of(how), message, backlog, permit, change, expiresAt);
    }

    /** The same append, under this permit. */
    public AppendRequest permittedBy(Permit of) {
        return with(body, idempotencyKey, notAfter, ending, message, backlog, of, change, expiresAt);
    }

    /** The same append under this key. */
    public AppendRequest under(IdempotencyKey key) {
        return with(body, Optional.of(key), notAfter, ending, message, backlog, permit, change, expiresAt);
    }

    /** The same append with an earlier deadline. */
    public AppendRequest notLaterThan(long end) {
        return until(Math.min(notAfter, end));
    }

    /** The same append with another deadline. */
    public AppendRequest until(long end) {
        return with(body, idempotencyKey, end, ending, message, backlog, permit, change, expiresAt);
    }

    /** The same append with another body. */
    public AppendRequest saying(byte[] other) {
        return with(other, idempotencyKey, notAfter, ending, message, backlog, permit, change, expiresAt);
    }

    private AppendRequest with(
            byte[] saying,
            Optional<IdempotencyKey> under,
            long end,
            Optional<Ending> ends,
            Optional<Message> carrying,
            Optional<Backlog> in,
            Permit permitted,
            Optional<MessageChange> changing,
            Optional<Long> expires) {
        return new AppendRequest(
                stream, window, timestamp, saying, author, under, end, ends, carrying, in, permitted, changing,
                expires);
    }

    /**
     * The end of subscriptions wherever an entry is delivered.
     *
     * @param user the user whose subscriptions end, or {@link StreamEntry#ALL_USERS}
     * @param mostBars the most users that the stream may bar at a time; 0 if the entry bars none
     * @param leaves whether the user leaves the room by themselves. A user who is no member by the permit, and has left within the
     * time for which idempotency keys are kept, gets the outcome of that leave: they did not hear that it was done, and ask again
     */
    public record Ending(UserId user, int mostBars, boolean leaves) {}

    /** The id of a message, and its author, whether or not bars apply to them. */
    public record Message(String id, UserId author) {}

    /**
     * The entries of one sender in another user's inbox that no device of that user has acknowledged: messages and amendments,
     * since each of them takes a place there. Where the {@link BlockList} has a row of the sender, an entry counts and is known
     * under its key, but it is not stored.
     *
     * @param most the most messages and edits, and the most deletions
     */
    public record Backlog(UserId sender, int most) {}

    /**
     * Makes a retry harmless: the same user, type and id in the same stream within ten minutes is the same entry.
     *
     * @param bodyHash the hash of the input, so that another body under a used id is a conflict
     * @param messageId the id under which the first attempt is acknowledged
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record IdempotencyKey(UserId user, String type, String id, byte[] bodyHash, String messageId) {}
}
