package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Sends what wants an answer, again where that is safe, and hands each answer to whoever asked. */
final class RequestTracker {
    private final ClientTransport transport;
    private final Predicate<String> inRoom;
    private final PendingRequests outgoing;
    private boolean open;

    RequestTracker(ClientTransport transport, Predicate<String> inRoom, int most) {
        this.transport = transport;
        this.inRoom = inRoom;
        this.outgoing = new PendingRequests(most);
    }

    int size() {
        return outgoing.size();
    }

    /** @param repeatable whether a repeat under the same id does no harm; such a frame waits for a connection */
    Future<JsonObject> add(JsonObject frame, Optional<String> needsRoom, boolean repeatable) {
        if (!open && !repeatable) {
            return Future.failedFuture(new ClientFailure(Kind.CUT, "there is no connection"));
        }
        String id = transport.freshId();
        PendingRequest request = new PendingRequest(
                id, needsRoom, repeatable, frame.copy().put("id", id).encode());
        if (!outgoing.add(request)) {
            return Future.failedFuture(new ClientFailure(Kind.CROWDED, "too many frames wait for their answer"));
        }
        flush();
        return request.promise().future();
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
            for (PendingRequest request : outgoing.due(transport.now(), inRoom)) {
                request.wrote(transport.now());
                transport.write(request.text());
            }
        }
    }

    void tick(long answerMs) {
        fail(outgoing.forgotten(transport.now()), Kind.UNKNOWN, "whether it was taken can't be learned any more");
        if (open) {
            fail(outgoing.overdue(transport.now(), answerMs), Kind.CUT, "there was no answer");
            flush();
        }
    }

    /** Whether somebody waited for this. */
    boolean answered(ServerMessage message) {
        Optional<PendingRequest> waiting = message.id().flatMap(outgoing::take);
        waiting.ifPresent(request -> request.promise().tryComplete(message.frame()));
        return waiting.isPresent();
    }

    void refused(ServerMessage message) {
        boolean unknown = message.text("reason").equals(Optional.of(Reason.UNAVAILABLE.id()));
        Optional<PendingRequest> again =
                message.id().flatMap(outgoing::find).filter(request -> unknown && request.repeatable());
        again.ifPresentOrElse(
                request -> {
                    request.again(transport.now() + RoomState.REPEAT_MS);
                    transport.later(RoomState.REPEAT_MS, this::flush);
                },
                () -> answered(message));
    }

    private static void fail(List<PendingRequest> lost, Kind kind, String what) {
        lost.forEach(request -> request.promise().tryFail(new ClientFailure(kind, what)));
    }
}
