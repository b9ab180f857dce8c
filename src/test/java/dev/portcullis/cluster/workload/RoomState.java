package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.ClientEvent;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.protocol.Position;
import java.util.Optional;

/** Where a client stands in a room: up to there it was given all. */
final class RoomState {
    private final String room;
    private Optional<Position> place = Optional.empty();
    private long acked;
    private boolean in;
    private boolean asked;
    private boolean barred;
    private boolean mayBeBarred;

    RoomState(String room) {
        this.room = room;
    }

    String room() {
        return room;
    }

    /** From where it resumes. */
    Optional<Position> since() {
        return place;
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
        return place.map(Position::seq).orElse(0L);
    }

    boolean isWanting() {
        return !in && !asked && !barred;
    }

    /** Whether it is in and has all there is up to this place. */
    boolean hasAllUpTo(long seq) {
        return in ? live() >= seq : barred;
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

    void joined(ClientEvent.Joined joined) {
        acked = joined.recovered() ? acked : 0; // the room may have forgotten what it was told before
        in = !joined.more();
        asked = joined.more();
        place = Optional.of(joined.head());
    }

    void heard(Entry entry, String self) {
        place = Optional.of(entry.at());
        barred |= entry.kind().equals(Entry.REMOVAL) && entry.body().equals(self);
        in &= !barred;
    }

    @Override
    public String toString() {
        return room + (in ? " in" : barred ? " barred" : " out") + " at " + live();
    }
}
