package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.ClientEvent;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.protocol.Position;
import java.util.Optional;

/** A client's state in a room, with the position up to which it has received all entries. */
final class RoomState {
    private final String room;
    private Optional<Position> position = Optional.empty();
    private long acked;
    private boolean joined;
    private boolean asked;
    private boolean removed;
    private boolean expectRemoval;

    RoomState(String room) {
        this.room = room;
    }

    String room() {
        return room;
    }

    /** The position from which the client resumes. */
    Optional<Position> since() {
        return position;
    }

    /** Whether the client may publish there, as far as it knows. */
    boolean isOpen() {
        return joined && !removed;
    }

    /** The newest seq that the client knows from a delivery or an ack. */
    long known() {
        return Math.max(live(), acked);
    }

    /** The newest seq that was delivered. */
    private long live() {
        return position.map(Position::seq).orElse(0L);
    }

    boolean needsJoin() {
        return !joined && !asked && !removed;
    }

    /** Whether the client has joined and received all entries up to this seq, or was removed. */
    boolean hasAllUpTo(long seq) {
        return joined ? live() >= seq : removed;
    }

    boolean isRemoved() {
        return removed;
    }

    /** This user will be removed from the room. */
    void expectRemoval() {
        expectRemoval = true;
    }

    /** Applies a {@code not_member} refusal; returns false if no removal was expected. */
    boolean acceptRemoval() {
        removed |= expectRemoval;
        return removed;
    }

    void asked() {
        asked = true;
    }

    void refused() {
        asked = false;
    }

    void cut() {
        joined = false;
        asked = false;
    }

    void acked(long seq) {
        acked = Math.max(acked, seq);
    }

    void joined(ClientEvent.Joined event) {
        acked = event.recovered() ? acked : 0; // the store may have lost acknowledged entries
        joined = !event.more();
        asked = event.more();
        position = Optional.of(event.head());
    }

    void heard(Entry entry, String self) {
        position = Optional.of(entry.at());
        removed |= entry.kind().equals(Entry.REMOVAL) && entry.body().equals(self);
        joined &= !removed;
    }

    @Override
    public String toString() {
        return room + (joined ? " joined" : removed ? " removed" : " not joined") + " at " + live();
    }
}
