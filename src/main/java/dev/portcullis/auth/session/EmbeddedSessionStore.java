package dev.portcullis.auth.session;

import dev.portcullis.auth.session.RegistrationResult.AtCap;
import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The sessions of a single node, in its memory only.
 *
 * <p>A session stands for a connection, and a connection dies with its process. Stored sessions would outlive their
 * connections, and the next start could not tell which of them still count. So each start begins with none, which ends
 * those of the last run. Revocations must outlive the process, and those are a stream. With several nodes a session
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
    private final Map<UserId, UserSessions> users = new HashMap<>();
    private final Map<String, UserId> owners = new HashMap<>();
    private long sweptAt = Long.MIN_VALUE / 2;

    public EmbeddedSessionStore(SessionsConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
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
        if (handshakeAttempt == HandshakeAttempt.FIRST) {
            long wait = userSessions.handshakes.waitFor(config.handshakesPerMinute(), now);
            if (wait > 0) {
                return Future.succeededFuture(new HandshakesLimited(wait));
            }
            userSessions.handshakes.add(now);
        }
        return Future.succeededFuture(register(userSessions, session));
    }

    @Override
    public synchronized Future<RenewalResult> renew(Session renewed) {
        UserSessions userSessions = users.get(renewed.sender().userId());
        if (userSessions == null || !owners.containsKey(renewed.id())) {
            return Future.succeededFuture(RenewalResult.ENDED);
        }
        forgetExpired(userSessions, clock.getAsLong());
        userSessions.sessions.replaceAll(session -> session.id().equals(renewed.id()) ? renewed : session);
        return Future.succeededFuture(owners.containsKey(renewed.id()) ? RenewalResult.RENEWED : RenewalResult.ENDED);
    }

    @Override
    public synchronized Future<Void> end(UserId user, String sessionId) {
        if (owners.remove(sessionId, user)) {
            users.computeIfPresent(user, (any, userSessions) -> {
                userSessions.sessions.removeIf(session -> session.id().equals(sessionId));
                return isIdle(userSessions, clock.getAsLong()) ? null : userSessions;
            });
        }
        return Future.succeededFuture();
    }

    /** Does nothing: this store never loses a session. */
    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        return Future.succeededFuture(sessions.stream()
                .map(Session::id)
                .filter(id -> !owners.containsKey(id))
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public synchronized Future<List<Session>> ofUser(UserId user) {
        UserSessions userSessions = users.get(user);
        if (userSessions == null) {
            return Future.succeededFuture(List.of());
        }
        forgetExpired(userSessions, clock.getAsLong());
        return Future.succeededFuture(List.copyOf(userSessions.sessions));
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
        if (now - sweptAt >= every) {
            sweptAt = now;
            users.values().removeIf(userSessions -> {
                forgetExpired(userSessions, now);
                return isIdle(userSessions, now);
            });
        }
    }

    private static boolean isIdle(UserSessions userSessions, long now) {
        return userSessions.sessions.isEmpty() && userSessions.handshakes.isEmpty(now);
    }
}
