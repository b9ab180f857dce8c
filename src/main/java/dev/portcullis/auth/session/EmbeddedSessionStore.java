package dev.portcullis.auth.session;

import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The sessions of a single node, in its memory only.
 *
 * <p>A session stands for a connection, and a connection dies with its process. Stored sessions would outlive their
 * connections, and the next start could not tell which of them still count. So each start begins with none, which ends
 * those of the last run. With several nodes a session depends on its node's lease instead; that adapter keeps sessions where all
 * nodes see them.
 *
 * <p>All instances of the stage on a node share one store. Every step is a few operations on maps in memory under one
 * lock. Only the sweep visits all users, at most once a second. Revocations outlive the process, and are rows of the embedded
 * store.
 */
public final class EmbeddedSessionStore implements SessionStore {
    private static final long SWEEP_EVERY_MS = 60_000;
    private static final long SWEEP_FULL_EVERY_MS = 1_000;

    private final SessionsConfig config;
    private final LongSupplier clock;
    private final LongSupplier ages;
    private final Map<UserId, UserSessions> users = new HashMap<>();
    private final Map<String, UserId> owners = new HashMap<>();
    private final EmbeddedStore store;
    private final EmbeddedRows rows;
    private final RevocationStore revocations;
    private final EmbeddedStreamStore streams;
    private final InboxConfig inboxes;
    private final Optional<HookOutbox> outbox;
    private long sweptAt = Long.MIN_VALUE / 2;

    /**
     * Opens the store while starting: it blocks the thread.
     *
     * @param store where the revocations are
     * @param revocations the only instance of the process, since it counts what it has stored
     * @param streams the cut-offs and inboxes, in the same store
     * @param outbox the outbox to which sessions are reported, before they are known to their clients
     * @param clock by which tokens and sessions end, in milliseconds
     * @param ages by which handshakes are limited: a clock that is set back would shut users out by the size of the step
     */
    public EmbeddedSessionStore(
            SessionsConfig config,
            EmbeddedStore store,
            RevocationStore revocations,
            EmbeddedStreamStore streams,
            InboxConfig inboxes,
            Optional<HookOutbox> outbox,
            LongSupplier clock,
            LongSupplier ages) {
        this.config = config;
        this.store = store;
        this.rows = new EmbeddedRows(store);
        this.revocations = revocations;
        this.streams = streams;
        this.inboxes = inboxes;
        this.outbox = outbox;
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
    public Future<SessionOpening> open(Session session, HandshakeAttempt handshakeAttempt) {
        return revocations
                .unlessRevoked(session, permit -> permitted(session, permit, () -> register(session, handshakeAttempt)))
                .compose(opening -> opening instanceof Opened
                        ? opened(session).compose(opened -> report(session).map(opened))
                        : Future.succeededFuture(opening));
    }

    /**
     * Tells what its greeting waits for. It is read behind the registration, since what is cut off then meets the session. Where it
     * can't be read the edge asks for it again: the session is registered, and must not be refused then.
     */
    private Future<SessionOpening> opened(Session session) {
        return store.<SessionOpening>readFew(reader -> new Opened(
                        session,
                        Optional.of(streams.cursor(reader, session.lane())),
                        inboxes.ackPer() == AckPer.USER
                                ? Optional.of(streams.delivery(
                                        reader, session.sender().userId()))
                                : Optional.empty()))
                .otherwise(unread -> new Opened(session, Optional.empty(), Optional.empty()));
    }

    private Future<Void> report(Session session) {
        return outbox.map(each -> each.beginIfRoom(
                                session.lane(),
                                SessionEvents.of(session),
                                session.owner().incarnation())
                        .onFailure(unreported -> remove(session.sender().userId(), session.id())))
                .orElseGet(Future::succeededFuture);
    }

    /**
     * Takes a step in memory if the permit holds. A handshake does not wait for the disk: the permit is read before the step, and
     * once more if a revocation was stored meanwhile. One that is stored later finds the session and ends it.
     *
     * @param session ends again if the permit does not hold after all
     */
    private <T> Future<Optional<T>> permitted(Session session, Permit permit, Supplier<T> step) {
        long stored = revocations.stored();
        return holds(session, permit).compose(holds -> {
            if (!holds) {
                return Future.succeededFuture(Optional.empty());
            }
            Optional<T> result = Optional.of(step.get());
            return revocations.stored() == stored
                    ? Future.succeededFuture(result)
                    : holds(session, permit)
                            .compose(still -> still ? Future.succeededFuture(result) : removed(session));
        });
    }

    private <T> Future<Optional<T>> removed(Session session) {
        remove(session.sender().userId(), session.id());
        return Future.succeededFuture(Optional.empty());
    }

    private Future<Boolean> holds(Session session, Permit permit) {
        return store.readFew(reader -> rows.areUnchanged(reader, session.lane(), permit));
    }

    private synchronized SessionOpening register(Session session, HandshakeAttempt handshakeAttempt) {
        long now = clock.getAsLong();
        sweepIfDue(now);
        UserId user = session.sender().userId();
        if (users.size() >= config.trackedUsers() && !users.containsKey(user)) {
            throw new StoreFailure("too many users have sessions");
        }
        UserSessions userSessions = users.computeIfAbsent(user, any -> new UserSessions());
        forgetExpired(userSessions, now);
        if (handshakeAttempt == HandshakeAttempt.FIRST) {
            long wait = userSessions.handshakes.waitFor(config.handshakesPerMinute(), ages.getAsLong());
            if (wait > 0) {
                return new HandshakesLimited(user, wait);
            }
            userSessions.handshakes.add(ages.getAsLong());
        }
        return register(userSessions, session);
    }

    @Override
    public Future<Void> end(UserId user, String sessionId) {
        remove(user, sessionId);
        return outbox.map(each -> each.end(Session.laneOf(user), sessionId, HookType.SESSION_CLOSED))
                .orElseGet(Future::succeededFuture);
    }

    private synchronized void remove(UserId user, String sessionId) {
        if (owners.remove(sessionId, user)) {
            users.computeIfPresent(user, (any, userSessions) -> {
                userSessions.sessions.removeIf(session -> session.id().equals(sessionId));
                return isIdle(userSessions) ? null : userSessions;
            });
        }
    }

    @Override
    public Future<SessionRenewal> renew(Session session) {
        return registered(session.id())
                .map(present -> revocations.unlessRevoked(
                        present, session, permit -> permitted(session, permit, () -> replace(present, session))))
                .orElseGet(() -> Future.succeededFuture(new SessionRenewal.Ended()));
    }

    private synchronized SessionRenewal replace(Session present, Session renewed) {
        Optional<Session> current = registered(present.id());
        if (current.isEmpty() || renewed.expiresAt() <= clock.getAsLong()) {
            return new SessionRenewal.Ended();
        }
        if (!current.get().equals(present)) {
            throw StoreFailure.notApplied("another renewal of the session came first");
        }
        users.computeIfPresent(renewed.sender().userId(), (user, userSessions) -> {
            userSessions.sessions.replaceAll(session -> session.equals(present) ? renewed : session);
            return userSessions;
        });
        return new SessionRenewal.Renewed(renewed);
    }

    /** Does nothing: this store never loses a session. */
    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        List<Session> live = sessions.stream()
                .flatMap(session -> registered(session.id()).stream())
                .toList();
        return revocations.unrevoked(live).map(unrevoked -> {
            Set<String> ids = unrevoked.stream().map(Session::id).collect(Collectors.toSet());
            return sessions.stream()
                    .map(Session::id)
                    .filter(id -> !ids.contains(id))
                    .collect(Collectors.toUnmodifiableSet());
        });
    }

    @Override
    public Future<List<Session>> ofUser(UserId user) {
        return revocations.unrevoked(registered(user));
    }

    @Override
    public Future<Set<Session>> revokedOf(UserId user) {
        return revocations.revokedAmong(registered(user));
    }

    @Override
    public Future<Optional<Session>> find(String sessionId) {
        return revocations
                .unrevoked(registered(sessionId).stream().toList())
                .map(found -> found.stream().findFirst());
    }

    /** The sessions that are live if their token is not revoked, oldest first. */
    private synchronized List<Session> registered(UserId user) {
        UserSessions userSessions = users.get(user);
        if (userSessions == null) {
            return List.of();
        }
        forgetExpired(userSessions, clock.getAsLong());
        return List.copyOf(userSessions.sessions);
    }

    private synchronized Optional<Session> registered(String sessionId) {
        UserId user = owners.get(sessionId);
        return user == null
                ? Optional.empty()
                : registered(user).stream()
                        .filter(session -> session.id().equals(sessionId))
                        .findFirst();
    }

    private SessionOpening register(UserSessions userSessions, Session session) {
        if (userSessions.sessions.size() >= config.max()) {
            return new AtCap(session.sender().userId(), List.copyOf(userSessions.sessions));
        }
        userSessions.sessions.add(session);
        owners.put(session.id(), session.sender().userId());
        return new Opened(session, Optional.empty(), Optional.empty());
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

    /** The times of one user's handshakes within the last minute: exact, since there are few. */
    private static final class HandshakeWindow {
        private static final long MINUTE = 60_000;

        private final Deque<Long> times = new ArrayDeque<>(2);

        /** How long until one more is within {@code limit}; 0 if one is now. */
        long waitFor(int limit, long now) {
            dropOld(now);
            return times.size() < limit ? 0 : times.getFirst() + MINUTE - now;
        }

        void add(long now) {
            times.addLast(now);
        }

        boolean isEmpty(long now) {
            dropOld(now);
            return times.isEmpty();
        }

        private void dropOld(long now) {
            while (!times.isEmpty() && times.getFirst() + MINUTE <= now) {
                times.removeFirst();
            }
        }
    }
}
