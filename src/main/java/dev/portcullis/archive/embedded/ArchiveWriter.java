package dev.portcullis.archive.embedded;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.archive.NamedFiles;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Changes entries in one step, with the rows by which they are found. */
final class ArchiveWriter {
    private final ArchiveTables tables;
    private final Batch batch;
    private final Unindexed.Marks unindexed;
    private long entries;
    private long bytes;

    ArchiveWriter(ArchiveTables tables, Batch batch) {
        this.tables = tables;
        this.batch = batch;
        this.unindexed = tables.unindexed.marks(batch);
    }

    /** Adds an entry in a place that has none. An amendment changes what the archive has of its message. */
    void add(EntryRow row) {
        if (row.state().isMessage()) {
            unindexed.added(row.entry());
        } else {
            changed(row);
        }
        put(row);
        entries++;
        AmendedMessage.idOf(row)
                .ifPresent(id ->
                        batch.put(tables.messages, ArchiveKeys.ofMessage(row.entry().stream(), id, row), new byte[0]));
        conversation(row).ifPresent(key -> putInConversation(key, row));
        settle(row);
    }

    void remove(EntryRow row) {
        byte[] key = key(row);
        changed(row);
        batch.delete(tables.entries, key);
        AmendedMessage.idOf(row)
                .ifPresent(id -> batch.delete(tables.messages, ArchiveKeys.ofMessage(row.entry().stream(), id, row)));
        conversation(row).ifPresent(each -> batch.delete(tables.conversations, each));
        users(row).forEach(each -> batch.delete(tables.users, each));
        entries--;
        bytes -= key.length + row.encode().length;
    }

    /** Marks entries as lost before the archive had them. */
    void addHole(StreamName stream, long first, long last) {
        batch.put(tables.holes, RowKeys.entry(stream, last), ArchiveKeys.number(first));
    }

    /** Stores the totals. It is the last call of a step. */
    void end() {
        unindexed.end();
        if (entries != 0 || bytes != 0) {
            tables.put(batch, tables.totals(batch).plus(entries, bytes));
        }
    }

    /** Gives the message and its amendments the state that an amendment asks for. */
    private void settle(EntryRow amendment) {
        if (amendment.state() == EntryState.AMENDMENT) {
            StreamName stream = amendment.entry().stream();
            AmendedMessage before = related(stream, amendment);
            List<EntryRow> after = before.settled().rows();
            for (int i = 0; i < after.size(); i++) {
                tables.note(batch, NamedFiles.replaced(before.rows().get(i), after.get(i)));
                replace(before.rows().get(i), after.get(i));
            }
        }
    }

    /** What an amendment changes: an edit the message alone, and the deletion of a message changes an edit alone. */
    private AmendedMessage related(StreamName stream, EntryRow amendment) {
        String id = AmendedMessage.idOf(amendment).orElseThrow();
        return Optional.of(amendment)
                .filter(row -> !AmendedMessage.isDeletion(row))
                .flatMap(any -> tables.message(batch, stream, id))
                .map(message -> new AmendedMessage(Optional.of(message), List.of(amendment)))
                .orElseGet(() -> tables.amended(batch, stream, id));
    }

    /** Puts the same entry as it is now in its place. */
    void replace(EntryRow was, EntryRow row) {
        byte[] before = was.encode();
        if (Arrays.equals(before, row.encode())) {
            return;
        }
        bytes -= key(was).length + before.length;
        changed(row);
        users(was).forEach(key -> batch.delete(tables.users, key));
        put(row);
        Optional<byte[]> wasIn = conversation(was);
        Optional<byte[]> isIn = conversation(row);
        wasIn.filter(key -> isIn.filter(other -> Arrays.equals(key, other)).isEmpty())
                .ifPresent(key -> batch.delete(tables.conversations, key));
        isIn.ifPresent(key -> putInConversation(key, row));
    }

    /** An amendment, and its end, change what its message says, also where the row of the message named it before. */
    private void changed(EntryRow row) {
        if (!tables.unindexed.isUsed()) {
            return;
        }
        if (row.state().isMessage()) {
            unindexed.changed(row.entry());
        } else if (row.state() == EntryState.AMENDMENT) {
            AmendedMessage.idOf(row)
                    .flatMap(id -> tables.message(batch, row.entry().stream(), id))
                    .ifPresent(message -> unindexed.changed(message.entry()));
        }
    }

    private void put(EntryRow row) {
        byte[] key = key(row);
        byte[] value = row.encode();
        batch.put(tables.entries, key, value);
        users(row).forEach(each -> batch.put(tables.users, each, new byte[0]));
        bytes += key.length + value.length;
    }

    private void putInConversation(byte[] key, EntryRow row) {
        batch.put(tables.conversations, key, Conversations.kind(row.state()).getBytes(StandardCharsets.US_ASCII));
    }

    /** The keys under those users who may be deleted one day. */
    private static List<byte[]> users(EntryRow row) {
        return AuthorChange.named(row).stream()
                .filter(user -> !UserId.isReserved(user.value()))
                .map(user -> ArchiveKeys.ofUser(
                        user, row.entry().stream(), row.entry().position().seq()))
                .toList();
    }

    private static Optional<byte[]> conversation(EntryRow row) {
        StreamName stream = row.entry().stream();
        return stream.isInbox()
                ? row.conversationRow().map(key -> ArchiveKeys.ofConversation(stream, key.key()))
                : Optional.empty();
    }

    private static byte[] key(EntryRow row) {
        return RowKeys.entry(row.entry().stream(), row.entry().position().seq());
    }
}
