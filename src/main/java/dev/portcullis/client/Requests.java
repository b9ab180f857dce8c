package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Sends what wants an answer, again where that is safe, and hands each answer to whoever asked. */
final class Requests {
    private final Wire wire;
    private final Predicate<String> inRoom;
    private final Outgoing outgoing;
    private boolean open;

    Requests(Wire wire, Predicate<String> inRoom, int most) {
        this.wire = wire;
        this.inRoom = inRoom;
        this.outgoing = new Outgoing(most);
    }

    int size() {
        return outgoing.size();
    }

    /** @param repeatable whether a repeat under the same id does no harm; such a frame waits for a connection */
    Future<JsonObject> add(JsonObject frame, Optional<String> needsRoom, boolean repeatable) {
        if (!open && !repeatable) {
            return Future.failedFuture(new ClientFailure(Kind.CUT, "there is no connection"));
        }
        String id = wire.freshId();
        Pending pending = new Pending(
                id, needsRoom, repeatable, frame.copy().put("id", id).encode());
        if (!outgoing.add(pending)) {
            return Future.failedFuture(new ClientFailure(Kind.CROWDED, "too many frames wait for their answer"));
        }
        flush();
        return pending.promise().future();
    }

    void opened() {
        open = true;
        flush();
    }

    void cut() {
        open = false;
        fail(outgoing.cut(), Kind.CUT, "the connection was cut");
    }

    void end() {
        open = false;
        fail(outgoing.clear(), Kind.ENDED, "the client has ended");
    }

    void flush() {
        if (open) {
            for (Pending pending : outgoing.due(wire.now(), inRoom)) {
                pending.wrote(wire.now());
                wire.write(pending.text());
            }
        }
    }

    void tick(long answerMs) {
        fail(outgoing.forgotten(wire.now()), Kind.UNKNOWN, "whether it was taken can't be learned any more");
        if (open) {
            fail(outgoing.overdue(wire.now(), answerMs), Kind.CUT, "there was no answer");
            flush();
        }
    }

    /** Whether somebody waited for this. */
    boolean answered(Heard heard) {
        Optional<Pending> waiting = heard.id().flatMap(outgoing::take);
        waiting.ifPresent(pending -> pending.promise().tryComplete(heard.frame()));
        return waiting.isPresent();
    }

    void refused(Heard heard) {
        boolean unknown = heard.text("reason").equals(Optional.of(Reason.UNAVAILABLE.word()));
        Optional<Pending> again = heard.id().flatMap(outgoing::find).filter(pending -> unknown && pending.repeatable());
        again.ifPresentOrElse(
                pending -> {
                    pending.again(wire.now() + Place.REPEAT_MS);
                    wire.later(Place.REPEAT_MS, this::flush);
                },
                () -> answered(heard));
    }

    private static void fail(List<Pending> lost, Kind kind, String what) {
        lost.forEach(pending -> pending.promise().tryFail(new ClientFailure(kind, what)));
    }
}
