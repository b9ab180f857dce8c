package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Grant;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a client gets for its password or its refresh token. */
sealed interface GrantOutcome {
    void fold(Consumer<Grant> granted, Consumer<Denied> denied);

    /** Whose tokens they are; empty for none. */
    Optional<UserId> user();

    /** Tokens. */
    record Granted(Grant grant) implements GrantOutcome {
        @Override
        public void fold(Consumer<Grant> granted, Consumer<Denied> denied) {
            granted.accept(grant);
        }

        @Override
        public Optional<UserId> user() {
            return Optional.of(grant.profile().id());
        }
    }

    /**
     * A refusal.
     *
     * @param detail the part of the cause that only operators see
     * @param retryAfterMs 0 where waiting does not help
     */
    record Denied(HttpRefusal why, Optional<String> detail, List<Violation> violations, long retryAfterMs)
            implements GrantOutcome {
        private static final long BUSY_MS = 1_000;

        static Denied of(HttpRefusal why) {
            return new Denied(why, Optional.empty(), List.of(), 0);
        }

        static Denied of(HttpRefusal why, String detail) {
            return new Denied(why, Optional.of(detail), List.of(), 0);
        }

        static Denied of(Limit limit, long retryAfterMs) {
            return new Denied(HttpRefusal.RATE_LIMITED, Optional.of(limit.id()), List.of(), retryAfterMs);
        }

        /** A stage, or its store, does not answer. */
        static Denied unavailable() {
            return new Denied(HttpRefusal.UNAVAILABLE, Optional.empty(), List.of(), BUSY_MS);
        }

        /** @param password the name of the field with the new password */
        static Denied of(GrantRefusal why, String password) {
            return switch (why) {
                case EMAIL_TAKEN -> field(HttpRefusal.CONFLICT, why, "email", "taken");
                case USERNAME_TAKEN -> field(HttpRefusal.CONFLICT, why, "username", "taken");
                case BAD_EMAIL -> field(HttpRefusal.VALIDATION_FAILED, why, "email", "format");
                case BAD_USERNAME -> field(HttpRefusal.VALIDATION_FAILED, why, "username", "format");
                case WEAK_PASSWORD -> field(HttpRefusal.VALIDATION_FAILED, why, password, "strength");
                case WRONG_CREDENTIALS -> of(HttpRefusal.WRONG_CREDENTIALS);
                case UNKNOWN_TOKEN -> of(HttpRefusal.INVALID_TOKEN, why.id());
                case REUSED_TOKEN -> of(HttpRefusal.REVOKED_TOKEN, why.id());
                case BUSY -> new Denied(HttpRefusal.UNAVAILABLE, Optional.of(why.id()), List.of(), BUSY_MS);
                case DISABLED -> of(HttpRefusal.NOT_FOUND, why.id());
            };
        }

        @Override
        public void fold(Consumer<Grant> granted, Consumer<Denied> denied) {
            denied.accept(this);
        }

        @Override
        public Optional<UserId> user() {
            return Optional.empty();
        }

        private static Denied field(HttpRefusal why, GrantRefusal cause, String field, String rule) {
            return new Denied(why, Optional.of(cause.id()), List.of(new Violation("/" + field, rule)), 0);
        }
    }
}
