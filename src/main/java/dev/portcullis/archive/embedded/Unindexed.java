package dev.portcullis.archive.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages that changed, in the order of their changes: a queue for the index, written in the steps that change them. A row
 * stays until the index has it on the disk, so a process that is killed leaves exactly what is missing.
 */
final class Unindexed {
    private static final byte[] LAST = "last".getBytes(StandardCharsets.US_ASCII);

    private final Table rows;
    private final Table state;
    private volatile Runnable onChange = () -> {};
    private volatile boolean used;
    private volatile long last;
    private volatile long waitingSince;

    Unindexed(EmbeddedStore store) {
        this.rows = store.table("archive.unindexed");
        this.state = store.table("archive.indexing");
    }

    /**
     * A change.
     *
     * @param number its place in the queue
     * @param added whether no change of the message came before it since there was no message
     * @param at when it was made
     */
    record Change(long number, boolean added, long at, StreamName stream, long seq) {
        private byte[] encode() {
            return new RowWriter(64)
                    .number(added ? 1 : 0)
                    .number(at)
                    .text(stream.value())
                    .number(seq)
                    .end();
        }

        private static Change decode(byte[] key, byte[] value) {
            RowReader row = new RowReader(value);
            boolean added = row.number() == 1;
            return new Change(ArchiveKeys.number(key), added, row.number(), new StreamName(row.text()), row.number());
        }
    }

    /**
     * From now on changes are noted: there is an index.
     *
     * @param onNote runs in each step that notes some, before it is made
     */
    void use(Runnable onNote) {
        onChange = onNote;
        used = true;
    }

    /** @param number the newest change when the store was opened */
    void opened(long number) {
        last = Math.max(last, number);
    }

    boolean isUsed() {
        return used;
    }

    /** The number of the newest change; 0 if there is none. */
    long last() {
        return last;
    }

    /** Since when the oldest change waits that the index does not show; 0 if there is none. */
    long waitingSince() {
        return waitingSince;
    }

    void waitsSince(long at) {
        waitingSince = at;
    }

    /** The number of the newest change. */
    long last(Reader reader) {
        return Optional.ofNullable(reader.get(state, LAST))
                .map(ArchiveKeys::number)
                .orElse(0L);
    }

    /** The oldest changes behind a number. */
    List<Change> after(Reader reader, long number, int most) {
        List<Change> changes = new ArrayList<>();
        reader.scan(rows, ArchiveKeys.number(number + 1), ArchiveKeys.number(Long.MAX_VALUE), (key, value) -> {
            changes.add(Change.decode(key, value));
            return changes.size() < most;
        });
        return changes;
    }

    /** Removes the changes behind a number up to another one. */
    void remove(Batch batch, long after, long upTo) {
        for (long number = after + 1; number <= upTo; number++) {
            batch.delete(rows, ArchiveKeys.number(number));
        }
    }

    Marks marks(Batch batch) {
        return new Marks(batch);
    }

    /** Notes the changes of one step. */
    final class Marks {
        private final Batch batch;
        private final long now = System.currentTimeMillis();
        private long number;
        private boolean any;

        private Marks(Batch batch) {
            this.batch = batch;
        }

        void added(StreamEntry message) {
            add(message, true);
        }

        void changed(StreamEntry message) {
            add(message, false);
        }

        private void add(StreamEntry message, boolean added) {
            if (!used) {
                return;
            }
            number = any ? number + 1 : last(batch) + 1;
            any = true;
            long seq = message.position().seq();
            batch.put(rows, ArchiveKeys.number(number), new Change(number, added, now, message.stream(), seq).encode());
        }

        void end() {
            if (any) {
                batch.put(state, LAST, ArchiveKeys.number(number));
                last = number;
                if (waitingSince == 0) {
                    waitingSince = now;
                }
                onChange.run();
            }
        }
    }
}
