package dev.portcullis.edge.api;

import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.auth.password.WorkChallenge;
import dev.portcullis.auth.refresh.RefreshLookups;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.reputation.AddressGate;
import java.util.List;
import java.util.Optional;

/**
 * Why a password, a code, a link or a refresh token brings nothing.
 *
 * @param detail the part of the cause that only operators see
 * @param retryAfterMs 0 where waiting does not help
 * @param user the refused user, where a right password or token names one; for the log
 * @param challenge work that helps
 */
record Denied(
        HttpRefusal why,
        Optional<String> detail,
        List<Violation> violations,
        long retryAfterMs,
        Optional<UserId> user,
        Optional<WorkChallenge> challenge) {
    private static final long BUSY_MS = 1_000;

    /** It takes as long at least. */
    private static final long DELETION_MS = 2_000;

    private Denied(HttpRefusal why, Optional<String> detail, List<Violation> violations, long retryAfterMs) {
        this(why, detail, violations, retryAfterMs, Optional.empty(), Optional.empty());
    }

    static Denied of(HttpRefusal why) {
        return new Denied(why, Optional.empty(), List.of(), 0);
    }

    static Denied of(HttpRefusal why, String detail) {
        return new Denied(why, Optional.of(detail), List.of(), 0);
    }

    static Denied of(AddressGate.Refusal why) {
        return of(HttpRefusal.BANNED, why.id());
    }

    static Denied of(Limit limit, long retryAfterMs) {
        return new Denied(HttpRefusal.RATE_LIMITED, Optional.of(limit.id()), List.of(), retryAfterMs);
    }

    /** The address sends too many requests to log in. */
    static Denied requests(long retryAfterMs) {
        return new Denied(HttpRefusal.RATE_LIMITED, Optional.of("requests"), List.of(), retryAfterMs);
    }

    /** The user is banned. */
    static Denied banned(Optional<UserId> user) {
        return new Denied(
                HttpRefusal.BANNED, Optional.of(AddressGate.Refusal.BANNED.id()), List.of(), 0, user, Optional.empty());
    }

    /** A stage, or its store, does not answer. */
    static Denied unavailable() {
        return new Denied(HttpRefusal.UNAVAILABLE, Optional.empty(), List.of(), BUSY_MS);
    }

    /** The node deletes as many users as it may. */
    static Denied deletions() {
        return new Denied(HttpRefusal.RATE_LIMITED, Optional.of("deletions"), List.of(), DELETION_MS);
    }

    /** @param password the name of the field with the new password */
    static Denied of(Refused refused, String password) {
        Denied denied = of(refused.why(), password);
        return new Denied(
                denied.why, denied.detail, denied.violations, denied.retryAfterMs, denied.user, refused.challenge());
    }

    static Denied of(GrantRefusal why, String password) {
        return switch (why) {
            case EMAIL_TAKEN -> field(HttpRefusal.CONFLICT, why, "email", "taken");
            case USERNAME_TAKEN -> field(HttpRefusal.CONFLICT, why, "username", "taken");
            case BAD_EMAIL -> field(HttpRefusal.VALIDATION_FAILED, why, "email", "format");
            case BAD_USERNAME -> field(HttpRefusal.VALIDATION_FAILED, why, "username", "format");
            case WEAK_PASSWORD -> field(HttpRefusal.VALIDATION_FAILED, why, password, "strength");
            case REGISTRATION_CLOSED -> of(HttpRefusal.FORBIDDEN, why.id());
            case NOT_INVITED -> field(HttpRefusal.FORBIDDEN, why, "invitation", "unknown");
            case BAD_LINK -> field(HttpRefusal.FORBIDDEN, why, "token", "unknown");
            case NOT_VERIFIED -> of(HttpRefusal.FORBIDDEN, why.id());
            case ALREADY_VERIFIED -> of(HttpRefusal.CONFLICT, why.id());
            case MAILED -> of(HttpRefusal.RATE_LIMITED, why.id());
            case WRONG_CREDENTIALS -> of(HttpRefusal.WRONG_CREDENTIALS);
            case SECOND_FACTOR_REQUIRED -> of(HttpRefusal.SECOND_FACTOR_REQUIRED);
            case WRONG_CODE -> field(HttpRefusal.SECOND_FACTOR_REQUIRED, why, "code", "wrong");
            case SECOND_FACTOR_EXISTS -> of(HttpRefusal.CONFLICT, why.id());
            case UNKNOWN_TOKEN -> of(HttpRefusal.INVALID_TOKEN, why.id());
            case REUSED_TOKEN -> of(HttpRefusal.REVOKED_TOKEN, why.id());
            case TOO_OFTEN ->
                new Denied(HttpRefusal.RATE_LIMITED, Optional.of(why.id()), List.of(), RefreshLookups.EACH_MS);
            case BANNED -> banned(Optional.empty());
            case BUSY, UNREAD -> new Denied(HttpRefusal.UNAVAILABLE, Optional.of(why.id()), List.of(), BUSY_MS);
            case DISABLED -> of(HttpRefusal.NOT_FOUND, why.id());
        };
    }

    private static Denied field(HttpRefusal why, GrantRefusal cause, String field, String rule) {
        return new Denied(why, Optional.of(cause.id()), List.of(new Violation("/" + field, rule)), 0);
    }
}
