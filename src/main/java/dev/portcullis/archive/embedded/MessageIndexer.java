package dev.portcullis.archive.embedded;

import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.archive.embedded.LuceneFolder.State;
import dev.portcullis.archive.embedded.Unindexed.Change;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings one opened index up to the archive, step by step. Changes come first; while the index is made from the archive, a part of
 * that follows. It reads on the store's background thread, and writes to the store only to remove the changes that the index has on
 * the disk. One thread uses it.
 */
final class MessageIndexer {
    private static final int CHANGES_AT_ONCE = 500;
    private static final int ROWS_AT_ONCE = 256;
    private static final int BYTES_AT_ONCE = 256 << 10;
    private static final int REMOVED_AT_ONCE = 512;
    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Changes that are taken again after a kill. */
    private static final long MOST_UNCOMMITTED = 20_000;

    /** How long nothing is refreshed, in terms of what the last time took: a node that gets much must not do this alone. */
    private static final int REST = 5;

    private static final long STORE_SECONDS = 30;
    private static final byte[] FIRST = {};
    private static final byte[] END = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final LuceneFolder index;
    private State state;
    private boolean seen = true;
    private boolean committed = true;
    private long removed;
    private long refreshAt = System.nanoTime();
    private long committedAt = System.nanoTime();

    /** A message that changed, as it is now. */
    private record Read(Change change, Optional<LatestEntry> now) {}

    /**
     * The next changes.
     *
     * @param messages as they are after all changes, also later ones
     * @param last the number of the newest change
     */
    private record Changes(List<Change> all, List<Read> messages, long last) {
        long upTo() {
            return all.get(all.size() - 1).number();
        }

        /** A message that was removed may be there again, by a change that has not had its turn. */
        long ahead() {
            boolean isAgain = messages.stream()
                    .anyMatch(read -> !read.change().added() && read.now().isPresent());
            return isAgain && upTo() < last ? last : 0;
        }
    }

    /** A part of the archive. */
    private record Walked(List<Read> messages, Optional<byte[]> upTo, long last) {}

    private MessageIndexer(EmbeddedStore store, ArchiveTables tables, LuceneFolder index, State state, long removed) {
        this.store = store;
        this.tables = tables;
        this.index = index;
        this.state = state;
        this.removed = removed;
    }

    /**
     * Goes on from what the index has. An empty one is made from the archive.
     *
     * @return empty if the index is of another archive, or an earlier state of this one, and has to be cleared
     */
    static Optional<MessageIndexer> of(EmbeddedStore store, ArchiveTables tables, LuceneFolder index) {
        Unindexed unindexed = tables.unindexed;
        long last = await(store.readInBackground(unindexed::last));
        unindexed.opened(last);
        Optional<State> found = index.state().filter(state -> state.upTo() <= last);
        if (found.isEmpty() && index.documents() > 0) {
            return Optional.empty();
        }
        State state = found.orElseGet(() -> new State(last, Optional.of(FIRST), Long.MAX_VALUE));
        long oldest = await(store.readInBackground(reader -> unindexed.after(reader, 0, 1))).stream()
                .mapToLong(Change::number)
                .findFirst()
                .orElse(last + 1);
        if (!state.isMade() || state.upTo() < last) {
            unindexed.waitsSince(System.currentTimeMillis());
        }
        return Optional.of(new MessageIndexer(store, tables, index, state, oldest - 1));
    }

    /** The number of the last change that searches see; -1 while there may be later ones that they see, or the index is being made. */
    long shown() {
        return state.isMade() && seen ? state.upTo() : -1;
    }

    /** Whether the index has all that the archive had when it was made. */
    boolean isMade() {
        return state.isMade();
    }

    /** Whether there is nothing to do until something changes. */
    boolean isIdle() {
        return state.isMade() && seen && committed && state.upTo() >= tables.unindexed.last();
    }

    /** Does some of the work. Returns whether there is more at once. */
    boolean step() throws IOException {
        boolean changed = takeChanges();
        boolean walking = !state.isMade();
        if (walking) {
            walk();
        }
        boolean more = changed || walking;
        if (!seen && System.nanoTime() - refreshAt > 0) {
            refresh();
        }
        boolean many = state.upTo() - removed > MOST_UNCOMMITTED;
        if (!committed && (many || System.nanoTime() - committedAt > COMMIT_NANOS)) {
            commit();
        }
        return more;
    }

    private boolean takeChanges() throws IOException {
        long behind = state.upTo();
        Changes some = await(store.readInBackground(reader -> changes(reader, behind)));
        if (some.all().isEmpty()) {
            return false;
        }
        if (state.isMade()) {
            tables.unindexed.waitsSince(some.all().get(0).at());
        }
        put(some.messages());
        state = new State(some.upTo(), state.walked(), Math.max(state.ahead(), some.ahead()));
        return true;
    }

    private Changes changes(Reader reader, long behind) {
        List<Change> changes = tables.unindexed.after(reader, behind, CHANGES_AT_ONCE);
        Map<List<Object>, Change> first = new LinkedHashMap<>();
        changes.forEach(change -> first.putIfAbsent(List.of(change.stream(), change.seq()), change));
        List<Read> messages = first.values().stream()
                .map(change -> new Read(change, now(reader, change)))
                .toList();
        return new Changes(changes, messages, tables.unindexed.last(reader));
    }

    private Optional<LatestEntry> now(Reader reader, Change change) {
        return new ArchiveQuery(tables, reader, change.stream()).at(change.seq());
    }

    private void walk() throws IOException {
        byte[] behind = state.walked().orElseThrow();
        Walked some = await(store.readInBackground(reader -> walk(reader, behind)));
        put(some.messages());
        state = new State(state.upTo(), some.upTo(), some.upTo().isPresent() ? Long.MAX_VALUE : some.last());
        seen &= !state.isMade(); // the refresh that follows says that the index is up to date, also where the archive
        // is empty
        committed = false;
    }

    private Walked walk(Reader reader, byte[] behind) {
        List<Read> messages = new ArrayList<>();
        List<byte[]> keys = new ArrayList<>();
        int[] bytes = new int[1];
        Map<StreamName, ArchiveQuery> streams = new HashMap<>();
        reader.scan(tables.entries, RowKeys.next(behind), END, (key, value) -> {
            keys.add(key);
            bytes[0] += value.length;
            StreamName stream = RowKeys.streamOf(Arrays.copyOf(key, key.length - Long.BYTES - 1));
            EntryRow row = EntryRow.decode(stream, RowKeys.seqOf(key), value);
            if (row.state().isMessage()) {
                ArchiveQuery query = streams.computeIfAbsent(stream, name -> new ArchiveQuery(tables, reader, name));
                Change change = new Change(0, false, 0, stream, RowKeys.seqOf(key));
                messages.add(new Read(change, Optional.of(query.latest(row))));
            }
            return keys.size() < ROWS_AT_ONCE && bytes[0] < BYTES_AT_ONCE;
        });
        Optional<byte[]> last = keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
        return new Walked(messages, last, tables.unindexed.last(reader));
    }

    private void put(List<Read> messages) throws IOException {
        for (Read read : messages) {
            boolean isNew = read.change().added() && read.change().number() > state.ahead();
            index.put(read.change(), read.now().flatMap(SearchedMessage::of), isNew);
        }
        if (!messages.isEmpty()) {
            seen = false;
            committed = false;
        }
    }

    private void refresh() throws IOException {
        long began = System.nanoTime();
        index.refresh();
        seen = true;
        long now = System.nanoTime();
        refreshAt = now + Math.max(REFRESH_NANOS, REST * (now - began));
        if (shown() >= tables.unindexed.last()) {
            tables.unindexed.waitsSince(0);
        }
    }

    /** Writes the index to the disk, and removes the changes that it has. */
    void commit() throws IOException {
        index.commit(state);
        committed = true;
        committedAt = System.nanoTime();
        while (removed < state.upTo()) {
            long after = removed;
            long upTo = Math.min(state.upTo(), removed + REMOVED_AT_ONCE);
            await(store.write(batch -> {
                tables.unindexed.remove(batch, after, upTo);
                return upTo;
            }));
            removed = upTo;
        }
    }

    /** Leaves no file of the engine with documents that were removed. */
    void expunged() throws IOException {
        refresh();
        commit();
        index.deleteUnusedFiles();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(STORE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new StoreFailure("the store does not answer its index");
        }
    }
}
