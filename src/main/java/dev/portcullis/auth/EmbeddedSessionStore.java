package dev.portcullis.auth;

import dev.portcullis.auth.Registered.Full;
import dev.portcullis.auth.Registered.HandshakesLimited;
import dev.portcullis.auth.Registered.Live;
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
 * The sessions of a single node, in its memory and nowhere else.
 *
 * <p>A session stands for a connection, and a connection dies with its process. On one node nothing could outlive it
 * that anybody could come back to, so writing sessions down would only raise the question which of those found at the
 * next start are still meant. As it is the answer needs no code: a start begins with none, and so ends those of the
 * last run. What must outlive the process are revocations, and those are a stream. With several nodes a session hangs on
 * its node's lease instead; that adapter keeps them where all nodes see them.
 *
 * <p>All instances of the stage on a node share one of these. Every step is a few operations on maps in memory under
 * one lock; only the sweep looks at everybody, at most once a second.
 */
public final class EmbeddedSessionStore implements SessionStore {
    private static final long SWEEP_EVERY_MS = 60_000;
    private static final long SWEEP_FULL_EVERY_MS = 1_000;

    private final SessionsConfig config;
    private final LongSupplier clock;
    private final Map<UserId, Person> people = new HashMap<>();
    private final Map<String, UserId> owners = new HashMap<>();
    private long sweptAt = Long.MIN_VALUE / 2;

    public EmbeddedSessionStore(SessionsConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Live sessions, and those whose end was not noticed yet. */
    public synchronized int size() {
        return owners.size();
    }

    /** What is known of one user: sessions oldest first. */
    private static final class Person {
        private final List<Session> sessions = new ArrayList<>(1);
        private final HandshakeLog handshakes = new HandshakeLog();
    }

    @Override
    public synchronized Future<Registered> open(Session session, Attempt attempt) {
        long now = clock.getAsLong();
        sweepIfDue(now);
        UserId user = session.sender().userId();
        if (people.size() >= config.tracked() && !people.containsKey(user)) {
            return Future.failedFuture(new StoreFailure("too many users have sessions"));
        }
        Person person = people.computeIfAbsent(user, any -> new Person());
        forgetExpired(person, now);
        if (attempt == Attempt.FIRST) {
            long wait = person.handshakes.waitFor(config.handshakesPerMinute(), now);
            if (wait > 0) {
                return Future.succeededFuture(new HandshakesLimited(wait));
            }
            person.handshakes.add(now);
        }
        return Future.succeededFuture(register(person, session));
    }

    @Override
    public synchronized Future<Void> end(UserId user, String sessionId) {
        if (owners.remove(sessionId, user)) {
            people.computeIfPresent(user, (any, person) -> {
                person.sessions.removeIf(session -> session.id().equals(sessionId));
                return isIdle(person, clock.getAsLong()) ? null : person;
            });
        }
        return Future.succeededFuture();
    }

    /** Nothing is ever lost here. */
    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Set<String>> deadAmong(List<Session> sessions, Patience patience) {
        return Future.succeededFuture(sessions.stream()
                .map(Session::id)
                .filter(id -> !owners.containsKey(id))
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public synchronized Future<List<Session>> ofUser(UserId user) {
        Person person = people.get(user);
        if (person == null) {
            return Future.succeededFuture(List.of());
        }
        forgetExpired(person, clock.getAsLong());
        return Future.succeededFuture(List.copyOf(person.sessions));
    }

    private Registered register(Person person, Session session) {
        if (person.sessions.size() >= config.max()) {
            return new Full(List.copyOf(person.sessions));
        }
        person.sessions.add(session);
        owners.put(session.id(), session.sender().userId());
        return new Live();
    }

    /** A session can't outlive its token, so one whose end was never reported makes room by itself. */
    private void forgetExpired(Person person, long now) {
        person.sessions.removeIf(session -> {
            boolean expired = session.expiresAt() <= now;
            if (expired) {
                owners.remove(session.id());
            }
            return expired;
        });
    }

    private void sweepIfDue(long now) {
        long every = people.size() >= config.tracked() ? SWEEP_FULL_EVERY_MS : SWEEP_EVERY_MS;
        if (now - sweptAt >= every) {
            sweptAt = now;
            people.values().removeIf(person -> {
                forgetExpired(person, now);
                return isIdle(person, now);
            });
        }
    }

    private static boolean isIdle(Person person, long now) {
        return person.sessions.isEmpty() && person.handshakes.isEmpty(now);
    }
}
