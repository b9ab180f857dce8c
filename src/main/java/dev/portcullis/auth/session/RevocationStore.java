package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Remembers which tokens are revoked, for as long as they could be good otherwise. Each change is one atomic step. A failed
 * future means that the store failed, and that the step may or may not be done: it may be repeated.
 */
public final class RevocationStore {
    private static final int COUNTING_LANE = Lanes.of("revocations");

    /** The most tries of a step that rests on revocations. Each time, another revocation has met it. */
    private static final int MAX_TRIES = 10;

    private final RowStore rows;
    private final Supplier<RevocationLimits> limits;
    private final AtomicLong stored = new AtomicLong();

    public RevocationStore(RowStore rows, Supplier<RevocationLimits> limits) {
        this.rows = rows;
        this.limits = limits;
    }

    /**
     * Revokes tokens of a user: from then on no session begins with one, and none that did counts as live. Idempotent.
     *
     * @return set where the user had too many revocations: all tokens issued before this time are revoked instead
     */
    public Future<Optional<Long>> revoke(UserId user, TokenScope scope) {
        RevocationLimits of = limits.get();
        Partition partition = RevocationRow.of(user);
        RowRange all = partition.first(of.perUser() + 2); // one more, and the one of all tokens before a time
        return rows.change(
                        Session.laneOf(user),
                        ReadSet.of(all),
                        found -> new RevocationStep(partition, all, found, of).revoke(scope))
                .onComplete(any -> stored.incrementAndGet());
    }

    /**
     * Counts a token or a login whose user is not known, before it is revoked in all lanes. Idempotent. Fails if there are too
     * many.
     */
    public Future<Void> count(TokenScope scope) {
        RevocationLimits of = limits.get();
        RowRange all = RevocationRow.COUNTED.first(of.withoutUser() + 1);
        return rows.change(
                        COUNTING_LANE,
                        ReadSet.of(all),
                        found -> new RevocationStep(RevocationRow.COUNTED, all, found, of).count(scope))
                .compose(counted -> counted
                        ? Future.succeededFuture()
                        : Future.failedFuture(new StoreFailure("too many revocations are remembered")));
    }

    /**
     * Revokes all tokens of all users that were issued before a time, where what was revoked since the store's rows were written is
     * not known any more (CWE-613).
     */
    public Future<Void> revokeAllIssuedBefore(long time) {
        TokenScope all = TokenScope.issuedBefore(time);
        return Future.all(IntStream.range(0, Lanes.COUNT)
                        .mapToObj(lane -> revokeInLane(lane, all))
                        .toList())
                .mapEmpty();
    }

    /** Revokes tokens of any user of a lane, likewise: one, those of a login, or all that were issued before a time. */
    public Future<Void> revokeInLane(int lane, TokenScope scope) {
        RowKey key = RevocationRow.keyOfAnyUser(scope);
        return rows.change(lane, ReadSet.of(key), found -> {
                    RevocationRow row =
                            RevocationRow.of(scope, found.now(), limits.get().keepInLaneMs(scope));
                    RevocationRow both = found.get(key)
                            .map(RevocationRow.FORM::decode)
                            .map(row::and)
                            .orElse(row);
                    return RowStep.done(
                            both,
                            WriteSet.NONE.putFor(key, RevocationRow.FORM.encode(both), both.until() - found.now()));
                })
                .<Void>mapEmpty()
                .onComplete(any -> stored.incrementAndGet());
    }

    public Future<Boolean> isRevoked(TokenIdentity token) {
        return rows.read(token.lane(), readsOf(List.of(token))).map(found -> RevocationRow.isRevoked(token, found));
    }

    /**
     * The number of revocations that this process has stored, counted before it ends their sessions. As long as it is the same, a
     * session that is registered will be ended by those that come.
     */
    long stored() {
        return stored.get();
    }

    /** The sessions among these whose token is revoked. */
    Future<Set<Session>> revokedAmong(List<Session> sessions) {
        return Future.all(Session.byLane(sessions).stream()
                        .map(this::revokedInLane)
                        .toList())
                .map(lanes -> lanes.<List<Session>>list().stream()
                        .flatMap(List::stream)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** The sessions among these whose token is not revoked. */
    Future<List<Session>> unrevoked(List<Session> sessions) {
        return revokedAmong(sessions)
                .map(revoked -> sessions.stream()
                        .filter(session -> !revoked.contains(session))
                        .toList());
    }

    /**
     * Registers a session unless its token is revoked.
     *
     * @param open registers it if the permit holds; empty if it does not
     */
    Future<SessionOpening> unlessRevoked(Session session, Function<Permit, Future<Optional<SessionOpening>>> open) {
        return whileUnchanged(
                List.of(TokenIdentity.of(session)),
                (permit, revoked) -> revoked.isEmpty()
                        ? open.apply(permit)
                        : Future.succeededFuture(Optional.of(new SessionOpening.Denied(TokenDefect.REVOKED))));
    }

    /**
     * Replaces the token of a session unless one of the two is revoked.
     *
     * @param replace replaces it if the permit holds; empty if it does not
     */
    Future<SessionRenewal> unlessRevoked(
            Session present, Session renewed, Function<Permit, Future<Optional<SessionRenewal>>> replace) {
        TokenIdentity former = TokenIdentity.of(present);
        TokenIdentity next = TokenIdentity.of(renewed);
        return whileUnchanged(List.of(former, next), (permit, revoked) -> {
            if (revoked.contains(former)) {
                return Future.succeededFuture(Optional.of(new SessionRenewal.Ended()));
            }
            return revoked.contains(next)
                    ? Future.succeededFuture(Optional.of(new SessionRenewal.Denied(TokenDefect.REVOKED)))
                    : replace.apply(permit);
        });
    }

    /**
     * Registers those sessions again whose token is not revoked.
     *
     * @param sessions all of one lane
     * @param restore registers them if the permit holds; false if it does not
     */
    Future<Void> withoutRevoked(List<Session> sessions, BiFunction<List<Session>, Permit, Future<Boolean>> restore) {
        return whileUnchanged(sessions.stream().map(TokenIdentity::of).toList(), (permit, revoked) -> {
                    List<Session> others = sessions.stream()
                            .filter(session -> !revoked.contains(TokenIdentity.of(session)))
                            .toList();
                    return others.isEmpty()
                            ? Future.succeededFuture(Optional.of(others))
                            : restore.apply(others, permit)
                                    .map(held -> Optional.of(others).filter(any -> held));
                })
                .mapEmpty();
    }

    private Future<List<Session>> revokedInLane(List<Session> sessions) {
        ReadSet reads = readsOf(sessions.stream().map(TokenIdentity::of).toList());
        return rows.read(sessions.get(0).lane(), reads)
                .map(found -> sessions.stream()
                        .filter(session -> RevocationRow.isRevoked(TokenIdentity.of(session), found))
                        .toList());
    }

    /**
     * Runs a step on the condition that the revocations of tokens stay as they are. It is tried at once as if
     * no token were revoked, which is nearly always right, and costs no read; then with the rows as they were read.
     *
     * @param tokens all of one lane
     * @param step gets the tokens that are revoked; empty if the permit does not hold, and nothing was done
     */
    private <T> Future<T> whileUnchanged(
            List<TokenIdentity> tokens, BiFunction<Permit, Set<TokenIdentity>, Future<Optional<T>>> step) {
        ReadSet reads = readsOf(tokens);
        return step.apply(Rows.permitWithout(reads.rows()), Set.of())
                .compose(result -> orReread(result, tokens, reads, step, MAX_TRIES - 1));
    }

    private <T> Future<T> whileUnchanged(
            List<TokenIdentity> tokens,
            ReadSet reads,
            Rows found,
            BiFunction<Permit, Set<TokenIdentity>, Future<Optional<T>>> step,
            int tries) {
        Set<TokenIdentity> revoked = tokens.stream()
                .filter(token -> RevocationRow.isRevoked(token, found))
                .collect(Collectors.toCollection(HashSet::new));
        return step.apply(found.permit(reads.rows(), WriteSet.NONE), revoked)
                .compose(result -> orReread(result, tokens, reads, step, tries - 1));
    }

    private <T> Future<T> orReread(
            Optional<T> result,
            List<TokenIdentity> tokens,
            ReadSet reads,
            BiFunction<Permit, Set<TokenIdentity>, Future<Optional<T>>> step,
            int tries) {
        if (result.isPresent()) {
            return Future.succeededFuture(result.get());
        }
        return tries == 0
                ? Future.failedFuture(StoreFailure.notApplied("some revocations change too often"))
                : rows.read(tokens.get(0).lane(), reads)
                        .compose(found -> whileUnchanged(tokens, reads, found, step, tries));
    }

    private static ReadSet readsOf(List<TokenIdentity> tokens) {
        Set<RowKey> keys = new LinkedHashSet<>(); // no stream: each handshake comes here
        tokens.forEach(token -> keys.addAll(RevocationRow.keysOf(token)));
        return new ReadSet(List.copyOf(keys), List.of());
    }
}
