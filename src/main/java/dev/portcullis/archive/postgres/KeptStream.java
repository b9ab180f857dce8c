package dev.portcullis.archive.postgres;

import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamRetention;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What is kept of a stream.
 *
 * @param hidden the highest seq that was beyond the retention once
 * @param due the time at which something of the stream has to be removed, or before it
 */
record KeptStream(StreamRetention retention, long hidden, Optional<Long> due) {
    static final String COLUMNS = "s.own_entries, s.own_age, s.keep_entries, s.keep_age, s.hidden, s.due";

    /** The time of a stream of which something has to be removed whatever the clock says. */
    static final long AT_ONCE = 1;

    /** @param at the number of the column before them */
    static KeptStream read(ResultSet found, int at) throws SQLException {
        StreamRetention retention = new StreamRetention(
                new OwnRetention(found.getLong(at + 1), found.getLong(at + 2)),
                new Retention(found.getLong(at + 3), found.getLong(at + 4)));
        long hidden = found.getLong(at + 5);
        long due = found.getLong(at + 6);
        return new KeptStream(retention, hidden, found.wasNull() ? Optional.empty() : Optional.of(due));
    }

    boolean hasEnded(long seq, long stored, long head, long now) {
        return seq <= hidden || retention.kept().ends(seq, stored, head, now);
    }

    /**
     * The same stream with a new head.
     *
     * @param first its oldest entry, as far as it is known
     * @param oldest the store time of that, if the stream had no entries before
     */
    KeptStream at(long head, long first, long oldest) {
        return new KeptStream(retention, Math.max(hidden, retention.kept().passed(head)), due)
                .dueFrom(first, head, due.isPresent() ? Optional.empty() : Optional.of(oldest));
    }

    /**
     * The stream once its oldest entry is known.
     *
     * @param oldest its store time; empty to leave the time at which something has to be removed, unless that is now
     */
    KeptStream dueFrom(long first, long head, Optional<Long> oldest) {
        if (first <= Math.min(hidden, head)) {
            return new KeptStream(retention, hidden, Optional.of(AT_ONCE));
        }
        long ageMs = retention.kept().ageMs();
        return oldest.isEmpty() || ageMs == Retention.FOREVER
                ? this
                : new KeptStream(retention, hidden, Optional.of(Math.max(AT_ONCE, oldest.get() + ageMs + 1)));
    }

    /** The stream of which no read returns what is up to a seq. */
    KeptStream hiding(long upTo) {
        return new KeptStream(retention, Math.max(hidden, upTo), due);
    }

    /** The stream without what was superseded. */
    KeptStream cut(long last) {
        return new KeptStream(retention, Math.min(hidden, last), due);
    }
}
