package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sender's backlog in an inbox, oldest entry first. The same rules are in append.lua. */
public record BacklogRow(List<Entry> entries) {
    public static final BacklogRow EMPTY = new BacklogRow(List.of());

    /** @param stored when it was stored; it never goes back from one entry to the next */
    public record Entry(long seq, long stored) {}

    public int size() {
        return entries.size();
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

    /** The rest without one entry, if it is among them. */
    public BacklogRow without(long seq) {
        List<Entry> rest = new ArrayList<>(entries);
        rest.stream().filter(entry -> entry.seq() == seq).findFirst().ifPresent(rest::remove);
        return new BacklogRow(List.copyOf(rest));
    }

    public BacklogRow withoutNewest() {
        return entries.isEmpty() ? this : new BacklogRow(List.copyOf(entries.subList(0, entries.size() - 1)));
    }

    public BacklogRow plus(long seq, long stored) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(new Entry(seq, stored));
        return new BacklogRow(List.copyOf(all));
    }

    public byte[] encode() {
        RowWriter row = new RowWriter(Long.BYTES + 2 * Long.BYTES * entries.size()).number(entries.size());
        entries.forEach(entry -> row.number(entry.seq()).number(entry.stored()));
        return row.end();
    }

    public static BacklogRow decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return EMPTY;
        }
        RowReader row = new RowReader(bytes);
        List<Entry> entries = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            entries.add(new Entry(row.number(), row.number()));
        }
        return new BacklogRow(List.copyOf(entries));
    }
}
