package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import dev.portcullis.protocol.Reason;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Sends frames that expect an answer, repeats them where that is safe, and completes each request with its answer. */
final class RequestTracker {
    private final ClientTransport transport;
    private final Predicate<String> inRoom;
    private final PendingRequests pending;
    private boolean open;

    RequestTracker(ClientTransport transport, Predicate<String> inRoom, int maxPending) {
        this.transport = transport;
        this.inRoom = inRoom;
        this.pending = new PendingRequests(maxPending);
    }

    int size() {
        return pending.size();
    }

    /** @param repeatable whether a repeat under the same id does no harm; such a frame waits for a connection */
    Future<JsonObject> add(JsonObject frame, Optional<String> needsRoom, boolean repeatable) {
        if (!open && !repeatable) {
            return Future.failedFuture(new ClientFailure(Kind.DISCONNECTED, "there is no connection"));
        }
        String id = transport.newId();
        PendingRequest request = new PendingRequest(
                id, needsRoom, repeatable, frame.copy().put("id", id).encode());
        if (!pending.add(request)) {
            return Future.failedFuture(new ClientFailure(Kind.QUEUE_FULL, "too many frames wait for an answer"));
        }
        flush();
        return request.promise().future();
    }

    void opened() {
        open = true;
        flush();
    }

    void disconnected() {
        open = false;
        fail(pending.disconnected(), Kind.DISCONNECTED, "the connection ended");
    }

    void end() {
        open = false;
        fail(pending.clear(), Kind.ENDED, "the client has ended");
    }

    void flush() {
        if (open) {
            for (PendingRequest request : pending.due(transport.now(), inRoom)) {
                request.markWritten(transport.now());
                transport.write(request.text());
            }
        }
    }

    void tick(long answerMs) {
        fail(
                pending.removeExpired(transport.now()),
                Kind.UNKNOWN,
                "whether the frame took effect can't be determined any more");
        if (open) {
            fail(pending.removeOverdue(transport.now(), answerMs), Kind.DISCONNECTED, "there was no answer");
            flush();
        }
    }

    /** Returns whether a request waited for this frame. */
    boolean answered(ServerMessage message) {
        Optional<PendingRequest> found = message.id().flatMap(pending::take);
        found.ifPresent(request -> request.promise().tryComplete(message.frame()));
        return found.isPresent();
    }

    void refused(ServerMessage message) {
        boolean unknown = message.text("reason").equals(Optional.of(Reason.UNAVAILABLE.id()));
        Optional<PendingRequest> repeat =
                message.id().flatMap(pending::find).filter(request -> unknown && request.repeatable());
        repeat.ifPresentOrElse(
                request -> {
                    request.repeatAfter(transport.now() + RoomState.REPEAT_MS);
                    transport.later(RoomState.REPEAT_MS, this::flush);
                },
                () -> answered(message));
    }

    private static void fail(List<PendingRequest> lost, Kind kind, String reason) {
        lost.forEach(request -> request.promise().tryFail(new ClientFailure(kind, reason)));
    }
}
