package dev.portcullis.client;

import dev.portcullis.client.RoomFeed.Placed;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The client's place in one room: kept over cuts, and made whole whenever something is missing. */
final class Place {
    static final long REPEAT_MS = 1_000;
    private static final int HELD = 1_000;
    private static final int HISTORY_LIMIT = 100;

    private final String room;
    private final Wire wire;
    private final Rejoin rejoin;
    private final RoomFeed<Event.Entry> feed = new RoomFeed<>(HELD);
    private final Promise<JsonObject> joined = Promise.promise();
    private boolean in;
    private boolean filling;
    private int repairs;
    private int era;

    /** Joining anew from the last place is how a hole is mended. */
    interface Rejoin {
        void in(String room, long delayMs);
    }

    Place(String room, Wire wire, Rejoin rejoin) {
        this.room = room;
        this.wire = wire;
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
        era++;
        in = false;
        filling = false;
    }

    void leave() {
        cut();
        joined.tryFail(new ClientFailure(ClientFailure.Kind.ENDED, "left the room"));
    }

    void refused(JsonObject frame) {
        joined.tryComplete(frame);
    }

    void enter(Position head, Heard heard) {
        boolean known = feed.last().isPresent();
        boolean resumed = known && heard.flag("recovered");
        in = true;
        wire.tell(new Event.Joined(room, head, resumed));
        if (resumed) {
            filling = true;
            tell(feed.recover(heard.messages()));
            goOn(head, heard.flag("more"));
        } else {
            startAt(head, known);
        }
        joined.tryComplete(heard.frame());
    }

    void offer(Placed<Event.Entry> placed) {
        tell(feed.offer(placed));
        repairIfTorn();
    }

    private void goOn(Position head, boolean more) {
        if (more) {
            readOn(head);
        } else if (feed.reaches(head)) {
            filling = false;
            tell(feed.completeAt(head));
            repairIfTorn();
        } else {
            startAt(head, true);
        }
    }

    private void startAt(Position head, boolean lost) {
        filling = false;
        if (lost) {
            wire.tell(new Event.PlaceLost(room, head));
        }
        tell(feed.startAt(head));
        repairIfTorn();
    }

    private void readOn(Position head) {
        long after = feed.last().map(Position::seq).orElse(0L);
        int asking = era;
        wire.ask(new JsonObject()
                        .put("type", "history")
                        .put("roomId", room)
                        .put("after", after)
                        .put("limit", HISTORY_LIMIT))
                .onComplete(
                        answer -> inEra(asking, () -> read(answer, head, after)),
                        unanswered -> inEra(asking, () -> readLater(REPEAT_MS, head)));
    }

    private void read(JsonObject answer, Position head, long after) {
        repeatMs(answer).ifPresentOrElse(ms -> readLater(ms, head), () -> {
            Heard history = new Heard("history", answer);
            tell(feed.recover(history.messages()));
            boolean gained = feed.last().map(Position::seq).orElse(0L) > after;
            goOn(head, gained && history.flag("more"));
        });
    }

    private void readLater(long ms, Position head) {
        int asking = era;
        wire.later(ms, () -> inEra(asking, () -> readOn(head)));
    }

    private void repairIfTorn() {
        if (!feed.torn()) {
            repairs = 0;
        } else if (in && !filling) {
            filling = true;
            // A server that never gets whole must not be hammered.
            rejoin.in(room, repairs++ == 0 ? 0 : REPEAT_MS);
        }
    }

    /** What belonged to a connection that is gone must not touch the next one. */
    private void inEra(int asking, Runnable work) {
        if (asking == era) {
            work.run();
        }
    }

    private void tell(List<Event.Entry> entries) {
        entries.forEach(wire::tell);
    }

    /** When to try again, for a refusal that passes by itself. */
    static Optional<Long> repeatMs(JsonObject frame) {
        return Answer.of(frame).accept(new Answer.Cases<>() {
            @Override
            public Optional<Long> granted(Answer.Granted answer) {
                return Optional.empty();
            }

            @Override
            public Optional<Long> limited(Answer.Limited answer) {
                return Optional.of(answer.limit().retryAfterMs());
            }

            @Override
            public Optional<Long> refused(Answer.Refused answer) {
                return answer.is(Reason.UNAVAILABLE) || answer.is(Reason.TIMEOUT)
                        ? Optional.of(REPEAT_MS)
                        : Optional.empty();
            }
        });
    }
}
