package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Every frame that the server itself creates. Messages are not among them: they are encoded once, when they are
 * published, and are passed on as bytes.
 */
public sealed interface ServerFrame {

    <R> R accept(Cases<R> cases);

    /** One method for each frame, so a new frame breaks the compile wherever it is not handled. */
    interface Cases<R> {
        R authSuccess(AuthSuccess frame);

        R authFailure(AuthFailure frame);

        R joined(Joined frame);

        R left(Left frame);

        R ack(Ack frame);

        R sent(Sent frame);

        R history(History frame);

        R pong(Pong frame);

        R health(Health frame);

        R rateLimited(RateLimited frame);

        R refused(Refused frame);

        R serverDraining(ServerDraining frame);

        R tokenExpiring(TokenExpiring frame);

        R tokenRefreshed(TokenRefreshed frame);

        R csrfRotated(CsrfRotated frame);

        R uploadTicket(UploadTicket frame);

        R presence(Presence frame);

        R presenceChange(PresenceChange frame);

        R typing(Typing frame);

        R read(Read frame);

        R membership(Membership frame);

        R gap(Gap frame);
    }

    /**
     * The limits of this session, adjusted to its role.
     *
     * @param actions how often a minute each action may be done that has a limit of its own
     */
    record Limits(int burst, int minute, int hour, int frameBytes, SortedMap<String, Integer> actions) {}

    /**
     * @param inbox the head of the user's inbox
     * @param gap what went from the front of the inbox before it was delivered
     */
    record AuthSuccess(
            Optional<String> id,
            UserId userId,
            String sessionId,
            Role role,
            Optional<String> csrfToken,
            long expiresAt,
            long heartbeatMs,
            Limits limits,
            Position inbox,
            Optional<Gap> gap)
            implements ServerFrame {
        /** The same frame for a session whose frames must carry this token. */
        public AuthSuccess withCsrfToken(String token) {
            return new AuthSuccess(
                    id, userId, sessionId, role, Optional.of(token), expiresAt, heartbeatMs, limits, inbox, gap);
        }

        @Override
        public String toString() {
            return "AuthSuccess[" + userId + ", " + sessionId + "]"; // it may hold a CSRF token (CWE-532)
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.authSuccess(this);
        }
    }

    record AuthFailure(Optional<String> id, AuthRefusal reason) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.authFailure(this);
        }
    }

    /**
     * @param position the position up to which the messages reach
     * @param messages oldest first
     * @param more whether another {@code joined} frame follows
     * @param members the first of those who are in the room, if the client asked for them
     * @param readSeq the user's own read mark in the room, 0 if there is none; absent where no join is answered
     */
    record Joined(
            Optional<String> id,
            RoomId roomId,
            Position position,
            boolean recovered,
            JsonMessages messages,
            boolean more,
            Optional<List<PresentUser>> members,
            OptionalLong readSeq)
            implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.joined(this);
        }
    }

    /** A user in a room, with the sessions that have joined it. */
    record PresentUser(UserId userId, int sessions) {}

    /** A user who came or went. */
    record PresenceChanged(UserId userId, boolean online) {}

    /** @param count all users in the room */
    record Presence(Optional<String> id, RoomId roomId, long version, int count, List<PresentUser> users, boolean more)
            implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.presence(this);
        }
    }

    record PresenceChange(RoomId roomId, long version, List<PresenceChanged> changes) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.presenceChange(this);
        }
    }

    /** A user has begun or ceased to type. */
    record Typing(Target target, UserId userId, boolean isTyping) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.typing(this);
        }
    }

    /** How far a member has read a room. */
    record Read(RoomId roomId, UserId userId, long seq) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.read(this);
        }
    }

    /**
     * The user's role in a room from now on.
     *
     * @param role empty for a user who is no member any more
     * @param byUserId the user who made the change; empty for the application's server
     * @param invited the role that the user is invited to; empty if it is no invitation
     */
    record Membership(
            RoomId roomId, Optional<String> role, String name, Optional<UserId> byUserId, Optional<String> invited)
            implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.membership(this);
        }
    }

    /**
     * Entries of the user's inbox are missing, which were trimmed before they were delivered.
     *
     * @param position the position of the last of them
     */
    record Gap(Position position, long count) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.gap(this);
        }
    }

    record Left(Optional<String> id, RoomId roomId) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.left(this);
        }
    }

    /** @param target empty for what went to every session */
    record Ack(Optional<String> id, Optional<Target> target, String messageId, Position position)
            implements ServerFrame {
        public Ack(Optional<String> id, Target target, String messageId, Position position) {
            this(id, Optional.of(target), messageId, position);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ack(this);
        }
    }

    /** An {@code ack} of what is not stored and has no position. */
    record Sent(Optional<String> id, Target target) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.sent(this);
        }
    }

    /**
     * @param messages oldest first
     * @param gap whether entries after the requested position are no longer kept
     */
    record History(Optional<String> id, Target target, String epoch, JsonMessages messages, boolean more, boolean gap)
            implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.history(this);
        }
    }

    record Pong(Optional<String> id, long timestamp) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.pong(this);
        }
    }

    record Health(Optional<String> id, String status, long sessionExpiresAt, long serverTime) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.health(this);
        }
    }

    record RateLimited(Optional<String> id, Rejection.Limited limit) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.rateLimited(this);
        }
    }

    record Refused(Optional<String> id, Optional<String> roomId, Rejection.Failed why, String requestId, long timestamp)
            implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.refused(this);
        }
    }

    record ServerDraining(long reconnectInMs) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.serverDraining(this);
        }
    }

    /** The token of the session ends soon. */
    record TokenExpiring(long expiresAt) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tokenExpiring(this);
        }
    }

    /** The session goes on with a new token. */
    record TokenRefreshed(Optional<String> id, long expiresAt) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tokenRefreshed(this);
        }
    }

    /**
     * The right to upload one file.
     *
     * @param uploadUrl absolute, or a path on this server
     * @param expiresAt when the URL is good no more
     * @param fileUrl by which messages refer to the file
     */
    record UploadTicket(
            Optional<String> id, String uploadUrl, long expiresAt, long maxBytes, String fileId, String fileUrl)
            implements ServerFrame {
        @Override
        public String toString() {
            return "UploadTicket[" + fileId + "]"; // the URL is a credential (CWE-532)
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.uploadTicket(this);
        }
    }

    /** The CSRF token that the frames of the session must carry from now on. */
    record CsrfRotated(String csrfToken) implements ServerFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.csrfRotated(this);
        }

        @Override
        public String toString() {
            return "CsrfRotated";
        }
    }
}
