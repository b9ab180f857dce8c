package dev.portcullis.client;

import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Predicate;

/** The user's direct messages: each is reported once and in order, and acknowledged after that. */
final class Inbox {
    private static final long ACK_MS = 5_000;

    /** How long the next of the messages that were missed may take. */
    private static final long REPLAY_MS = 3_000;

    private final FrameChannel transport;
    private final Predicate<Position> resume;
    private final boolean acknowledges;
    private Optional<Position> last = Optional.empty();
    private Optional<Position> head = Optional.empty();

    /** The head when the first session opened. */
    private Optional<Position> start = Optional.empty();

    private boolean behind;
    private long replayedAt;
    private long safe;
    private long acknowledged;
    private long acknowledgedAt = Long.MIN_VALUE;

    /**
     * @param resume connects again and asks for what follows a position, which another session has acknowledged. False if the
     *     server can't be asked or does not have it
     * @param acknowledges whether a message counts as safe once the listener had it
     */
    Inbox(FrameChannel transport, Predicate<Position> resume, boolean acknowledges) {
        this.transport = transport;
        this.resume = resume;
        this.acknowledges = acknowledges;
    }

    /** @param newest the head of the inbox; what waits follows by itself */
    void opened(Optional<Position> newest) {
        head = newest;
        start = start.or(() -> newest);
        behind = newest.filter(at -> last.isPresent() || isAfterStart(at)).isPresent();
        replayedAt = transport.now();
        checkHead();
    }

    void entry(Position at, ServerMessage message) {
        if (last.isEmpty() && isAfterStart(at)) {
            last = start; // what came since then must be there, though nothing was before
        }
        boolean isRepeat = last.filter(position -> position.epoch().equals(at.epoch()) && at.seq() <= position.seq())
                .isPresent();
        boolean isGap = !isRepeat
                && last.filter(position -> at.seq() != position.seq() + 1).isPresent();
        if (isRepeat) {
            acknowledged = Math.min(acknowledged, at.seq() - 1); // the server has not got the `ack`
        }
        if (isRepeat || (isGap && askAgain())) {
            return;
        }
        last = Optional.of(at);
        replayedAt = transport.now();
        transport.emit(new ClientEvent.Direct(at, message.type(), message.frame()));
        checkHead();
    }

    /** The server no longer keeps these entries: nothing else comes at their positions. */
    void gap(ClientEvent.DirectGap gap) {
        Position at = gap.last();
        if (last.isEmpty() && isAfterStart(at)) {
            last = start;
        }
        if (last.filter(position -> position.epoch().equals(at.epoch()) && at.seq() <= position.seq())
                .isPresent()) {
            return;
        }
        boolean isWithinHole =
                last.filter(position -> at.seq() - gap.count() > position.seq()).isPresent();
        if (isWithinHole && askAgain()) {
            return;
        }
        long count = last.map(position -> at.seq() - position.seq())
                .filter(missing -> missing > 0 && missing < gap.count())
                .orElse(gap.count());
        last = Optional.of(at);
        replayedAt = transport.now();
        transport.emit(new ClientEvent.DirectGap(at, count));
        checkHead();
    }

    void tick() {
        long now = transport.now();
        if (behind && now - replayedAt > REPLAY_MS && !askAgain()) {
            last = last.flatMap(any -> head); // where nothing came yet, what waits may still come
        }
        if (acknowledgedAt == Long.MIN_VALUE || now - acknowledgedAt >= ACK_MS) {
            acknowledgeAll();
        }
    }

    /** Up to here the application has them. Without a connection the server is told on the next. */
    void acknowledge(long seq) {
        safe = Math.max(safe, seq);
        acknowledgeAll();
    }

    void acknowledgeAll() {
        long seq = Math.max(
                safe, last.filter(any -> acknowledges).map(Position::seq).orElse(0L));
        if (seq > acknowledged
                && transport.tell(new JsonObject().put("type", "ack").put("inboxSeq", seq))) {
            acknowledged = seq;
            acknowledgedAt = transport.now();
        }
    }

    private boolean isAfterStart(Position at) {
        return start.filter(first -> at.seq() > first.seq()).isPresent();
    }

    private void checkHead() {
        behind = behind
                && !last.equals(head)
                && last.flatMap(position -> head.filter(
                                newest -> position.epoch().equals(newest.epoch()) && position.seq() >= newest.seq()))
                        .isEmpty();
    }

    private boolean askAgain() {
        if (last.filter(resume).isPresent()) {
            return true;
        }
        behind = false;
        acknowledged = 0;
        safe = 0;
        start = head;
        head.ifPresent(newest -> transport.emit(new ClientEvent.DirectLost(newest)));
        return false;
    }
}
