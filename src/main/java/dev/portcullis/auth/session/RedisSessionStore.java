package dev.portcullis.auth.session;

import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.redis.RedisInboxStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
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

    /** The elements in front of the inbox in the reply to a session that began. */
    private static final int BEFORE_INBOX = 3;

    private static final int LANE_SEQ = 7;

    /** The reply of a script whose permit does not hold. */
    private static final String CHANGED = "changed";

    private final RedisStore redis;
    private final Script openScript;
    private final Script renewScript;
    private final Script findScript;
    private final Script endScript;
    private final Script restoreScript;
    private final Script liveScript;
    private final SessionsConfig config;
    private final RevocationStore revocations;
    private final InboxConfig inboxes;
    private final Optional<HookOutbox> outbox;
    private final LongSupplier clock;

    /**
     * @param revocations of the same Redis
     * @param outbox the outbox to which sessions are reported
     */
    public RedisSessionStore(
            RedisStore redis,
            SessionsConfig config,
            RevocationStore revocations,
            InboxConfig inboxes,
            Optional<HookOutbox> outbox) {
        this(redis, config, revocations, inboxes, () -> REDIS_CLOCK, outbox);
    }

    /** Takes another clock than the store's, for tests. */
    RedisSessionStore(
            RedisStore redis,
            SessionsConfig config,
            RevocationStore revocations,
            InboxConfig inboxes,
            LongSupplier clock,
            Optional<HookOutbox> outbox) {
        this.redis = redis;
        this.revocations = revocations;
        this.inboxes = inboxes;
        this.outbox = outbox;
        this.openScript = permittedScript(redis, "open_session", RedisInboxStore.DELIVERY_FILES);
        this.renewScript = permittedScript(redis, "renew_session", List.of());
        this.findScript = redis.script(RedisSessionStore.class, "find_session");
        this.endScript = permittedScript(redis, "end_session", List.of());
        this.restoreScript = permittedScript(redis, "restore_sessions", List.of());
        this.liveScript = redis.script(RedisSessionStore.class, "sessions", "live_sessions");
        this.config = config;
        this.clock = clock;
    }

    private static String sessionsKey(UserId user) {
        return RedisKeys.of(Session.laneOf(user), "s", user.value());
    }

    /** Names the user of a session. */
    private static String userKey(int lane, String sessionId) {
        return RedisKeys.of(lane, "sx", sessionId);
    }

    /** Loads a script that takes a permit. */
    private static Script permittedScript(RedisStore redis, String name, List<String> functions) {
        return redis.script(
                RedisSessionStore.class,
                Stream.concat(
                                functions.stream(),
                                Stream.of("sessions", RowArguments.CHANGES_FILE, RowArguments.PERMIT_FILE, name))
                        .toArray(String[]::new));
    }

    @Override
    public Future<SessionOpening> open(Session session, HandshakeAttempt handshakeAttempt) {
        return revocations.unlessRevoked(session, permit -> open(session, handshakeAttempt, permit));
    }

    private Future<Optional<SessionOpening>> open(Session session, HandshakeAttempt handshakeAttempt, Permit permit) {
        UserId user = session.sender().userId();
        int lane = session.lane();
        Script.Call call = openScript
                .call()
                .key(sessionsKey(user))
                .key(RedisKeys.of(lane, "h", user.value()))
                .key(RedisKeys.of(lane, "leases"))
                .key(RedisKeys.of(lane, "lane"))
                .key(userKey(lane, session.id()))
                .key(RedisKeys.of(lane, "m", StreamName.cutoffs(lane).value()))
                .key(RedisKeys.of(lane, "m", StreamName.inbox(user).value()))
                .key(RedisKeys.of(lane, "e", StreamName.inbox(user).value()))
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
                .arg(user.value())
                .arg(inboxes.ackPer() == AckPer.USER ? 1 : 0);
        Optional<WriteSet> events = outbox.map(
                each -> each.begins(SessionEvents.of(session), session.owner().incarnation()));
        return redis.run(writing(call, lane, permit, events)).compose(reply -> outcome(session, reply));
    }

    @Override
    public Future<SessionRenewal> renew(Session session) {
        UserId user = session.sender().userId();
        return registered(List.of(user), LeaseTimeout.NORMAL)
                .compose(replies -> rowOf(session.id(), replies.get(0))
                        .flatMap(row -> SessionRow.decode(user, session.id(), row)
                                .map(present -> revocations.unlessRevoked(
                                        present, session, permit -> replace(row, session, permit))))
                        .orElseGet(() -> Future.succeededFuture(new SessionRenewal.Ended())));
    }

    /** @param row the session's row so far, as it is stored: a later release may have added to it */
    private Future<Optional<SessionRenewal>> replace(String row, Session renewed, Permit permit) {
        UserId user = renewed.sender().userId();
        int lane = renewed.lane();
        Script.Call call = renewScript
                .call()
                .key(sessionsKey(user))
                .key(RedisKeys.of(lane, "leases"))
                .key(RedisKeys.of(lane, "lane"))
                .key(userKey(lane, renewed.id()))
                .arg(clock.getAsLong())
                .arg(renewed.id())
                .arg(renewed.expiresAt())
                .arg(SessionRow.details(renewed))
                .arg(LeaseTimeout.NORMAL.millis())
                .arg(user.value())
                .arg(row);
        return redis.run(writing(call, lane, permit, Optional.empty())).compose(reply -> switch (reply.toString()) {
            case CHANGED -> Future.succeededFuture(Optional.empty());
            case "renewed" -> Future.succeededFuture(Optional.of(new SessionRenewal.Renewed(renewed)));
            case "ended" -> Future.succeededFuture(Optional.of(new SessionRenewal.Ended()));
            default -> Future.failedFuture(StoreFailure.notApplied("another renewal of the session came first"));
        });
    }

    @Override
    public Future<Optional<Session>> find(String sessionId) {
        return SessionId.laneOf(sessionId)
                .map(lane -> redis.run(findScript.call().key(userKey(lane, sessionId)))
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
                                .key(sessionsKey(user))
                                .key(userKey(lane, sessionId))
                                .arg(clock.getAsLong())
                                .arg(sessionId)
                                .arg(ENDED_MS),
                        lane,
                        Permit.UNCONDITIONAL,
                        outbox.map(each -> each.ends(sessionId, HookType.SESSION_CLOSED))))
                .mapEmpty();
    }

    @Override
    public Future<Void> restore(List<Session> sessions) {
        return Future.all(Session.byLane(sessions).stream()
                        .map(this::restoreInLane)
                        .toList())
                .compose(any -> reportAgain(sessions));
    }

    @Override
    public Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout) {
        return Future.all(Session.byLane(sessions).stream()
                        .map(lane -> liveInLane(usersOf(lane), timeout))
                        .toList())
                .map(lanes -> {
                    Set<String> live = lanes.<Set<String>>list().stream()
                            .flatMap(Set::stream)
                            .collect(Collectors.toSet());
                    return sessions.stream()
                            .map(Session::id)
                            .filter(id -> !live.contains(id))
                            .collect(Collectors.toUnmodifiableSet());
                });
    }

    /** The ids of all live sessions, also of those whose row is of another release: their token can't be read. */
    private Future<Set<String>> liveInLane(List<UserId> users, LeaseTimeout timeout) {
        return registered(users, timeout).compose(replies -> {
            Set<String> live = replies.stream().flatMap(RedisSessionStore::ids).collect(Collectors.toSet());
            List<Session> known = IntStream.range(0, users.size())
                    .mapToObj(i -> SessionRow.decode(users.get(i), replies.get(i), 0))
                    .flatMap(List::stream)
                    .toList();
            return revocations.revokedAmong(known).map(revoked -> {
                revoked.forEach(session -> live.remove(session.id()));
                return live;
            });
        });
    }

    @Override
    public Future<List<Session>> ofUser(UserId user) {
        return registered(user).compose(revocations::unrevoked);
    }

    @Override
    public Future<Set<Session>> revokedOf(UserId user) {
        return registered(user).compose(revocations::revokedAmong);
    }

    private static Script.Call writing(Script.Call call, int lane, Permit permit, Optional<WriteSet> events) {
        return RowArguments.permit(call, lane, permit, events.orElse(WriteSet.NONE));
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
    private static Future<Optional<SessionOpening>> outcome(Session session, Response reply) {
        UserId user = session.sender().userId();
        return switch (reply.get(0).toString()) {
            case CHANGED -> Future.succeededFuture(Optional.empty());
            case "live" ->
                Future.succeededFuture(Optional.of(new Opened(
                        session,
                        cutoffs(session.lane(), reply),
                        inbox(reply),
                        inbox(reply).map(any -> cursor(session.lane(), reply, LANE_SEQ)))));
            case "full" -> Future.succeededFuture(Optional.of(new AtCap(user, SessionRow.decode(user, reply, 1))));
            case "limited" ->
                Future.succeededFuture(
                        Optional.of(new HandshakesLimited(user, reply.get(1).toLong())));
            default -> Future.failedFuture(new StoreFailure("a session could not be registered: " + reply.get(0)));
        };
    }

    private static Optional<LaneCursor> cutoffs(int lane, Response live) {
        return live.size() == 1 ? Optional.empty() : Optional.of(cursor(lane, live, 2));
    }

    private static LaneCursor cursor(int lane, Response live, int laneSeq) {
        return new LaneCursor(lane, live.get(1).toString(), live.get(laneSeq).toLong());
    }

    private static Optional<Delivery> inbox(Response live) {
        return live.size() <= BEFORE_INBOX
                ? Optional.empty()
                : Optional.of(RedisInboxStore.delivery(live, BEFORE_INBOX));
    }

    private Future<Void> restoreInLane(List<Session> sessions) {
        return revocations.withoutRevoked(sessions, this::restore);
    }

    /** Whether the permit held. */
    private Future<Boolean> restore(List<Session> sessions, Permit permit) {
        int lane = sessions.get(0).lane();
        Script.Call call = restoreScript.call().arg(clock.getAsLong());
        for (Session session : sessions) {
            UserId user = session.sender().userId();
            call.key(sessionsKey(user))
                    .key(userKey(lane, session.id()))
                    .arg(session.id())
                    .arg(session.openedAt())
                    .arg(session.expiresAt())
                    .arg(session.owner().incarnation())
                    .arg(SessionRow.details(session))
                    .arg(user.value());
        }
        return redis.run(writing(call, lane, permit, Optional.empty()))
                .map(reply -> !reply.toString().equals(CHANGED));
    }

    /** The sessions that are live if their token is not revoked, oldest first. */
    private Future<List<Session>> registered(UserId user) {
        return registered(List.of(user), LeaseTimeout.NORMAL)
                .map(replies -> SessionRow.decode(user, replies.get(0), 0));
    }

    /**
     * The ids, which no two sessions share, and the rows.
     *
     * @param users all of one lane
     */
    private Future<List<Response>> registered(List<UserId> users, LeaseTimeout timeout) {
        int lane = Session.laneOf(users.get(0));
        Script.Call call = liveScript.call().key(RedisKeys.of(lane, "leases")).key(RedisKeys.of(lane, "lane"));
        users.forEach(user -> call.key(sessionsKey(user)));
        call.arg(clock.getAsLong()).arg(timeout.millis());
        return redis.run(call).map(reply -> reply.stream().toList());
    }

    private static Optional<String> rowOf(String id, Response flat) {
        return IntStream.iterate(0, i -> i < flat.size(), i -> i + 2)
                .filter(i -> flat.get(i).toString().equals(id))
                .mapToObj(i -> flat.get(i + 1).toString())
                .findFirst();
    }

    private static Stream<String> ids(Response flat) {
        return IntStream.range(0, flat.size() / 2).mapToObj(i -> flat.get(2 * i).toString());
    }

    private static List<UserId> usersOf(List<Session> sessions) {
        return sessions.stream()
                .map(session -> session.sender().userId())
                .distinct()
                .toList();
    }
}
