package dev.portcullis.client;

import dev.portcullis.client.EntryOrderer.Placed;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The client's place in one room: kept over cuts, and made whole whenever something is missing. */
final class RoomState {
    static final long REPEAT_MS = 1_000;
    private static final int HELD = 1_000;

    private final String room;
    private final ClientTransport transport;
    private final Rejoin rejoin;
    private final EntryOrderer<ClientEvent.Entry> feed = new EntryOrderer<>(HELD);
    private final Promise<JsonObject> joined = Promise.promise();
    private boolean in;
    private boolean resuming;
    private boolean filling;
    private int repairs;

    /** Joining anew from the last place is how a hole is mended. */
    interface Rejoin {
        void in(String room, long delayMs);
    }

    RoomState(String room, ClientTransport transport, Rejoin rejoin) {
        this.room = room;
        this.transport = transport;
        this.rejoin = rejoin;
    }

    Future<JsonObject> joined() {
        return joined.future();
    }

    boolean isIn() {
        return in;
    }

    /** The room as a {@code join} names it. */
    JsonObject wish() {
        JsonObject wish = new JsonObject().put("roomId", room);
        feed.last()
                .ifPresent(at -> wish.put(
                        "since", new JsonObject().put("epoch", at.epoch()).put("seq", at.seq())));
        return wish;
    }

    void cut() {
        in = false;
        resuming = false;
        filling = false;
    }

    void leave() {
        cut();
        joined.tryFail(new ClientFailure(ClientFailure.Kind.ENDED, "left the room"));
    }

    void refused(JsonObject frame) {
        joined.tryComplete(frame);
    }

    /** Takes a {@code joined}: one of several where much was missed, and live entries follow the last. */
    void enter(Position head, ServerMessage message) {
        boolean known = feed.last().isPresent();
        boolean resumed = known && message.flag("recovered");
        boolean more = resumed && message.flag("more");
        if (!resuming) {
            transport.tell(new ClientEvent.Joined(room, head, resumed));
        }
        resuming = more;
        filling = more;
        in = !more;
        if (resumed) {
            tell(feed.recover(message.messages()));
            reach(head);
        } else {
            startAt(head, known);
        }
        if (!more) {
            joined.tryComplete(message.frame());
        }
    }

    void offer(Placed<ClientEvent.Entry> placed) {
        tell(feed.offer(placed));
        repairIfTorn();
    }

    private void reach(Position head) {
        if (feed.reaches(head)) {
            tell(feed.completeAt(head));
            repairIfTorn();
        } else {
            startAt(head, true);
        }
    }

    private void startAt(Position head, boolean lost) {
        if (lost) {
            transport.tell(new ClientEvent.PositionLost(room, head));
        }
        tell(feed.startAt(head));
        repairIfTorn();
    }

    private void repairIfTorn() {
        if (!feed.hasGap()) {
            repairs = 0;
        } else if (in && !filling) {
            filling = true;
            // A server that never gets whole must not be hammered.
            rejoin.in(room, repairs++ == 0 ? 0 : REPEAT_MS);
        }
    }

    private void tell(List<ClientEvent.Entry> entries) {
        entries.forEach(transport::tell);
    }

    /** When to try again, for a refusal that passes by itself. */
    static Optional<Long> repeatMs(JsonObject frame) {
        return Reply.of(frame)
                .fold(
                        granted -> Optional.empty(),
                        limited -> Optional.of(limited.limit().retryAfterMs()),
                        refused -> refused.is(Reason.UNAVAILABLE) || refused.is(Reason.TIMEOUT)
                                ? Optional.of(REPEAT_MS)
                                : Optional.empty());
    }
}
