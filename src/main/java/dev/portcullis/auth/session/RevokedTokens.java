package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Which tokens are revoked, in memory. Not thread-safe. */
final class RevokedTokens {
    private final Supplier<RevocationLimits> limits;
    private final int maxUsers;
    private final Map<UserId, OfUser> users = new HashMap<>();
    private final Map<TokenScope, Long> ofAnyUser = new LinkedHashMap<>();

    /** @param maxUsers users with a revocation at a time */
    RevokedTokens(Supplier<RevocationLimits> limits, int maxUsers) {
        this.limits = limits;
        this.maxUsers = maxUsers;
    }

    /** The revocations of one user. */
    private static final class OfUser {
        private final Map<TokenScope, Long> untils = new HashMap<>();
        private long before;
        private long beforeUntil;

        /** All tokens issued before a time, which is never set back. */
        void revokeBefore(long time, long until) {
            before = Math.max(before, time);
            beforeUntil = Math.max(beforeUntil, until);
        }

        boolean isEmptyAt(long now) {
            untils.values().removeIf(until -> until <= now);
            if (beforeUntil <= now) {
                before = 0;
            }
            return untils.isEmpty() && beforeUntil <= now;
        }

        boolean contains(Token token, long now) {
            return (beforeUntil > now && token.issuedAt < before) || token.isIn(untils, now);
        }
    }

    /** A token, as far as it decides whether it is revoked. */
    record Token(UserId user, String id, long issuedAt, Optional<String> sid) {
        static Token of(Session session) {
            return new Token(session.sender().userId(), session.tokenId(), session.tokenIssuedAt(), session.family());
        }

        private boolean isIn(Map<TokenScope, Long> untils, long now) {
            return untils.getOrDefault(new TokenScope.Token(id), Long.MIN_VALUE) > now
                    || sid.map(TokenScope.Family::new)
                            .map(untils::get)
                            .filter(until -> until > now)
                            .isPresent();
        }
    }

    /** How long a revocation made now counts. */
    long until(TokenScope scope, long now) {
        return scope.fold(token -> now, family -> now, time -> Math.max(now, time))
                + limits.get().keepMs(scope);
    }

    /** How long a revocation made now counts that names no user. */
    long untilInLane(TokenScope scope, long now) {
        return now + limits.get().keepInLaneMs(scope);
    }

    /** A single one that was made before this time concerns tokens that were issued before it. */
    boolean isCovered(TokenScope scope, long until, long time) {
        return !(scope instanceof TokenScope.IssuedBefore)
                && until - limits.get().keepMs(scope) < time;
    }

    /** Takes over a stored one as it is: to widen it now would revoke what was issued since. */
    void load(UserId user, TokenScope scope, long until) {
        OfUser own = users.computeIfAbsent(user, any -> new OfUser());
        if (scope instanceof TokenScope.IssuedBefore before) {
            own.revokeBefore(before.time(), until);
        } else {
            own.untils.merge(scope, until, Math::max);
        }
    }

    /** Whether a revocation of this user finds room. */
    boolean hasRoomFor(UserId user, long now) {
        if (users.size() >= maxUsers && !users.containsKey(user)) {
            sweep(now);
        }
        return users.size() < maxUsers || users.containsKey(user);
    }

    /** Whether a revocation whose user is not known finds room. */
    boolean hasRoomFor(TokenScope scope, long now) {
        if (ofAnyUser.size() >= limits.get().withoutUser() && !ofAnyUser.containsKey(scope)) {
            sweep(now);
        }
        return ofAnyUser.size() < limits.get().withoutUser() || ofAnyUser.containsKey(scope);
    }

    /** Returns the time before which all tokens of the user are revoked, if there were too many single ones. */
    Optional<Long> add(UserId user, TokenScope scope, long until, long now) {
        OfUser own = users.computeIfAbsent(user, any -> new OfUser());
        if (scope instanceof TokenScope.IssuedBefore before) {
            own.revokeBefore(before.time(), until);
            return Optional.empty();
        }
        own.untils.merge(scope, until, Math::max);
        if (own.untils.size() <= limits.get().perUser()) {
            return Optional.empty();
        }
        own.untils.values().removeIf(each -> each <= now);
        return own.untils.size() <= limits.get().perUser() ? Optional.empty() : Optional.of(widen(own, now));
    }

    void addForAnyUser(TokenScope scope, long until) {
        ofAnyUser.merge(scope, until, Math::max);
    }

    boolean contains(Token token, long now) {
        OfUser own = users.get(token.user);
        return (own != null && own.contains(token, now)) || token.isIn(ofAnyUser, now);
    }

    void sweep(long now) {
        users.values().removeIf(each -> each.isEmptyAt(now));
        ofAnyUser.values().removeIf(until -> until <= now);
    }

    /** One wide revocation instead of many: what was revoked stays so, and the memory is bounded (CWE-770). */
    private long widen(OfUser own, long now) {
        long time = now + 1;
        own.revokeBefore(time, time + limits.get().keepForLoginsMs());
        own.untils.clear();
        return time;
    }
}
