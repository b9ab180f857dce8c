package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.BacklogRow;
import dev.portcullis.streams.record.DeliveryRow;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.InboxShares;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows beside the entries of inboxes. */
final class InboxTables {
    private final Table deliveries;
    private final Table backlogs;
    private final Table blocks;
    private final Table blockCounts;
    private final Table shares;
    final CorrespondentTables correspondents;
    final ConversationIndex conversations;

    InboxTables(EmbeddedStore store) {
        this.deliveries = store.table("streams.deliveries");
        this.backlogs = store.table("streams.backlogs");
        this.blocks = store.table("streams.blocks");
        this.blockCounts = store.table("streams.block_counts");
        this.shares = store.table("streams.shares");
        this.correspondents = new CorrespondentTables(store);
        this.conversations = new ConversationIndex(store);
    }

    DeliveryRow delivery(Batch batch, StreamName inbox) {
        return DeliveryRow.decode(batch.get(deliveries, RowKeys.meta(inbox)));
    }

    void put(Batch batch, StreamName inbox, DeliveryRow delivery) {
        batch.put(deliveries, RowKeys.meta(inbox), delivery.encode());
    }

    /** Begins an inbox again that was forgotten. */
    void restart(Batch batch, StreamName inbox) {
        DeliveryRow former = delivery(batch, inbox);
        if (!former.equals(DeliveryRow.NOTHING)) {
            put(batch, inbox, former.within(0));
        }
        forgetShares(batch, inbox);
    }

    void forgetDelivery(Batch batch, StreamName inbox) {
        batch.delete(deliveries, RowKeys.meta(inbox));
        forgetShares(batch, inbox);
    }

    /** Marks an inbox without entries as delivered: nothing of it is missing, also for a later user of this id. */
    void delivered(Batch batch, StreamName inbox, long head) {
        forgetDelivery(batch, inbox);
        if (head > 0) {
            put(batch, inbox, new DeliveryRow(head, List.of()));
        }
    }

    InboxShares shares(Batch batch, StreamName inbox) {
        return InboxShares.decode(batch.get(shares, RowKeys.meta(inbox)));
    }

    void put(Batch batch, StreamName inbox, InboxShares of) {
        batch.put(shares, RowKeys.meta(inbox), of.encode());
    }

    /** Forgets the shares. They are counted again when they are needed. */
    void forgetShares(Batch batch, StreamName inbox) {
        batch.delete(shares, RowKeys.meta(inbox));
    }

    /** Notes that only a gap is left of an entry. */
    void trimmed(Batch batch, EntryRow before, EntryRow gap, UserId sender) {
        StreamName inbox = before.entry().stream();
        long seq = before.entry().position().seq();
        put(batch, inbox, sender, backlog(batch, inbox, sender).trimmed(seq));
        replaced(batch, before, gap);
    }

    /** Notes that another row replaced one, perhaps of another conversation. */
    void replaced(Batch batch, EntryRow before, EntryRow after) {
        conversations.remove(batch, before);
        conversations.add(batch, after);
    }

    void forgetBacklog(Batch batch, StreamName inbox, UserId sender) {
        batch.delete(backlogs, RowKeys.ofUser(inbox, sender));
    }

    BacklogRow backlog(Batch batch, StreamName inbox, UserId sender) {
        return BacklogRow.decode(batch.get(backlogs, RowKeys.ofUser(inbox, sender)));
    }

    void put(Batch batch, StreamName inbox, UserId sender, BacklogRow backlog) {
        if (backlog.size() == 0) {
            batch.delete(backlogs, RowKeys.ofUser(inbox, sender));
        } else {
            batch.put(backlogs, RowKeys.ofUser(inbox, sender), backlog.encode());
        }
    }

    /**
     * Shortens the backlog of an entry's author, since the entry and all before it are deleted. So each backlog has an entry that
     * is kept, which bounds their number. The entry's conversation loses it too.
     */
    void forget(Batch batch, EntryRow deleted) {
        StreamName inbox = deleted.entry().stream();
        conversations.remove(batch, deleted);
        deleted.message().ifPresent(of -> {
            BacklogRow backlog = backlog(batch, inbox, of.author());
            if (backlog.size() > 0) {
                put(
                        batch,
                        inbox,
                        of.author(),
                        backlog.after(deleted.entry().position().seq(), Long.MIN_VALUE));
            }
        });
    }

    boolean isBlocked(Batch batch, StreamName inbox, UserId user) {
        return batch.get(blocks, RowKeys.ofUser(inbox, user)) != null;
    }

    boolean isBlocked(Reader reader, StreamName inbox, UserId user) {
        return reader.get(blocks, RowKeys.ofUser(inbox, user)) != null;
    }

    boolean block(Batch batch, StreamName inbox, UserId user, int most) {
        if (isBlocked(batch, inbox, user)) {
            return true;
        }
        long count = count(batch, inbox);
        if (count >= most) {
            return false;
        }
        batch.put(blocks, RowKeys.ofUser(inbox, user), new RowWriter(0).end());
        putCount(batch, inbox, count + 1);
        return true;
    }

    void unblock(Batch batch, StreamName inbox, UserId user) {
        if (isBlocked(batch, inbox, user)) {
            batch.delete(blocks, RowKeys.ofUser(inbox, user));
            batch.delete(backlogs, RowKeys.ofUser(inbox, user));
            putCount(batch, inbox, count(batch, inbox) - 1);
        }
    }

    List<UserId> blocked(Reader reader, StreamName inbox, Optional<UserId> after, int limit) {
        List<UserId> users = new ArrayList<>();
        byte[] from =
                after.map(user -> RowKeys.next(RowKeys.ofUser(inbox, user))).orElse(RowKeys.firstOfUsers(inbox));
        reader.scan(blocks, from, RowKeys.endOfUsers(inbox), (key, value) -> {
            users.add(RowKeys.userOf(inbox, key));
            return users.size() < limit;
        });
        return List.copyOf(users);
    }

    private long count(Batch batch, StreamName inbox) {
        return Optional.ofNullable(batch.get(blockCounts, RowKeys.meta(inbox)))
                .map(row -> new RowReader(row).number())
                .orElse(0L);
    }

    private void putCount(Batch batch, StreamName inbox, long count) {
        if (count > 0) {
            batch.put(
                    blockCounts,
                    RowKeys.meta(inbox),
                    new RowWriter(Long.BYTES).number(count).end());
        } else {
            batch.delete(blockCounts, RowKeys.meta(inbox));
        }
    }
}
