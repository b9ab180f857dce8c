package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks that the tables of an archive agree: what was removed has left nothing behind, and the totals are those of the rows. */
final class ArchiveTablesCheck {
    private static final byte[] FIRST = {};
    private static final byte[] END = {(byte) 0xFF};

    private ArchiveTablesCheck() {}

    static void check(EmbeddedStore store) {
        ArchiveTables tables = new ArchiveTables(store);
        done(store.read(reader -> {
            check(tables, reader);
            return true;
        }));
    }

    private static void check(ArchiveTables tables, Reader reader) {
        Set<String> messages = new TreeSet<>();
        Set<String> conversations = new TreeSet<>();
        Set<String> users = new TreeSet<>();
        long[] counts = new long[2];
        reader.scan(tables.entries, FIRST, END, (key, value) -> {
            EntryRow row = EntryRow.decode(streamOf(key), RowKeys.seqOf(key), value);
            StreamName stream = row.entry().stream();
            counts[0]++;
            counts[1] += key.length + value.length;
            AmendedMessage.idOf(row).ifPresent(id -> messages.add(hex(ArchiveKeys.ofMessage(stream, id, row))));
            if (stream.isInbox()) {
                row.conversationRow()
                        .ifPresent(each -> conversations.add(hex(ArchiveKeys.ofConversation(stream, each.key()))));
            }
            AuthorChange.named(row)
                    .forEach(user -> users.add(hex(ArchiveKeys.ofUser(
                            user, stream, row.entry().position().seq()))));
            ArchivedStream of = tables.stream(reader, stream);
            long seq = row.entry().position().seq();
            assertThat(seq).isGreaterThanOrEqualTo(of.first());
            assertThat(seq).isLessThanOrEqualTo(of.head().seq());
            return true;
        });
        assertThat(keys(reader, tables.messages)).isEqualTo(messages);
        assertThat(keys(reader, tables.conversations)).isEqualTo(conversations);
        users.removeIf(key -> key.startsWith(hex(ArchiveKeys.firstOfUser(new UserId("deleted")))));
        assertThat(keys(reader, tables.users)).isEqualTo(users);
        assertThat(tables.totals(reader)).isEqualTo(new ArchiveTotals(counts[0], counts[1]));
        reader.scan(tables.holes, FIRST, END, (key, value) -> {
            long last = RowKeys.seqOf(key);
            for (long seq = ArchiveKeys.number(value); seq <= last; seq++) {
                assertThat(tables.entry(reader, streamOf(key), seq)).isEmpty();
            }
            return true;
        });
        checkHours(tables, reader);
        checkDue(tables, reader);
        checkHeld(tables, reader);
    }

    private static void checkHeld(ArchiveTables tables, Reader reader) {
        long[] counts = new long[2];
        reader.scan(tables.held, HeldRows.COPIES, HeldRows.END_OF_COPIES, (key, value) -> {
            counts[0]++;
            counts[1] += key.length + value.length;
            return true;
        });
        assertThat(new HeldRows(tables).totals(reader)).isEqualTo(new ArchiveTotals(counts[0], counts[1]));
    }

    /** Each stream with entries and an age has a row, at the end of its oldest entry or before it. */
    private static void checkDue(ArchiveTables tables, Reader reader) {
        Set<String> due = new TreeSet<>();
        tables.scanStreams(reader, FIRST, each -> {
            ArchivedStream stream = each.getValue();
            if (stream.due() != ArchivedStream.NEVER) {
                due.add(hex(ArchiveKeys.ofDue(stream.due(), each.getKey())));
            }
            tables.scan(reader, each.getKey(), stream.first(), stream.head().seq(), row -> {
                long seq = row.entry().position().seq();
                Retention kept = stream.retention().kept();
                if (seq <= stream.hidden() || kept.ageMs() != Retention.FOREVER) {
                    assertThat(stream.due()).isNotEqualTo(ArchivedStream.NEVER);
                }
                if (kept.ageMs() != Retention.FOREVER) {
                    assertThat(stream.due()).isLessThanOrEqualTo(Math.max(1, row.stored() + kept.ageMs() + 1));
                }
                return false;
            });
            return true;
        });
        assertThat(keys(reader, tables.due)).isEqualTo(due);
    }

    /** Each entry has a row of its hour or a later one, so that it is removed some day; the newest one of its own. */
    private static void checkHours(ArchiveTables tables, Reader reader) {
        Map<StreamName, Long> hours = new HashMap<>();
        reader.scan(tables.hours, FIRST, END, (key, value) -> {
            hours.merge(ArchiveKeys.streamOf(key), ArchiveKeys.hourOf(key), Math::max);
            return true;
        });
        reader.scan(tables.entries, FIRST, END, (key, value) -> {
            EntryRow row = EntryRow.decode(streamOf(key), RowKeys.seqOf(key), value);
            ArchivedStream stream = tables.stream(reader, row.entry().stream());
            assertThat(hours.get(row.entry().stream())).isGreaterThanOrEqualTo(ArchiveKeys.hourOf(row));
            assertThat(stream.hour()).isEqualTo(hours.get(row.entry().stream()));
            return true;
        });
    }

    private static Set<String> keys(Reader reader, Table table) {
        Set<String> keys = new TreeSet<>();
        reader.scan(table, FIRST, END, (key, value) -> keys.add(hex(key)));
        return keys;
    }

    private static StreamName streamOf(byte[] key) {
        byte[] name = Arrays.copyOf(key, key.length - Long.BYTES - 1);
        return new StreamName(new String(name, StandardCharsets.UTF_8));
    }

    private static String hex(byte[] key) {
        return HexFormat.of().formatHex(key);
    }
}
