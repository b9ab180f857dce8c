package dev.portcullis.client;

import dev.portcullis.client.pace.QueuedFrame;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A frame that waits for its answer. */
final class PendingRequest {
    private final JsonObject frame;
    private final Optional<String> needsRoom;
    private final boolean repeatable;
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
     * @param repeatable whether a repeat under the same id is harmless, so that a disconnect does not fail it
     */
    PendingRequest(JsonObject frame, Optional<String> needsRoom, boolean repeatable, long addedAt) {
        this.frame = frame;
        this.needsRoom = needsRoom;
        this.repeatable = repeatable;
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

    /** Where its order counts: there no later frame is to overtake a message, though that has to be sent again. */
    Optional<String> target() {
        return repeatable || leaves().isPresent()
                ? Optional.of(frame.getString("roomId") + " " + frame.getString("recipientId"))
                : Optional.empty();
    }

    boolean repeatable() {
        return repeatable;
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
        return !renewsToken() && (limited || (unknown && (repeatable || leaves().isPresent())));
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
