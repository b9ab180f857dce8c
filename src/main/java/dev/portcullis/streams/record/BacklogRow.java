package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sender's backlog in an inbox, oldest entry first. Deletions count by themselves. The same rules are in append.lua.
 */
public record BacklogRow(List<Entry> entries) {
    public static final BacklogRow EMPTY = new BacklogRow(List.of());

    /**
     * @param stored when it was stored; it never goes back from one entry to the next
     * @param deletes whether it deletes a message
     */
    public record Entry(long seq, long stored, boolean deletes) {}

    public int size() {
        return entries.size();
    }

    /** How many deletions there are, or how many other entries. */
    public int count(boolean deletions) {
        return (int)
                entries.stream().filter(entry -> entry.deletes() == deletions).count();
    }

    /**
     * The rest, without the oldest entries that no longer wait.
     *
     * @param seq up to here entries are acknowledged or trimmed
     * @param horizon entries stored before are too old
     */
    public BacklogRow after(long seq, long horizon) {
        int first = 0;
        while (first < entries.size()
                && (entries.get(first).seq() <= seq || entries.get(first).stored() < horizon)) {
            first++;
        }
        return new BacklogRow(List.copyOf(entries.subList(first, entries.size())));
    }

    public BacklogRow plus(Entry entry) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(entry);
        return new BacklogRow(List.copyOf(all));
    }

    /** The seq of a deletion is stored as a negative number. */
    public byte[] encode() {
        RowWriter row = new RowWriter(Long.BYTES + 2 * Long.BYTES * entries.size()).number(entries.size());
        entries.forEach(entry ->
                row.number(entry.deletes() ? -entry.seq() : entry.seq()).number(entry.stored()));
        return row.end();
    }

    public static BacklogRow decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return EMPTY;
        }
        RowReader row = new RowReader(bytes);
        List<Entry> entries = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            long seq = row.number();
            entries.add(new Entry(Math.abs(seq), row.number(), seq < 0));
        }
        return new BacklogRow(List.copyOf(entries));
    }
}
