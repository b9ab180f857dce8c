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
    static final Question<DisownArchived, ArchivedDisowned> DISOWN_ARCHIVED = Question.about(
            Stage.BROADCAST, "disown_archived", DisownArchived.class, ArchivedDisowned.class, DisownArchived::author);
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
     * Entries that were changed or removed.
     *
     * @param archived those of the archive, which has many of the others too
     */
    public record Touched(long entries, long archived) {}

    /**
     * Removes the user's name from everything that they wrote to rooms and to others' inboxes. The own inbox must still be there:
     * it names the users whom they wrote to. Entries that are on their way to the archive come last: it is told then whom to take
     * out of them.
     *
     * @param ofTexts whether what they wrote goes too
     */
    public Future<Touched> disown(UserId author, boolean ofTexts) {
        return disown(author, ofTexts, "", 0)
                .compose(count -> disownInboxes(author, ofTexts, Optional.empty(), count))
                .compose(entries -> disownArchived(author, ofTexts, 0).map(archived -> new Touched(entries, archived)));
    }

    private Future<Long> disown(UserId author, boolean ofTexts, String from, long before) {
        return bus.askLong(DISOWN, new Disown(author, from, notAfter(), ofTexts))
                .compose(part -> {
                    long count = before + part.entries();
                    return part.next().isEmpty()
                            ? Future.succeededFuture(count)
                            : disown(author, ofTexts, part.next(), count);
                });
    }

    private Future<Long> disownInboxes(UserId author, boolean ofTexts, Optional<UserId> after, long before) {
        return bus.askLong(DISOWN_INBOXES, new DisownInboxes(author, after, notAfter(), ofTexts))
                .compose(part -> {
                    long count = before + part.entries();
                    return part.last().isEmpty()
                            ? Future.succeededFuture(count)
                            : disownInboxes(author, ofTexts, part.last(), count);
                });
    }

    private Future<Long> disownArchived(UserId author, boolean ofTexts, long before) {
        return bus.askLong(DISOWN_ARCHIVED, new DisownArchived(author, notAfter(), ofTexts))
                .compose(part -> part.entries() == 0
                        ? Future.succeededFuture(before)
                        : disownArchived(author, ofTexts, before + part.entries()));
    }

    /** Deletes the inbox, with the block list. */
    public Future<Touched> clear(UserId owner) {
        return bus.askLong(CLEAR, new ClearInbox(owner, notAfter()))
                .map(cleared -> new Touched(cleared.entries(), cleared.archived()));
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
    record Disown(UserId author, String from, long notAfter, boolean ofTexts) {}

    /** @param next the place where the next request begins; empty at the end */
    record Disowned(String next, long entries) {}

    /**
     * Disowns the user's entries in the inboxes of some users with whom they have a conversation in their own inbox.
     *
     * @param after the user behind whom to begin: empty at first, then the {@code last} of the reply before
     */
    record DisownInboxes(UserId author, Optional<UserId> after, long notAfter, boolean ofTexts) {}

    /** @param last the last user whose inbox was changed; empty at the end */
    record InboxesDisowned(Optional<UserId> last, long entries) {}

    /** Disowns some of the user's entries in the archive. */
    record DisownArchived(UserId author, long notAfter, boolean ofTexts) {}

    /** @param entries how many were changed; 0 at the end */
    record ArchivedDisowned(long entries) {}

    record ClearInbox(UserId owner, long notAfter) {}

    record InboxCleared(long entries, long archived) {}

    record ReadInbox(UserId owner, long after) {}

    record ReadBlocks(UserId owner, Optional<UserId> after) {}

    record Blocks(List<UserId> users, boolean more) {}
}
