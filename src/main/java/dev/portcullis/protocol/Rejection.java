package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Why a request is refused: a limit, which passes with time, or a reason of the table. */
public sealed interface Rejection {
    <R> R fold(Function<Limited, R> limited, Function<Failed, R> failed);

    /** The name under which metrics and audit count it. */
    String id();

    static Rejection of(Reason reason) {
        return new Failed(reason, List.of());
    }

    static Rejection invalid(List<Violation> details) {
        return new Failed(Reason.VALIDATION_FAILED, details);
    }

    /** The user is muted in the room. Unlike other refusals of a right it says so: an honest user has to learn of it. */
    static Rejection muted() {
        return new Failed(Reason.FORBIDDEN, List.of(new Violation("/roomId", "muted")));
    }

    /** A verified user might do it. It says so, since the user can change it. */
    static Rejection unverified() {
        return new Failed(Reason.FORBIDDEN, List.of(new Violation("/type", "unverified")));
    }

    /** Another user gave the user a role in the room that is not enough. It says so: a client may not have heard of it yet. */
    static Rejection assigned() {
        return new Failed(Reason.FORBIDDEN, List.of(new Violation("/roomId", "assigned")));
    }

    /** The other user has the same or a higher role, which a third one may have given them just now. */
    static Rejection outranked() {
        return new Failed(Reason.FORBIDDEN, List.of(new Violation("/userId", "outranked")));
    }

    static Rejection limited(Scope scope, Window window, long retryAfterMs) {
        return new Limited(scope, window, retryAfterMs, Optional.empty());
    }

    static Rejection unavailable() {
        return of(Reason.UNAVAILABLE);
    }

    /** @param penalty the penalty that began with this refusal; empty if none did */
    @WireName("Limited")
    record Limited(Scope scope, Window window, long retryAfterMs, Optional<Penalty> penalty) implements Rejection {
        @Override
        public <R> R fold(Function<Limited, R> limited, Function<Failed, R> failed) {
            return limited.apply(this);
        }

        /** The same refusal, with which a penalty begins. */
        public Limited with(Penalty begun) {
            return new Limited(scope, window, retryAfterMs, Optional.of(begun));
        }

        @Override
        public String id() {
            return "rate_limited";
        }
    }

    @WireName("Failed")
    record Failed(Reason reason, List<Violation> details) implements Rejection {
        @Override
        public <R> R fold(Function<Limited, R> limited, Function<Failed, R> failed) {
            return failed.apply(this);
        }

        @Override
        public String id() {
            return reason.id();
        }
    }

    /** The consequence of exceeding a limit. */
    enum Penalty {
        BLOCK,
        /** A block, and the user is banned. */
        BAN
    }

    /** One violation of a schema: a JSON Pointer and the schema keyword that failed. */
    record Violation(String path, String rule) {}

    /** The counter that reached its limit. */
    enum Scope {
        USER,
        CONNECTION,
        IP,
        ACTION;

        private final String id = name().toLowerCase(java.util.Locale.ROOT);

        public String id() {
            return id;
        }
    }

    /** The period of the limit; {@code BYTES} limits the bytes of a minute instead of frames. */
    enum Window {
        BURST,
        MINUTE,
        HOUR,
        BYTES;

        private final String id = name().toLowerCase(java.util.Locale.ROOT);

        public String id() {
            return id;
        }
    }
}
