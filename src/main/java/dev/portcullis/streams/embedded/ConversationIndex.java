package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * The entries of each conversation of an inbox, in their order, so that one is read without the entries of others: messages,
 * amendments, and the gaps that those of the other user left. The same rules are in conversation_entry.lua.
 */
final class ConversationIndex {
    private static final byte[] MESSAGE = {};
    private static final byte[] OTHER = {1};

    private final Table table;

    ConversationIndex(EmbeddedStore store) {
        this.table = store.table("streams.conversation_index");
    }

    void add(Batch batch, EntryRow row) {
        boolean isMessage = row.state() != EntryState.AMENDMENT && !row.isGap();
        of(row).ifPresent(of -> batch.put(table, key(of, seq(row)), isMessage ? MESSAGE : OTHER));
    }

    void remove(Batch batch, EntryRow row) {
        of(row).ifPresent(of -> batch.delete(table, key(of, seq(row))));
    }

    /** Visits the seqs of a read, of one {@code BEFORE} only those of messages, until the visitor returns false. */
    void scan(Reader reader, Read read, LongPredicate visitor) {
        DirectConversation of = read.of();
        if (read.order() == Order.AFTER) {
            reader.scan(table, key(of, read.seq() + 1), end(of), (key, value) -> visitor.test(RowKeys.seqOf(key)));
        } else {
            reader.scanBack(
                    table,
                    key(of, 0),
                    key(of, read.seq()),
                    (key, value) -> value.length != MESSAGE.length || visitor.test(RowKeys.seqOf(key)));
        }
    }

    /** What is left of a trimmed entry names only who sent it. */
    private static Optional<DirectConversation> of(EntryRow row) {
        return row.isGap()
                ? row.message()
                        .map(message ->
                                new DirectConversation(row.entry().stream().inboxOwner(), message.author()))
                        .filter(of -> !of.owner().equals(of.other()))
                : DirectConversation.of(row.entry());
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }

    private static byte[] key(DirectConversation of, long seq) {
        return RowKeys.ofUsersEntry(of.inbox(), of.other(), seq);
    }

    /** Keys are compared as bytes without a sign, and no seq is negative. */
    private static byte[] end(DirectConversation of) {
        return key(of, -1);
    }
}
