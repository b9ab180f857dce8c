package dev.portcullis.broadcast.user;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The client of this part of the stage. Its futures fail only with a {@code BusFailure}; then a part may be done. */
public final class UserStreams {
    static final Question<Disown, Disowned> DISOWN =
            Question.about(Stage.BROADCAST, "disown", Disown.class, Disowned.class, Disown::author);
    static final Question<DisownInboxes, InboxesDisowned> DISOWN_INBOXES = Question.about(
            Stage.BROADCAST, "disown_inboxes", DisownInboxes.class, InboxesDisowned.class, DisownInboxes::author);
    static final Question<ClearInbox, InboxCleared> CLEAR =
            Question.about(Stage.BROADCAST, "clear_inbox", ClearInbox.class, InboxCleared.class, ClearInbox::owner);
    static final Question<ReadInbox, Slice> READ =
            Question.about(Stage.BROADCAST, "read_inbox", ReadInbox.class, Slice.class, ReadInbox::owner);
    static final Question<ReadBlocks, Blocks> BLOCKS =
            Question.about(Stage.BROADCAST, "blocks_of", ReadBlocks.class, Blocks.class, ReadBlocks::owner);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public UserStreams(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /**
     * Removes the user's name from everything that they wrote to rooms and to others' inboxes. The own inbox must still be there:
     * it names the users whom they wrote to.
     */
    public Future<Void> disown(UserId author) {
        return disown(author, "").compose(any -> disownInboxes(author, Optional.empty()));
    }

    private Future<Void> disown(UserId author, String from) {
        return bus.askLong(DISOWN, new Disown(author, from, notAfter()))
                .compose(part -> part.next().isEmpty() ? Future.succeededFuture() : disown(author, part.next()));
    }

    private Future<Void> disownInboxes(UserId author, Optional<UserId> after) {
        return bus.askLong(DISOWN_INBOXES, new DisownInboxes(author, after, notAfter()))
                .compose(part -> part.last().isEmpty() ? Future.succeededFuture() : disownInboxes(author, part.last()));
    }

    /** Deletes the inbox, with the block list. */
    public Future<Void> clear(UserId owner) {
        return bus.askLong(CLEAR, new ClearInbox(owner, notAfter())).mapEmpty();
    }

    public Future<Slice> inbox(UserId owner, long after) {
        return bus.askLong(READ, new ReadInbox(owner, after));
    }

    public Future<List<UserId>> blocks(UserId owner) {
        return blocks(owner, Optional.empty(), new ArrayList<>());
    }

    private Future<List<UserId>> blocks(UserId owner, Optional<UserId> after, List<UserId> found) {
        return bus.askLong(BLOCKS, new ReadBlocks(owner, after)).compose(part -> {
            found.addAll(part.users());
            return part.more()
                    ? blocks(owner, Optional.of(part.users().get(part.users().size() - 1)), found)
                    : Future.succeededFuture(List.copyOf(found));
        });
    }

    private long notAfter() {
        return clock.getAsLong() + bus.longDeadlineMs();
    }

    /**
     * Disowns the user's entries in some streams.
     *
     * @param from the place where to begin: empty at first, then the {@code next} of the reply before
     * @param notAfter the latest time at which it may be done: a stage that stood still must not take a later user's name
     */
    record Disown(UserId author, String from, long notAfter) {}

    /** @param next the place where the next request begins; empty at the end */
    record Disowned(String next) {}

    /**
     * Disowns the user's entries in the inboxes of some users with whom they have a conversation in their own inbox.
     *
     * @param after the user behind whom to begin: empty at first, then the {@code last} of the reply before
     */
    record DisownInboxes(UserId author, Optional<UserId> after, long notAfter) {}

    /** @param last the last user whose inbox was changed; empty at the end */
    record InboxesDisowned(Optional<UserId> last) {}

    record ClearInbox(UserId owner, long notAfter) {}

    record InboxCleared() {}

    record ReadInbox(UserId owner, long after) {}

    record ReadBlocks(UserId owner, Optional<UserId> after) {}

    record Blocks(List<UserId> users, boolean more) {}
}
