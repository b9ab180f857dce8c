package dev.portcullis.auth.session;

import dev.portcullis.auth.session.RegistrationResult.AtCap;
import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The sessions of a cluster. Each depends on the lease that its node renews in the user's lane, so the sessions of a
 * node that dies end without a call. All keys of a user are in that lane, so a handshake is one script.
 */
public final class RedisSessionStore implements SessionStore {
    /** How long an ended id is remembered: longer than any request can be under way. */
    static final long ENDED_MS = 60_000;

    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final Script openScript;
    private final Script renewScript;
    private final Script endScript;
    private final Script restoreScript;
    private final Script liveScript;
    private final SessionsConfig config;
    private final LongSupplier clock;

    public RedisSessionStore(RedisStore redis, SessionsConfig config) {
        this(redis, config, () -> REDIS_CLOCK);
    }

    /** Takes another clock than the store's, for tests. */
    RedisSessionStore(RedisStore redis, SessionsConfig config, LongSupplier clock) {
        this.redis = redis;
        this.openScript = redis.script(RedisSessionStore.class, "sessions", "open_session");
        this.renewScript = redis.script(RedisSessionStore.class, "sessions", "renew_session");
        this.endScript = redis.script(RedisSessionStore.class, "sessions", "end_session");
        this.restoreScript = redis.script(RedisSessionStore.class, "sessions", "restore_sessions");
        this.liveScript = redis.script(RedisSessionStore.class, "sessions", "live_sessions");
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Future<RegistrationResult> open(Session session, HandshakeAttempt handshakeAttempt) {
        UserId user = session.sender().userId();
        int lane = session.lane();
        return redis.run(openScript
                        .call()
                        .key(sessionsOf(user))
                        .key(RedisKeys.of(lane, "h", user.value()))
                        .key(RedisKeys.of(lane, "leases"))
                        .key(RedisKeys.of(lane, "lane"))
                        .arg(clock.getAsLong())
                        .arg(session.id())
                        .arg(session.expiresAt())
                        .arg(session.owner().incarnation())
                        .arg(SessionRow.details(session))
                        .arg(handshakeAttempt == HandshakeAttempt.FIRST ? 1 : 0)
                        .arg(config.handshakesPerMinute())
                        .arg(config.max())
                        .arg(LeaseTimeout.NORMAL.millis())
                        .arg(ENDED_MS))
                .compose(reply -> outcome(user, reply));
    }

    @Override
    public Future<RenewalResult> renew(Session renewed) {
        int lane = renewed.lane();
        return redis.run(renewScript
                        .call()
                        .key(sessionsOf(renewed.sender().userId()))
                        .key(RedisKeys.of(lane, "leases"))
                        .key(RedisKeys.of(lane, "lane"))
                        .arg(clock.getAsLong())
                        .arg(renewed.id())
                        .arg(renewed.expiresAt())
                        .arg(SessionRow.details(renewed))
                        .arg(LeaseTimeout.NORMAL.millis()))
                .map(reply -> reply.toInteger() == 1 ? RenewalResult.RENEWED : RenewalResult.ENDED);
    }

    @Override
    public Future<Void> end(UserId user, String sessionId) {
        return redis.run(endScript
                        .call()
                        .key(sessionsOf(user))
                        .arg(clock.getAsLong())
                        .arg(sessionId)
                        .arg(ENDED_MS))
                .mapEmpty();
    }

    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.all(byLane(sessions).stream().map(this::restoreInLane).toList())
                .mapEmpty();
    }

    @Override
    public Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        return Future.all(byLane(sessions).stream()
                        .map(lane -> live(usersOf(lane), timeout))
                        .toList())
                .map(lanes -> {
                    Set<String> live = lanes.<List<Row>>list().stream()
                            .flatMap(List::stream)
                            .map(Row::id)
                            .collect(Collectors.toSet());
                    return sessions.stream()
                            .map(Session::id)
                            .filter(id -> !live.contains(id))
                            .collect(Collectors.toUnmodifiableSet());
                });
    }

    @Override
    public Future<List<Session>> ofUser(UserId user) {
        return live(List.of(user), LeaseTimeout.NORMAL).map(RedisSessionStore::decode);
    }

    /** Any other reply fails the handshake: its node has lost its lease, or its id has ended. */
    private static Future<RegistrationResult> outcome(UserId user, Response reply) {
        return switch (reply.get(0).toString()) {
            case "live" -> Future.succeededFuture(new Registered());
            case "full" -> Future.succeededFuture(new AtCap(decode(rows(user, reply, 1))));
            case "limited" ->
                Future.succeededFuture(new HandshakesLimited(reply.get(1).toLong()));
            default -> Future.failedFuture(new StoreFailure("a session could not be registered: " + reply.get(0)));
        };
    }

    private Future<Void> restoreInLane(List<Session> sessions) {
        List<UserId> users = usersOf(sessions);
        Script.Call call = restoreScript.call();
        users.forEach(user -> call.key(sessionsOf(user)));
        call.arg(clock.getAsLong());
        for (Session session : sessions) {
            call.arg(users.indexOf(session.sender().userId()) + 1)
                    .arg(session.id())
                    .arg(session.openedAt())
                    .arg(session.expiresAt())
                    .arg(session.owner().incarnation())
                    .arg(SessionRow.details(session));
        }
        return redis.run(call).mapEmpty();
    }

    /** @param users all of one lane */
    private Future<List<Row>> live(List<UserId> users, LeaseTimeout timeout) {
        int lane = Session.laneOf(users.get(0));
        Script.Call call = liveScript.call().key(RedisKeys.of(lane, "leases")).key(RedisKeys.of(lane, "lane"));
        users.forEach(user -> call.key(sessionsOf(user)));
        call.arg(clock.getAsLong()).arg(timeout.millis());
        return redis.run(call).map(reply -> {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < users.size(); i++) {
                rows.addAll(rows(users.get(i), reply.get(i), 0));
            }
            return rows;
        });
    }

    private static List<Row> rows(UserId user, Response flat, int from) {
        List<Row> rows = new ArrayList<>();
        for (int i = from; i < flat.size(); i += 2) {
            rows.add(new Row(user, flat.get(i).toString(), flat.get(i + 1).toString()));
        }
        return rows;
    }

    private static List<Session> decode(List<Row> rows) {
        return rows.stream()
                .flatMap(row -> SessionRow.decode(row.user, row.id, row.text).stream())
                .toList();
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

    private static String sessionsOf(UserId user) {
        return RedisKeys.of(Session.laneOf(user), "s", user.value());
    }

    private record Row(UserId user, String id, String text) {}
}
