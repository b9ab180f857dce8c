package dev.portcullis.client;

import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What a client tells its owner, in the order in which it happened. */
public sealed interface ClientEvent {
    <R> R accept(Cases<R> cases);

    /** One arm for each event. */
    interface Cases<R> {
        R opened(Opened event);

        R joined(Joined event);

        R entry(Entry event);

        R positionLost(PositionLost event);

        R limited(Limited event);

        R refused(Refused event);

        R draining(Draining event);

        R interrupted(Interrupted event);

        R ended(Ended event);

        R other(Other event);
    }

    /** The node at this address knows who we are. */
    record Opened(ServerAddress at, String userId, String sessionId, JsonObject frame) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.opened(this);
        }
    }

    /** @param resumed whether the place from before was kept; what was missed follows as entries */
    record Joined(String roomId, Position head, boolean resumed) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.joined(this);
        }
    }

    /** An entry of a room's stream: each exactly once, in order, unless {@link PositionLost} said otherwise. */
    record Entry(String roomId, Position at, String type, JsonObject frame) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.entry(this);
        }
    }

    /** Entries before {@code head} may be missing: read the history. */
    record PositionLost(String roomId, Position head) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.positionLost(this);
        }
    }

    record Limited(Optional<String> id, String scope, String window, long retryAfterMs) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.limited(this);
        }
    }

    record Refused(
            Optional<String> id,
            Optional<String> roomId,
            String reason,
            String message,
            List<Violation> details,
            Optional<String> requestId)
            implements ClientEvent {
        public Refused {
            details = List.copyOf(details);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.refused(this);
        }
    }

    /** What in the frame broke which rule: a JSON Pointer and a schema keyword. */
    record Violation(String path, String rule) {}

    record Draining(long reconnectInMs) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.draining(this);
        }
    }

    /** The connection is gone and will be tried again. */
    record Interrupted(Disconnect disconnect, long retryInMs) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.interrupted(this);
        }
    }

    /** The connection is gone for good. */
    record Ended(Disconnect disconnect) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ended(this);
        }
    }

    /** A frame that this client has no word for. */
    record Other(String type, JsonObject frame) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.other(this);
        }
    }
}
