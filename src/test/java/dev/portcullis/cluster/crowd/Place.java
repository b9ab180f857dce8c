package dev.portcullis.cluster.crowd;

import dev.portcullis.cluster.history.Deed;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;

/** Where a client stands in a room: what it has without a gap, and what it was given live. */
final class Place {
    private final String room;
    private Optional<Position> whole = Optional.empty();
    private Optional<Position> live = Optional.empty();
    private long acked;
    private long gapEnd;
    private boolean in;
    private boolean asked;
    private boolean barred;
    private boolean mayBeBarred;

    Place(String room) {
        this.room = room;
    }

    String room() {
        return room;
    }

    /** From where it resumes. */
    Optional<Position> since() {
        return whole;
    }

    /** Whether it may talk there, as far as it knows. */
    boolean isOpen() {
        return in && !barred;
    }

    /** The newest place it knows of. */
    long known() {
        return Math.max(live(), acked);
    }

    /** The newest place it was told. */
    private long live() {
        return live.map(Position::seq).orElse(0L);
    }

    boolean isWanting() {
        return !in && !asked && !barred;
    }

    /** Whether it is in and has all there is up to this place. */
    boolean hasAllUpTo(long seq) {
        return in ? !hasGap() && live() >= seq : barred;
    }

    boolean hasGap() {
        return in && whole.map(Position::seq).orElse(0L) < gapEnd;
    }

    boolean isBarred() {
        return barred;
    }

    /** Somebody is about to remove this user. */
    void mayBeBarred() {
        mayBeBarred = true;
    }

    /** A refusal says that it is no member: whether it was to be expected, and then it is out. */
    boolean takesForBarred() {
        barred |= mayBeBarred;
        return barred;
    }

    void asked() {
        asked = true;
    }

    void refused() {
        asked = false;
    }

    void cut() {
        in = false;
        asked = false;
    }

    void acked(long seq) {
        acked = Math.max(acked, seq);
    }

    void joined(Deed.Joined joined) {
        acked = joined.recovered() ? acked : 0; // the room may have forgotten what it was told before
        in = true;
        asked = false;
        live = Optional.of(joined.head());
        gapEnd = joined.more() ? joined.head().seq() : 0;
        if (joined.more()) {
            advance(joined.entries());
        } else {
            whole = live;
        }
    }

    void heard(Entry entry, String self) {
        boolean follows = !hasGap();
        live = Optional.of(entry.at());
        whole = follows ? live : whole;
        barred |= entry.kind().equals(Entry.REMOVAL) && entry.body().equals(self);
        in &= !barred;
    }

    void read(Deed.Read read) {
        advance(read.entries());
        if (!read.more() || !hasGap()) {
            gapEnd = 0;
            whole = live;
        }
    }

    private void advance(List<Entry> entries) {
        if (!entries.isEmpty()) {
            whole = Optional.of(entries.get(entries.size() - 1).at());
        }
    }

    @Override
    public String toString() {
        return room + (in ? " in" : barred ? " barred" : " out") + (hasGap() ? " with a gap" : "") + " at " + live();
    }
}
