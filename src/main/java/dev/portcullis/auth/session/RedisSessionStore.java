package dev.portcullis.auth.session;

import dev.portcullis.auth.session.RegistrationResult.AtCap;
import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.RegistrationResult.Revoked;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sessions of a cluster. Each depends on the lease that its node renews in the user's lane, so the sessions of a
 * node that dies end without a call. All keys of a user are in that lane, so a handshake is one script.
 */
public final class RedisSessionStore implements SessionStore {
    /** How long an ended id is remembered: longer than any request can be under way. */
    public static final long ENDED_MS = 60_000;

    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final Script openScript;
    private final Script renewScript;
    private final Script findScript;
    private final Script endScript;
    private final Script restoreScript;
    private final Script liveScript;
    private final SessionsConfig config;
    private final Optional<HookOutbox> outbox;
    private final LongSupplier clock;

    /** @param outbox the outbox to which sessions are reported */
    public RedisSessionStore(RedisStore redis, SessionsConfig config, Optional<HookOutbox> outbox) {
        this(redis, config, () -> REDIS_CLOCK, outbox);
    }

    /** Takes another clock than the store's, for tests. */
    RedisSessionStore(RedisStore redis, SessionsConfig config, LongSupplier clock, Optional<HookOutbox> outbox) {
        this.redis = redis;
        this.outbox = outbox;
        this.openScript = redis.script(
                RedisSessionStore.class,
                "sessions",
                "revocations",
                RowArguments.CHANGES_FILE,
                RowArguments.PERMIT_FILE,
                "open_session");
        this.renewScript = redis.script(RedisSessionStore.class, "sessions", "revocations", "renew_session");
        this.findScript = redis.script(RedisSessionStore.class, "find_session");
        this.endScript = redis.script(
                RedisSessionStore.class,
                "sessions",
                RowArguments.CHANGES_FILE,
                RowArguments.PERMIT_FILE,
                "end_session");
        this.restoreScript = redis.script(RedisSessionStore.class, "sessions", "revocations", "restore_sessions");
        this.liveScript = redis.script(RedisSessionStore.class, "sessions", "revocations", "live_sessions");
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Future<RegistrationResult> open(Session session, HandshakeAttempt handshakeAttempt) {
        UserId user = session.sender().userId();
        int lane = session.lane();
        return redis.run(writing(
                        openScript
                                .call()
                                .key(SessionKeys.sessions(user))
                                .key(SessionKeys.handshakes(user))
                                .key(SessionKeys.leases(lane))
                                .key(SessionKeys.lane(lane))
                                .key(SessionKeys.revocations(user))
                                .key(SessionKeys.revocations(lane))
                                .key(SessionKeys.userOf(lane, session.id()))
                                .arg(clock.getAsLong())
                                .arg(session.id())
                                .arg(session.expiresAt())
                                .arg(session.owner().incarnation())
                                .arg(SessionRow.details(session))
                                .arg(handshakeAttempt == HandshakeAttempt.FIRST ? 1 : 0)
                                .arg(config.handshakesPerMinute())
                                .arg(config.max())
                                .arg(LeaseTimeout.NORMAL.millis())
                                .arg(ENDED_MS)
                                .arg(session.tokenId())
                                .arg(session.tokenIssuedAt())
                                .arg(session.family().orElse(""))
                                .arg(user.value()),
                        lane,
                        outbox.map(each -> each.begins(
                                SessionEvents.of(session), session.owner().incarnation()))))
                .compose(reply -> outcome(user, reply));
    }

    @Override
    public Future<RenewalResult> renew(Session session) {
        UserId user = session.sender().userId();
        int lane = session.lane();
        return redis.run(renewScript
                        .call()
                        .key(SessionKeys.sessions(user))
                        .key(SessionKeys.leases(lane))
                        .key(SessionKeys.lane(lane))
                        .key(SessionKeys.revocations(user))
                        .key(SessionKeys.revocations(lane))
                        .key(SessionKeys.userOf(lane, session.id()))
                        .arg(clock.getAsLong())
                        .arg(session.id())
                        .arg(session.expiresAt())
                        .arg(SessionRow.details(session))
                        .arg(LeaseTimeout.NORMAL.millis())
                        .arg(session.tokenId())
                        .arg(session.tokenIssuedAt())
                        .arg(session.family().orElse(""))
                        .arg(user.value()))
                .map(reply -> RenewalResult.valueOf(reply.toString().toUpperCase(Locale.ROOT)));
    }

    @Override
    public Future<Optional<Session>> find(String sessionId) {
        return SessionId.laneOf(sessionId)
                .map(lane -> redis.run(findScript.call().key(SessionKeys.userOf(lane, sessionId)))
                        .compose(user -> user == null
                                ? Future.succeededFuture(List.<Session>of())
                                : ofUser(new UserId(user.toString()))))
                .orElseGet(() -> Future.succeededFuture(List.of()))
                .map(all -> all.stream()
                        .filter(session -> session.id().equals(sessionId))
                        .findFirst());
    }

    @Override
    public Future<Void> end(UserId user, String sessionId) {
        int lane = Session.laneOf(user);
        return redis.run(writing(
                        endScript
                                .call()
                                .key(SessionKeys.sessions(user))
                                .key(SessionKeys.userOf(lane, sessionId))
                                .arg(clock.getAsLong())
                                .arg(sessionId)
                                .arg(ENDED_MS),
                        lane,
                        outbox.map(each -> each.ends(sessionId, HookType.SESSION_CLOSED))))
                .mapEmpty();
    }

    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.all(byLane(sessions).stream().map(this::restoreInLane).toList())
                .compose(any -> reportAgain(sessions));
    }

    @Override
    public Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        return Future.all(byLane(sessions).stream()
                        .map(lane -> live(usersOf(lane), timeout))
                        .toList())
                .map(lanes -> {
                    Set<String> live = lanes.<List<Response>>list().stream()
                            .flatMap(List::stream)
                            .flatMap(RedisSessionStore::ids)
                            .collect(Collectors.toSet());
                    return sessions.stream()
                            .map(Session::id)
                            .filter(id -> !live.contains(id))
                            .collect(Collectors.toUnmodifiableSet());
                });
    }

    @Override
    public Future<List<Session>> ofUser(UserId user) {
        return live(List.of(user), LeaseTimeout.NORMAL).map(reply -> SessionRow.decode(user, reply.get(0), 0));
    }

    private static Script.Call writing(Script.Call call, int lane, Optional<WriteSet> events) {
        return RowArguments.permit(call, lane, Permit.UNCONDITIONAL, events.orElse(WriteSet.NONE));
    }

    /**
     * Reports the sessions to the hooks once more: the store may have lost that they are open too. A session that it still
     * holds is not reported twice.
     */
    private Future<Void> reportAgain(List<Session> sessions) {
        return outbox.<Future<Void>>map(each -> Future.all(sessions.stream()
                                .map(session -> each.begin(
                                        session.lane(),
                                        SessionEvents.of(session),
                                        session.owner().incarnation()))
                                .toList())
                        .mapEmpty())
                .orElseGet(Future::succeededFuture);
    }

    /** Any other reply fails the handshake: its node has lost its lease, or its id has ended. */
    private static Future<RegistrationResult> outcome(UserId user, Response reply) {
        return switch (reply.get(0).toString()) {
            case "live" -> Future.succeededFuture(new Registered());
            case "full" -> Future.succeededFuture(new AtCap(SessionRow.decode(user, reply, 1)));
            case "revoked" -> Future.succeededFuture(new Revoked());
            case "limited" ->
                Future.succeededFuture(new HandshakesLimited(reply.get(1).toLong()));
            default -> Future.failedFuture(new StoreFailure("a session could not be registered: " + reply.get(0)));
        };
    }

    private Future<Void> restoreInLane(List<Session> sessions) {
        int lane = sessions.get(0).lane();
        Script.Call call =
                restoreScript.call().key(SessionKeys.revocations(lane)).arg(clock.getAsLong());
        for (Session session : sessions) {
            UserId user = session.sender().userId();
            call.key(SessionKeys.sessions(user))
                    .key(SessionKeys.revocations(user))
                    .key(SessionKeys.userOf(lane, session.id()))
                    .arg(session.id())
                    .arg(session.openedAt())
                    .arg(session.expiresAt())
                    .arg(session.owner().incarnation())
                    .arg(SessionRow.details(session))
                    .arg(session.tokenId())
                    .arg(session.tokenIssuedAt())
                    .arg(session.family().orElse(""))
                    .arg(user.value());
        }
        return redis.run(call).mapEmpty();
    }

    /**
     * The ids, which no two sessions share, and the rows.
     *
     * @param users all of one lane
     */
    private Future<List<Response>> live(List<UserId> users, LeaseTimeout timeout) {
        int lane = Session.laneOf(users.get(0));
        Script.Call call = liveScript
                .call()
                .key(SessionKeys.leases(lane))
                .key(SessionKeys.lane(lane))
                .key(SessionKeys.revocations(lane));
        users.forEach(user -> call.key(SessionKeys.sessions(user)).key(SessionKeys.revocations(user)));
        call.arg(clock.getAsLong()).arg(timeout.millis());
        return redis.run(call).map(reply -> reply.stream().toList());
    }

    /** The ids of all sessions, also of those whose row is of another release. */
    private static Stream<String> ids(Response flat) {
        return IntStream.range(0, flat.size() / 2).mapToObj(i -> flat.get(2 * i).toString());
    }

    private static List<List<Session>> byLane(List<Session> sessions) {
        return List.copyOf(
                sessions.stream().collect(Collectors.groupingBy(Session::lane)).values());
    }

    private static List<UserId> usersOf(List<Session> sessions) {
        return sessions.stream()
                .map(session -> session.sender().userId())
                .distinct()
                .toList();
    }
}
