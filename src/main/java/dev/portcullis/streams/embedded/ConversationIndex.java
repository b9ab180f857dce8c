package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * The entries of each conversation of an inbox, in their order, so that a conversation is read without the entries of others:
 * messages, amendments, and the gaps that entries of the other user left. The same rules are in conversation_entry.lua.
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

    /** Visits the seqs of a read until the visitor returns false. A read {@code BEFORE} visits only those of messages. */
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

    /** The users with whom the inbox's owner has conversations, behind a user, in the order of their ids. */
    List<UserId> others(Reader reader, StreamName inbox, Optional<UserId> after, int most) {
        List<UserId> others = new ArrayList<>();
        Optional<UserId> next = firstBehind(reader, inbox, after);
        while (next.isPresent() && others.size() < most) {
            others.add(next.get());
            next = firstBehind(reader, inbox, next);
        }
        return others;
    }

    private Optional<UserId> firstBehind(Reader reader, StreamName inbox, Optional<UserId> user) {
        List<UserId> first = new ArrayList<>(1);
        byte[] from = user.map(other -> end(inbox, other)).orElse(RowKeys.firstOfUsers(inbox));
        reader.scan(table, from, RowKeys.endOfUsers(inbox), (key, value) -> {
            first.add(RowKeys.userOfEntry(inbox, key));
            return false;
        });
        return first.stream().findFirst();
    }

    /** The conversation of an entry. The gap of a trimmed entry names only its sender. */
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

    /** The key above all of a conversation. Keys are compared as bytes without a sign, and no seq is negative. */
    private static byte[] end(DirectConversation of) {
        return end(of.inbox(), of.other());
    }

    private static byte[] end(StreamName inbox, UserId other) {
        return RowKeys.ofUsersEntry(inbox, other, -1);
    }
}
