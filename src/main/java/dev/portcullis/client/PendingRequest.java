package dev.portcullis.client;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A frame that waits for its answer. */
final class PendingRequest {
    private final String id;
    private final Optional<String> needsRoom;
    private final boolean repeatable;
    private final String text;
    private final Promise<JsonObject> promise = Promise.promise();

    private boolean written;
    private long writtenAt;
    private long firstWrittenAt = Long.MAX_VALUE;
    private long notBefore = Long.MIN_VALUE;

    /**
     * @param needsRoom the room that must be joined before this may be sent
     * @param repeatable whether a repeat under the same id is harmless, so that a disconnect does not fail it
     */
    PendingRequest(String id, Optional<String> needsRoom, boolean repeatable, String text) {
        this.id = id;
        this.needsRoom = needsRoom;
        this.repeatable = repeatable;
        this.text = text;
    }

    String id() {
        return id;
    }

    Optional<String> needsRoom() {
        return needsRoom;
    }

    boolean repeatable() {
        return repeatable;
    }

    String text() {
        return text;
    }

    Promise<JsonObject> promise() {
        return promise;
    }

    boolean due(long now) {
        return !written && now >= notBefore;
    }

    void markWritten(long now) {
        written = true;
        writtenAt = now;
        firstWrittenAt = Math.min(firstWrittenAt, now);
    }

    /** Marks the frame to be written again, not before this time. */
    void repeatAfter(long earliest) {
        written = false;
        notBefore = earliest;
    }

    boolean unansweredSince(long time) {
        return written && writtenAt <= time;
    }

    boolean firstWrittenBefore(long time) {
        return firstWrittenAt < time;
    }
}
