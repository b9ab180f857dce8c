package dev.portcullis.client;

import dev.portcullis.client.pace.QueuedFrame;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A frame that waits for its answer. */
final class PendingRequest {
    /** When a frame is sent again. */
    enum Repeat {
        /** Until it is answered, also after a disconnect: a repeat under its id is harmless. */
        UNTIL_ANSWERED,
        /** It may be repeated only after a limit has refused it, which had no effect. */
        AFTER_LIMIT,
        /** It is of no use later. */
        NEVER
    }

    private final JsonObject frame;
    private final Optional<String> needsRoom;
    private final Repeat repeat;
    private final long addedAt;
    private final Promise<JsonObject> promise = Promise.promise();

    private boolean written;
    private int writes;
    private long writtenAt;
    private long firstWrittenAt = Long.MAX_VALUE;
    private long notBefore = Long.MIN_VALUE;

    /**
     * @param frame with its id
     * @param needsRoom the room that must be joined before this may be sent
     */
    PendingRequest(JsonObject frame, Optional<String> needsRoom, Repeat repeat, long addedAt) {
        this.frame = frame;
        this.needsRoom = needsRoom;
        this.repeat = repeat;
        this.addedAt = addedAt;
    }

    String id() {
        return frame.getString("id");
    }

    String type() {
        return String.valueOf(frame.getValue("type"));
    }

    Optional<String> needsRoom() {
        return needsRoom;
    }

    /**
     * The room or user within which its order counts: there no later frame is to overtake a message, though that has to be sent
     * again.
     */
    Optional<String> target() {
        return repeatable() || leaves().isPresent()
                ? Optional.of(frame.getString("roomId") + " " + frame.getString("recipientId"))
                : Optional.empty();
    }

    /** Whether a disconnect does not fail it. */
    boolean repeatable() {
        return repeat == Repeat.UNTIL_ANSWERED;
    }

    /** The room that it leaves. */
    Optional<String> leaves() {
        return type().equals("leave") ? Optional.ofNullable(frame.getString("roomId")) : Optional.empty();
    }

    boolean renewsToken() {
        return type().equals("token_refresh");
    }

    /** A room stays joined until the server has taken a {@code leave}. A token is offered again by its renewal. */
    boolean repeatsAfter(boolean limited, boolean unknown) {
        return !renewsToken()
                && repeat != Repeat.NEVER
                && (limited || (unknown && (repeatable() || leaves().isPresent())));
    }

    JsonObject frame() {
        return frame;
    }

    Promise<JsonObject> promise() {
        return promise;
    }

    QueuedFrame queued(long now) {
        return new QueuedFrame(id(), type(), written, now - addedAt, frame.copy());
    }

    boolean due(long now) {
        return !written && now >= notBefore;
    }

    void markWritten(long now) {
        written = true;
        writes++;
        writtenAt = now;
        firstWrittenAt = Math.min(firstWrittenAt, now);
    }

    /** Marks the frame to be written again, not before this time. */
    void repeatAfter(long earliest) {
        written = false;
        notBefore = earliest;
    }

    /** A first attempt that was refused had no effect, so it leaves no doubt about the outcome. */
    void refusedByLimit() {
        repeatAfter(Long.MIN_VALUE);
        if (writes == 1) {
            writes = 0;
            firstWrittenAt = Long.MAX_VALUE;
        }
    }

    boolean unansweredSince(long time) {
        return written && writtenAt <= time;
    }

    boolean firstWrittenBefore(long time) {
        return firstWrittenAt < time;
    }
}
