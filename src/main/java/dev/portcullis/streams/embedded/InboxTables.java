package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.BacklogRow;
import dev.portcullis.streams.record.DeliveryRow;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.InboxShares;
import dev.portcullis.streams.record.RowKeys;
import java.util.ArrayList;
import java.util.List;

/** The rows beside the entries of inboxes. */
final class InboxTables {
    private final Table deliveries;
    private final Table backlogs;
    private final Table shares;
    final CorrespondentTables correspondents;
    private final EmbeddedRows rows;

    InboxTables(TableSource store, EmbeddedRows rows) {
        this.deliveries = store.table("streams.deliveries");
        this.backlogs = store.table("streams.backlogs");
        this.shares = store.table("streams.shares");
        this.correspondents = new CorrespondentTables(store);
        this.rows = rows;
    }

    DeliveryRow delivery(Reader reader, StreamName inbox) {
        return DeliveryRow.decode(reader.get(deliveries, RowKeys.meta(inbox)));
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
        removeFromConversation(batch, before);
        addToConversation(batch, after);
    }

    void addToConversation(Batch batch, EntryRow row) {
        row.conversationRow()
                .ifPresent(key -> rows.write(
                        batch, row.entry().stream().lane(), WriteSet.of(key, Conversations.kind(row.state()))));
    }

    private void removeFromConversation(Batch batch, EntryRow row) {
        row.conversationRow()
                .ifPresent(key -> rows.write(batch, row.entry().stream().lane(), WriteSet.NONE.remove(key)));
    }

    /**
     * Forgets some backlogs of an inbox, and returns whether there may be more.
     *
     * @param most how many are forgotten at once
     */
    boolean forgetBacklogs(Batch batch, StreamName inbox, int most) {
        List<byte[]> keys = new ArrayList<>();
        batch.scan(backlogs, RowKeys.firstOfUsers(inbox), RowKeys.endOfUsers(inbox), (key, row) -> {
            keys.add(key);
            return keys.size() < most;
        });
        keys.forEach(key -> batch.delete(backlogs, key));
        return keys.size() == most;
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
        removeFromConversation(batch, deleted);
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
}
