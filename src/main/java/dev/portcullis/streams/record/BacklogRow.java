package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One sender's backlog in an inbox, oldest entry first. Deletions are counted separately. The same rules are in append.lua. */
public record BacklogRow(List<Entry> entries) {
    public static final BacklogRow EMPTY = new BacklogRow(List.of());

    /**
     * @param stored the store time of the entry; it never goes back from one entry to the next
     * @param trimmed whether it was trimmed before it was delivered
     */
    public record Entry(long seq, long stored, boolean deletes, boolean trimmed) {
        public Entry(long seq, long stored, boolean deletes) {
            this(seq, stored, deletes, false);
        }
    }

    public int size() {
        return entries.size();
    }

    /** The number of deletions, or of all other entries. */
    public int count(boolean deletions) {
        return (int)
                entries.stream().filter(entry -> entry.deletes() == deletions).count();
    }

    /** The number of entries that were not trimmed. */
    public int waiting() {
        return (int) entries.stream().filter(entry -> !entry.trimmed()).count();
    }

    /** Whether the sender lost an entry, and the recipient has acknowledged nothing from there on. */
    public boolean hasTrimmed() {
        return waiting() < size();
    }

    /** The oldest entry that was not trimmed. */
    public Optional<Entry> oldest() {
        return entries.stream().filter(entry -> !entry.trimmed()).findFirst();
    }

    /** The same backlog after this entry of it was trimmed. */
    public BacklogRow trimmed(long seq) {
        return new BacklogRow(entries.stream()
                .map(entry -> entry.seq() == seq ? new Entry(seq, entry.stored(), entry.deletes(), true) : entry)
                .toList());
    }

    /**
     * Drops the oldest entries that no longer wait.
     *
     * @param seq the seq up to which entries are acknowledged or trimmed
     * @param horizon the store time before which entries are too old
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

    /** Encodes the backlog. The seq of a deletion is stored as a negative number, and so is the time of a trimmed entry. */
    public byte[] encode() {
        RowWriter row = new RowWriter(Long.BYTES + 2 * Long.BYTES * entries.size()).number(entries.size());
        entries.forEach(entry -> row.number(entry.deletes() ? -entry.seq() : entry.seq())
                .number(entry.trimmed() ? -entry.stored() : entry.stored()));
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
            long stored = row.number();
            entries.add(new Entry(Math.abs(seq), Math.abs(stored), seq < 0, stored < 0));
        }
        return new BacklogRow(List.copyOf(entries));
    }
}
