package dev.portcullis.edge.connection;

import dev.portcullis.protocol.Position;
import java.util.Optional;

/** How far one connection was sent its user's inbox, and what its client acknowledged of that. */
public final class InboxCursor {
    private Optional<Position> sent = Optional.empty();
    private long acknowledged;
    private boolean recounted;

    /**
     * A position of another epoch means that nothing is acknowledged yet: the store has lost entries, and may count from the
     * beginning.
     */
    public void reached(Position position) {
        if (sent.filter(before -> !before.epoch().equals(position.epoch())).isPresent()) {
            acknowledged = 0;
            recounted = true;
        }
        sent = Optional.of(position);
    }

    /** The last entry that it was sent; 0 where there was none. */
    public long reached() {
        return sent.map(Position::seq).orElse(0L);
    }

    /**
     * The position to acknowledge, where the client named {@code seq}: at most what it was sent, else it could discard what it
     * has not seen. Empty if that is acknowledged already, or if the number is of an earlier epoch: the client may have named it before
     * it knew of the loss.
     */
    public Optional<Position> upTo(long seq) {
        return sent.filter(last -> !recounted || seq <= last.seq())
                .map(last -> new Position(last.epoch(), Math.min(seq, last.seq())))
                .filter(position -> position.seq() > acknowledged);
    }

    /** The store has taken the acknowledgement. An acknowledgement of another epoch says nothing of messages sent since. */
    public void acknowledged(Position upTo) {
        if (sent.filter(last -> last.epoch().equals(upTo.epoch())).isPresent()) {
            acknowledged = Math.max(acknowledged, upTo.seq());
        }
    }
}
