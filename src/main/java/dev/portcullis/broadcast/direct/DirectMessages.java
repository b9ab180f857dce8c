package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.InboxStore.Delivery;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The stage client for inboxes. A failed future means that the stage or the store failed. */
public final class DirectMessages {
    static final Question<ConversationQuery, HistoryResult> CONVERSATION = Question.about(
            Stage.BROADCAST, "conversation", ConversationQuery.class, HistoryResult.class, ConversationQuery::owner);
    static final Question<Opening, Delivery> OPEN = Question.about(
            Stage.BROADCAST,
            "open_inbox",
            Opening.class,
            Delivery.class,
            opening -> opening.owner().user());
    static final Question<Acknowledgement, Acknowledged> ACKNOWLEDGE = Question.about(
            Stage.BROADCAST,
            "acknowledge",
            Acknowledgement.class,
            Acknowledged.class,
            acknowledgement -> acknowledgement.owner().user());
    static final Question<BlockChange, Blocked> BLOCK =
            Question.about(Stage.BROADCAST, "block", BlockChange.class, Blocked.class, BlockChange::owner);
    static final Question<BlockQuery, Blocked> IS_BLOCKED =
            Question.about(Stage.BROADCAST, "is_blocked", BlockQuery.class, Blocked.class, BlockQuery::owner);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public DirectMessages(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** The messages between the two users, in the inbox of the one who asks. */
    public Future<HistoryResult> conversation(ConversationQuery query, long withinMs) {
        return bus.asking(CONVERSATION).ask(query, Math.max(1, withinMs));
    }

    /**
     * Tells where delivery to the reader begins.
     *
     * @param resume the position that the client already has; it counts as acknowledged
     */
    public Future<Delivery> open(InboxOwner owner, Optional<Position> resume) {
        return bus.ask(OPEN, new Opening(owner, resume));
    }

    /** Moves the reader's position forward, as far as the inbox contains this one. */
    public Future<Void> acknowledge(InboxOwner owner, Position upTo, long withinMs) {
        return bus.asking(ACKNOWLEDGE)
                .ask(new Acknowledgement(owner, upTo), Math.max(1, withinMs))
                .mapEmpty();
    }

    /**
     * Blocks the user, or ends the block. {@code false} if the owner blocks as many others as possible. A stage that stood still
     * does nothing once the answer is overdue: a change that a newer call made meanwhile stays.
     */
    public Future<Boolean> block(UserId owner, UserId user, boolean blocked) {
        return bus.ask(BLOCK, new BlockChange(owner, user, blocked, clock.getAsLong() + bus.deadlineMs()))
                .map(answer -> answer.blocked() == blocked);
    }

    public Future<Boolean> isBlocked(UserId owner, UserId user) {
        return bus.ask(IS_BLOCKED, new BlockQuery(owner, user)).map(Blocked::blocked);
    }

    record Opening(InboxOwner owner, Optional<Position> resume) {}

    record Acknowledgement(InboxOwner owner, Position upTo) {}

    /** The seq up to which the reader has everything. */
    record Acknowledged(long seq) {}

    /**
     * The request of {@link #block}.
     *
     * @param notAfter the latest time, by the store's clock
     */
    record BlockChange(UserId owner, UserId user, boolean blocked, long notAfter) {}

    record BlockQuery(UserId owner, UserId user) {}

    /** Whether the user is blocked now. */
    record Blocked(boolean blocked) {}

    /**
     * A read of the messages between two users, in the inbox of the one who asks: behind {@code after}, or before {@code before}, or
     * the newest.
     */
    public record ConversationQuery(
            UserId owner, UserId other, Optional<Long> before, Optional<Long> after, int limit) {}

    /**
     * The owner of an inbox, as the user of a session who reads it.
     *
     * @param family the login that the session's token comes from; it counts as a device of the user
     */
    public record InboxOwner(UserId user, Optional<String> family) {}
}
