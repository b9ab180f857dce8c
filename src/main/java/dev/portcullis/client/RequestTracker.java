package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import dev.portcullis.client.PendingRequest.Repeat;
import dev.portcullis.client.pace.QueuedFrame;
import dev.portcullis.client.pace.SendPacer;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.codec.FrameDecoder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Sends frames that expect an answer, repeats them where that is safe, and completes each request with its answer. */
final class RequestTracker {
    private static final long FRAME_BYTES = 65_536;

    /** A {@code csrfToken} is added later. */
    private static final long ADDED_BYTES = 256;

    private final FrameChannel transport;
    private final SendPacer pacer;
    private final JoinedRooms rooms;
    private final PendingRequests pending;
    private long frameBytes = FRAME_BYTES;
    private long flushAt = Long.MAX_VALUE;
    private boolean open;

    RequestTracker(FrameChannel transport, SendPacer pacer, JoinedRooms rooms, int maxPending) {
        this.transport = transport;
        this.pacer = pacer;
        this.rooms = rooms;
        this.pending = new PendingRequests(maxPending);
    }

    List<QueuedFrame> queue() {
        long now = transport.now();
        return pending.all().stream().map(request -> request.queued(now)).toList();
    }

    Optional<List<String>> countedAs(String id) {
        return pending.find(id).map(request -> SendPacer.countedAs(request.frame()));
    }

    /** Adds a frame that is sent until it is answered, once its room is joined. */
    Future<JsonObject> addRepeatable(JsonObject frame) {
        return add(new PendingRequest(
                complete(frame), new ServerMessage("", frame).roomId(), Repeat.UNTIL_ANSWERED, transport.now()));
    }

    /** Adds a frame that is sent on this connection only. */
    Future<JsonObject> add(JsonObject frame) {
        return add(new PendingRequest(complete(frame), Optional.empty(), Repeat.AFTER_LIMIT, transport.now()));
    }

    /** Adds a frame if it can go now, without a wait for the connection, its room or a limit. */
    Future<JsonObject> addTransient(JsonObject frame) {
        PendingRequest request = new PendingRequest(complete(frame), Optional.empty(), Repeat.NEVER, transport.now());
        boolean outside =
                !new ServerMessage("", frame).roomId().map(rooms::isIn).orElse(true);
        boolean waits = !open || outside || waitMs(request) > 0 || !pacer.spares(transport.now());
        boolean malformed = problemOf(request.frame()).isPresent();
        return waits && !malformed ? failure(Kind.DROPPED, "the event can't go now") : add(request);
    }

    private JsonObject complete(JsonObject frame) {
        return frame.containsKey("id") ? frame.copy() : frame.copy().put("id", transport.newId());
    }

    private Future<JsonObject> add(PendingRequest request) {
        Optional<String> problem = problemOf(request.frame());
        if (problem.isPresent()) {
            return failure(Kind.MALFORMED, problem.get());
        }
        if (!open && !request.repeatable()) {
            return failure(Kind.DISCONNECTED, "there is no connection");
        }
        if (pending.find(request.id()).isPresent()) {
            return failure(Kind.MALFORMED, "a frame with this id waits for its answer");
        }
        if (!pending.add(request)) {
            return failure(Kind.QUEUE_FULL, "too many frames wait for an answer");
        }
        flush();
        return request.promise().future();
    }

    /** Gives up waiting. A frame that was sent may take effect all the same. */
    boolean cancel(String id) {
        Optional<PendingRequest> request = pending.take(id);
        fail(request.stream().toList(), Kind.CANCELLED, "cancelled by the application");
        flush();
        return request.isPresent();
    }

    /** @param mostBytes the most bytes that a frame may have */
    void opened(Optional<Long> mostBytes) {
        open = true;
        mostBytes.ifPresent(bytes -> frameBytes = bytes);
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
        long soonest = Long.MAX_VALUE;
        for (PendingRequest request : open ? pending.due(transport.now(), rooms::isIn) : List.<PendingRequest>of()) {
            long wait = waitMs(request);
            if (request.leaves().filter(rooms::wants).isPresent()) {
                pending.take(request.id()); // it was held up, and would end the join that came after it
                fail(List.of(request), Kind.CANCELLED, "the room is joined");
            } else if (wait > 0) {
                soonest = Math.min(soonest, wait);
            } else {
                request.markWritten(transport.now());
                transport.write(request.frame());
            }
        }
        if (soonest < Long.MAX_VALUE) {
            flushIn(soonest);
        }
    }

    /** A session ends with its token, whatever holds up its other frames. */
    private long waitMs(PendingRequest request) {
        return request.renewsToken() ? 0 : pacer.waitMs(SendPacer.countedAs(request.frame()), transport.now());
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
        found.ifPresent(request -> {
            request.promise().tryComplete(message.frame());
            flush(); // the next one may have waited for it
        });
        return found.isPresent();
    }

    void refused(ServerMessage message) {
        boolean limited = pacer.isActive() && message.type().equals("rate_limited");
        boolean unknown = message.text("reason").equals(Optional.of(Reason.UNAVAILABLE.id()));
        Optional<PendingRequest> repeat =
                message.id().flatMap(pending::find).filter(request -> request.repeatsAfter(limited, unknown));
        if (repeat.isEmpty()) {
            answered(message);
        } else if (limited) {
            repeat.get().refusedByLimit();
            flush(); // which waits for the end of the block
        } else {
            repeat.get().repeatAfter(transport.now() + RoomState.REPEAT_MS);
            flushIn(RoomState.REPEAT_MS);
        }
    }

    private void flushIn(long ms) {
        long at = transport.now() + ms;
        if (at < flushAt) {
            flushAt = at;
            transport.later(ms, () -> {
                flushAt = Long.MAX_VALUE;
                flush();
            });
        }
    }

    /** The reason why the server would refuse the frame, as the published schemas say. */
    private Optional<String> problemOf(JsonObject frame) {
        String text = frame.encode();
        if (text.codePoints().anyMatch(each -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE)) {
            return Optional.of("an unpaired surrogate has no UTF-8");
        }
        byte[] utf8 = Buffer.buffer(text).getBytes();
        if (utf8.length + ADDED_BYTES > frameBytes) {
            return Optional.of("the frame is too large");
        }
        return FrameDecoder.decode(utf8)
                .fold(
                        good -> Optional.empty(),
                        bad -> Optional.of(bad.why().fold(Rejection.Limited::id, RequestTracker::describe)));
    }

    private static String describe(Rejection.Failed failed) {
        return failed.details().stream()
                .findFirst()
                .map(first -> failed.id() + ": " + first.rule() + " at "
                        + (first.path().isEmpty() ? "/" : first.path()))
                .orElse(failed.id());
    }

    private static Future<JsonObject> failure(Kind kind, String reason) {
        return Future.failedFuture(new ClientFailure(kind, reason));
    }

    private static void fail(List<PendingRequest> lost, Kind kind, String reason) {
        lost.forEach(request -> request.promise().tryFail(new ClientFailure(kind, reason)));
    }
}
