package dev.portcullis.auth.session;

import dev.portcullis.auth.session.RegistrationResult.AtCap;
import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.RegistrationResult.Revoked;
import dev.portcullis.auth.session.RevokedTokens.Token;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The sessions of a single node, in its memory only.
 *
 * <p>A session stands for a connection, and a connection dies with its process. Stored sessions would outlive their
 * connections, and the next start could not tell which of them still count. So each start begins with none, which ends
 * those of the last run. Revocations outlive the process: {@link EmbeddedRevocationStore} keeps them, and a copy is
 * here, so that both change under one lock. With several nodes a session
 * depends on its node's lease instead; that adapter keeps sessions where all nodes see them.
 *
 * <p>All instances of the stage on a node share one store. Every step is a few operations on maps in memory under one
 * lock. Only the sweep visits all users, at most once a second.
 */
public final class EmbeddedSessionStore implements SessionStore {
    private static final long SWEEP_EVERY_MS = 60_000;
    private static final long SWEEP_FULL_EVERY_MS = 1_000;

    private final SessionsConfig config;
    private final LongSupplier clock;
    private final LongSupplier ages;
    private final Map<UserId, UserSessions> users = new HashMap<>();
    private final Map<String, UserId> owners = new HashMap<>();
    private final RevokedTokens revoked;
    private long sweptAt = Long.MIN_VALUE / 2;

    /** Uses one clock for everything. */
    public EmbeddedSessionStore(SessionsConfig config, Supplier<RevocationLimits> limits, LongSupplier clock) {
        this(config, limits, clock, clock);
    }

    /**
     * @param clock by which tokens and sessions end, in milliseconds
     * @param ages by which handshakes are limited: a clock that is set back would shut users out by the size of the step
     */
    public EmbeddedSessionStore(
            SessionsConfig config, Supplier<RevocationLimits> limits, LongSupplier clock, LongSupplier ages) {
        this.config = config;
        this.revoked = new RevokedTokens(limits, config.trackedUsers());
        this.clock = clock;
        this.ages = ages;
    }

    /** Live sessions, and expired ones that are not removed yet. */
    public synchronized int size() {
        return owners.size();
    }

    /** One user's sessions, oldest first, and handshakes. */
    private static final class UserSessions {
        private final List<Session> sessions = new ArrayList<>(1);
        private final HandshakeWindow handshakes = new HandshakeWindow();
    }

    @Override
    public synchronized Future<RegistrationResult> open(Session session, HandshakeAttempt handshakeAttempt) {
        long now = clock.getAsLong();
        sweepIfDue(now);
        UserId user = session.sender().userId();
        if (users.size() >= config.trackedUsers() && !users.containsKey(user)) {
            return Future.failedFuture(new StoreFailure("too many users have sessions"));
        }
        UserSessions userSessions = users.computeIfAbsent(user, any -> new UserSessions());
        forgetExpired(userSessions, now);
        if (revoked.contains(Token.of(session), now)) {
            return Future.succeededFuture(new Revoked());
        }
        if (handshakeAttempt == HandshakeAttempt.FIRST) {
            long wait = userSessions.handshakes.waitFor(config.handshakesPerMinute(), ages.getAsLong());
            if (wait > 0) {
                return Future.succeededFuture(new HandshakesLimited(wait));
            }
            userSessions.handshakes.add(ages.getAsLong());
        }
        return Future.succeededFuture(register(userSessions, session));
    }

    @Override
    public synchronized Future<Void> end(UserId user, String sessionId) {
        if (owners.remove(sessionId, user)) {
            users.computeIfPresent(user, (any, userSessions) -> {
                userSessions.sessions.removeIf(session -> session.id().equals(sessionId));
                return isIdle(userSessions) ? null : userSessions;
            });
        }
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<RenewalResult> renew(Session session) {
        long now = clock.getAsLong();
        UserSessions userSessions = users.get(session.sender().userId());
        int index = userSessions == null ? -1 : indexOf(userSessions, session.id());
        if (userSessions == null
                || index < 0
                || session.expiresAt() <= now
                || revoked.contains(Token.of(userSessions.sessions.get(index)), now)
                || userSessions.sessions.get(index).expiresAt() <= now) {
            return Future.succeededFuture(RenewalResult.ENDED);
        }
        if (revoked.contains(Token.of(session), now)) {
            return Future.succeededFuture(RenewalResult.REVOKED);
        }
        userSessions.sessions.set(index, session);
        return Future.succeededFuture(RenewalResult.RENEWED);
    }

    /** Does nothing: this store never loses a session. */
    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        long now = clock.getAsLong();
        return Future.succeededFuture(sessions.stream()
                .filter(session -> !owners.containsKey(session.id()) || revoked.contains(Token.of(session), now))
                .map(Session::id)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public synchronized Future<List<Session>> ofUser(UserId user) {
        UserSessions userSessions = users.get(user);
        if (userSessions == null) {
            return Future.succeededFuture(List.of());
        }
        long now = clock.getAsLong();
        forgetExpired(userSessions, now);
        return Future.succeededFuture(userSessions.sessions.stream()
                .filter(session -> !revoked.contains(Token.of(session), now))
                .toList());
    }

    @Override
    public synchronized Future<Optional<Session>> find(String sessionId) {
        UserId user = owners.get(sessionId);
        return user == null
                ? Future.succeededFuture(Optional.empty())
                : ofUser(user)
                        .map(all -> all.stream()
                                .filter(session -> session.id().equals(sessionId))
                                .findFirst());
    }

    /** Takes effect at once: the user's sessions with such a token end, and none begins. */
    synchronized RevokedSessions revoke(RevocationRow row) {
        long now = clock.getAsLong();
        if (row.user().isEmpty()) {
            revoked.addForAnyUser(row.scope(), row.until());
            return new RevokedSessions(List.of(), Optional.empty());
        }
        UserId user = row.user().get();
        Optional<Long> issuedBefore = revoked.add(user, row.scope(), row.until(), now);
        UserSessions userSessions = users.get(user);
        return new RevokedSessions(userSessions == null ? List.of() : endRevoked(userSessions, now), issuedBefore);
    }

    /** Takes over a stored revocation, before there are sessions. */
    synchronized void load(RevocationRow row) {
        row.user()
                .ifPresentOrElse(
                        user -> revoked.load(user, row.scope(), row.until()),
                        () -> revoked.addForAnyUser(row.scope(), row.until()));
    }

    synchronized boolean isRevoked(Token token) {
        return revoked.contains(token, clock.getAsLong());
    }

    synchronized boolean hasRoomFor(UserId user) {
        return revoked.hasRoomFor(user, clock.getAsLong());
    }

    synchronized boolean hasRoomFor(TokenScope scope) {
        return revoked.hasRoomFor(scope, clock.getAsLong());
    }

    /** Forgets the revocations that no longer count. */
    synchronized void sweepRevocations() {
        revoked.sweep(clock.getAsLong());
    }

    /** How long a revocation made now counts. */
    synchronized long until(TokenScope scope) {
        return revoked.until(scope, clock.getAsLong());
    }

    /** How long a revocation made now counts that names no user. */
    synchronized long untilInLane(TokenScope scope) {
        return revoked.untilInLane(scope, clock.getAsLong());
    }

    /** Whether all that a stored revocation names was issued before this time. */
    synchronized boolean isCovered(RevocationRow row, long time) {
        return revoked.isCovered(row.scope(), row.until(), time);
    }

    private List<Session> endRevoked(UserSessions userSessions, long now) {
        List<Session> ended = userSessions.sessions.stream()
                .filter(session -> revoked.contains(Token.of(session), now))
                .toList();
        userSessions.sessions.removeAll(ended);
        ended.forEach(session -> owners.remove(session.id()));
        return ended;
    }

    private static int indexOf(UserSessions userSessions, String sessionId) {
        return IntStream.range(0, userSessions.sessions.size())
                .filter(i -> userSessions.sessions.get(i).id().equals(sessionId))
                .findFirst()
                .orElse(-1);
    }

    private RegistrationResult register(UserSessions userSessions, Session session) {
        if (userSessions.sessions.size() >= config.max()) {
            return new AtCap(List.copyOf(userSessions.sessions));
        }
        userSessions.sessions.add(session);
        owners.put(session.id(), session.sender().userId());
        return new Registered();
    }

    /** Makes room where the end of a session was never reported: no session outlives its token. */
    private void forgetExpired(UserSessions userSessions, long now) {
        userSessions.sessions.removeIf(session -> {
            boolean expired = session.expiresAt() <= now;
            if (expired) {
                owners.remove(session.id());
            }
            return expired;
        });
    }

    private void sweepIfDue(long now) {
        long every = users.size() >= config.trackedUsers() ? SWEEP_FULL_EVERY_MS : SWEEP_EVERY_MS;
        if (ages.getAsLong() - sweptAt >= every) {
            sweptAt = ages.getAsLong();
            users.values().removeIf(userSessions -> {
                forgetExpired(userSessions, now);
                return isIdle(userSessions);
            });
        }
    }

    private boolean isIdle(UserSessions userSessions) {
        return userSessions.sessions.isEmpty() && userSessions.handshakes.isEmpty(ages.getAsLong());
    }
}
