package dev.portcullis.client;

import dev.portcullis.client.EntryOrderer.Placed;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The client's state in one room. It is kept over reconnects, and repaired when entries are missing. */
final class RoomState {
    static final long REPEAT_MS = 1_000;
    private static final int MAX_HELD = 1_000;

    private final String room;
    private final FrameChannel transport;
    private final LongConsumer rejoin;
    private final EntryOrderer<ClientEvent.Entry> orderer = new EntryOrderer<>(MAX_HELD);
    private final Promise<JsonObject> joined = Promise.promise();

    /** The newest entries that came so far by a join that does not resume. */
    private final List<ClientEvent.Entry> newest = new ArrayList<>();

    private int tail;
    private long readSeq;
    private boolean entered;
    private boolean resuming;
    private boolean filling;
    private boolean fresh;
    private int repairs;

    /** @param rejoin joins again from the last position, after so many milliseconds, which fills a gap */
    RoomState(String room, FrameChannel transport, LongConsumer rejoin) {
        this.room = room;
        this.transport = transport;
        this.rejoin = rejoin;
    }

    /** @param entries how many of the newest a join brings where nothing is resumed */
    void wantsTail(int entries) {
        tail = entries;
    }

    Future<JsonObject> joined() {
        return joined.future();
    }

    boolean isIn() {
        return entered;
    }

    /** The room's part of a {@code join} frame. */
    JsonObject joinRequest() {
        JsonObject request = new JsonObject().put("roomId", room);
        orderer.last().filter(at -> !fresh).ifPresent(at -> request.put("since", json(at)));
        if (tail > 0) {
            request.put("tail", tail);
        }
        return request;
    }

    static JsonObject json(Position at) {
        return new JsonObject().put("epoch", at.epoch()).put("seq", at.seq());
    }

    void disconnected() {
        entered = false;
        resuming = false;
        filling = false;
        fresh = false;
        newest.clear();
    }

    void left() {
        end(new ClientFailure(ClientFailure.Kind.CANCELLED, "left the room"));
    }

    /** @param why the failure of a join that still waits */
    void end(ClientFailure why) {
        disconnected();
        joined.tryFail(why);
    }

    void refused(JsonObject frame) {
        joined.tryComplete(frame);
    }

    /** Handles a {@code joined} frame. There are several if much was missed; live entries follow the last one. */
    void enter(Position head, ServerMessage message) {
        boolean known = orderer.last().isPresent();
        boolean resumed = known && message.flag("recovered");
        boolean replaced = tail > 0 && !message.flag("recovered");
        boolean more = (resumed || replaced) && message.flag("more");
        if (replaced && known && !fresh && message.messages().isEmpty() && newest.isEmpty() && head.seq() > 0) {
            fresh = true; // the server can't keep the place, and was not asked for the newest entries
            rejoin.accept(0);
            return;
        }
        fresh = false;
        if (replaced) {
            message.messages().forEach(placed -> newest.add(placed.entry()));
        }
        if (!resuming && !(replaced && more)) {
            readSeq = message.number("readSeq").orElse(readSeq);
            transport.emit(new ClientEvent.Joined(room, head, resumed, newest, readSeq));
            newest.clear();
        }
        if (replaced && more) {
            return; // the next part says where the newest entries end
        }
        resuming = more;
        filling = more;
        entered = !more;
        if (resumed) {
            emit(orderer.recover(message.messages()));
            reach(head);
        } else {
            startAt(head, known);
        }
        if (!more) {
            joined.tryComplete(message.frame());
        }
    }

    void offer(Placed<ClientEvent.Entry> placed) {
        emit(orderer.offer(placed));
        repairGap();
    }

    private void reach(Position head) {
        if (orderer.reaches(head)) {
            emit(orderer.completeAt(head));
            repairGap();
        } else {
            startAt(head, true);
        }
    }

    private void startAt(Position head, boolean lost) {
        if (lost) {
            transport.emit(new ClientEvent.PositionLost(room, head));
        }
        emit(orderer.startAt(head));
        repairGap();
    }

    private void repairGap() {
        if (!orderer.hasGap()) {
            repairs = 0;
        } else if (entered && !filling) {
            filling = true;
            // A server that can't fill the gap must not be flooded with joins.
            rejoin.accept(repairs++ == 0 ? 0 : REPEAT_MS);
        }
    }

    private void emit(List<ClientEvent.Entry> entries) {
        entries.forEach(transport::emit);
    }

    /** When to try again after a temporary refusal. */
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
