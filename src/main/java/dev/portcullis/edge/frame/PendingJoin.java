package dev.portcullis.edge.frame;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameFailures;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.KnownHead;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.delivery.Subscriber;
import dev.portcullis.streams.delivery.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is joining one stream. It sends the missed entries part by part. With the final part the client becomes one
 * of the loop's subscribers, between two deliveries.
 */
final class PendingJoin implements Subscriber {
    /**
     * The rooms that count as few: a person has no more open at once. A client that has more may not use the memory of the hub
     * that is kept for such clients.
     */
    private static final int FEW_ROOMS = 10;

    /** The most tries for a stream that forgets its newest entries faster than they are read. */
    private static final int MOST_NEWEST_READS = 3;

    private final Shared shared;
    private final Connection connection;
    private final boolean admin;
    private final boolean inFewRooms;
    private final Promise<FrameOutcome> outcome = Promise.promise();
    private JoinRequest request;
    private Optional<Position> since;
    private Optional<KnownHead> known = Optional.empty();
    private List<byte[]> newest = List.of();
    private int newestReads;
    private FrameDeadline deadline = FrameDeadline.fromNow();
    private @Nullable Subscription subscription;
    private ClearableReference<PendingJoin> timeout = new ClearableReference<>(this);
    private boolean ahead;
    private boolean attached;
    private boolean sending;
    private Optional<Allowance> allowance = Optional.empty();

    /**
     * The parts that all joins of an event loop share.
     *
     * @param partBytes the most bytes that one frame of a resume brings
     */
    record Shared(
            CutoffGate gate,
            StreamHub hub,
            LoopSubscribers loopSubscribers,
            TimerWheel timers,
            ReplyReservations reservations,
            int partBytes) {}

    /**
     * A requested subscription, and the way in which the client gets it.
     *
     * @param newest reads the newest messages within so many milliseconds, for a client that wants them where {@code since} is not
     * exact; without a page where the user may not read them
     * @param replay sends a part of the entries that the client missed
     * @param onLost runs if entries are lost later, so that the client's next one follows this position
     * @param permission asks again whether the client may subscribe
     */
    record JoinRequest(
            StreamName stream,
            Optional<Position> since,
            Optional<LongFunction<Future<Optional<HistoryResult.Page>>>> newest,
            Consumer<MissedPart> replay,
            Consumer<Position> onLost,
            Supplier<Future<Verdict>> permission) {}

    PendingJoin(Shared shared, Connection connection, JoinRequest request) {
        this(shared, connection, request, 0);
    }

    /** @param sooner the rooms that the connection joins before this one */
    private PendingJoin(Shared shared, Connection connection, JoinRequest request, int sooner) {
        this.shared = shared;
        this.connection = connection;
        this.request = request;
        this.since = request.since();
        this.admin = connection.sender().role() == Role.ADMIN;
        this.inFewRooms =
                request.stream().isInbox() || connection.subscriptions().count() + sooner < FEW_ROOMS;
        this.outcome.future().onComplete(any -> timeout.clear());
    }

    /** @param known the head of the stream, if it is known */
    static PendingJoin knowing(Shared shared, Connection connection, JoinRequest request, Optional<KnownHead> known) {
        PendingJoin join = new PendingJoin(shared, connection, request);
        join.known = known;
        return join;
    }

    /**
     * Subscribes before the turn of the join. What the client missed is delivered in that turn, which needs no memory before. If the
     * turn never comes, abandon the join.
     */
    static PendingJoin ahead(Shared shared, Connection connection, JoinRequest request, int sooner) {
        PendingJoin join = new PendingJoin(shared, connection, request, sooner);
        join.ahead = true;
        join.subscription = shared.hub()
                .forStream(request.stream())
                .subscribeHeld(
                        request.stream(),
                        request.since(),
                        connection.sender().userId(),
                        shared.loopSubscribers(),
                        join);
        return join;
    }

    /** Whether it has its outcome, perhaps before its turn. */
    boolean hasEnded() {
        return outcome.future().isComplete();
    }

    /** Begins the join whose turn has come. The request is for the same stream from the same position. */
    Future<FrameOutcome> begin(JoinRequest now, FrameDeadline until) {
        request = now;
        if (hasEnded()) {
            unsubscribe();
            return outcome.future();
        }
        return begin(until);
    }

    /** Begins the join. Only a resume, and newest messages, need memory. */
    Future<FrameOutcome> begin(FrameDeadline until) {
        deadline = until;
        timeOutAfter(until.leftToAnswer());
        if (since.isPresent()) {
            withAllowance(shared.partBytes(), this::subscribe);
        } else if (request.newest().isPresent()) {
            readNewest();
        } else {
            subscribe();
        }
        return outcome.future();
    }

    /**
     * Reads the newest messages. The subscription then resumes behind them, so nothing is missing between them and live
     * deliveries, and nothing comes twice.
     */
    private void readNewest() {
        newestReads++;
        withAllowance(
                shared.partBytes() + ReplyReservations.LARGEST_REPLY,
                () -> request.newest()
                        .orElseThrow()
                        .apply(deadline.leftToAnswer())
                        .onSuccess(page -> {
                            if (isAnswered()) {
                                abandon();
                            } else {
                                newest = page.map(HistoryResult.Page::messages).orElse(List.of());
                                since = page.flatMap(HistoryResult.Page::head);
                                subscribe();
                            }
                        })
                        .onFailure(failure -> giveUp(FrameFailures.outcomeOf(failure, FrameType.JOIN))));
    }

    /** Whether the newest messages are read instead of a resume. */
    private boolean readsNewestInstead(Slice missed) {
        if (missed.exact() || since.isEmpty() || request.newest().isEmpty()) {
            return false;
        }
        unsubscribe();
        free();
        if (newestReads < MOST_NEWEST_READS) {
            readNewest();
        } else {
            giveUp(FrameOutcome.refused(Rejection.unavailable()));
        }
        return true;
    }

    @Override
    public boolean passesBars() {
        return admin;
    }

    @Override
    public boolean followsFew() {
        return inFewRooms;
    }

    /**
     * Sends a part. Entries are delivered live only behind the final part: the first part ends an earlier subscription of the
     * connection.
     */
    @Override
    public void part(Slice missed, Runnable next) {
        if (isAnswered()) {
            abandon();
        } else if (isLate()) {
            giveUp(FrameOutcome.refused(Rejection.unavailable()));
        } else if (!readsNewestInstead(missed)) {
            connection.subscriptions().leave(request.stream());
            send(missed).onComplete(any -> readOn(next));
        }
    }

    @Override
    public void attached(Slice missed) {
        if (isAnswered()) {
            abandon();
        } else if (isLate()) {
            giveUp(FrameOutcome.refused(Rejection.unavailable()));
        } else if (!readsNewestInstead(missed)) {
            attached = true;
            connection
                    .subscriptions()
                    .add(shared.loopSubscribers()
                            .subscribe(connection, Objects.requireNonNull(subscription), request.onLost()));
            connection.subscriptions().reach(request.stream(), missed.head().seq());
            send(missed).onComplete(any -> outcome.tryComplete(FrameOutcome.None.NONE));
        }
    }

    @Override
    public void confirm(Runnable next) {
        request.permission()
                .get()
                .map(verdict -> verdict.fold(
                        () -> isAnswered() ? Optional.of(FrameOutcome.None.NONE) : Optional.<FrameOutcome>empty(),
                        why -> Optional.of(FrameOutcome.refused(why))))
                .otherwise(failure -> Optional.of(FrameFailures.outcomeOf(failure, FrameType.JOIN)))
                .onSuccess(refused -> refused.ifPresentOrElse(this::giveUp, next));
    }

    /**
     * Asks for the permission again. If it can't be judged now, the connection is closed, and the client comes back and asks
     * again.
     */
    @Override
    public Future<Boolean> mayStay() {
        return request.permission()
                .get()
                .map(verdict -> verdict.fold(() -> true, why -> {
                    if (why.fold(limited -> false, failed -> failed.reason() == Reason.UNAVAILABLE)) {
                        connection.close(CloseCode.SERVER_FAILED);
                    }
                    return false;
                }));
    }

    @Override
    public void lostEnd() {
        Optional<RoomId> left = request.stream().roomId().filter(connection.subscriptions()::isIn);
        barred();
        left.ifPresent(room -> connection.send(new ServerFrame.Left(Optional.empty(), room)));
    }

    @Override
    public void failed() {
        free();
        outcome.tryComplete(FrameOutcome.refused(Rejection.unavailable()));
    }

    @Override
    public Object client() {
        return connection;
    }

    /** Gives up the client's subscriptions and closes it. The memory is free at once, however long the client takes to close. */
    @Override
    public void displaced() {
        connection.subscriptions().leaveAll();
        connection.close(CloseCode.NO_CAPACITY);
    }

    @Override
    public void barred() {
        connection.subscriptions().leave(request.stream());
        if (!sending) {
            free();
        }
        if (!attached) {
            outcome.tryComplete(FrameOutcome.refused(Rejection.of(Reason.NOT_MEMBER)));
        }
    }

    private void subscribe() {
        if (ahead) {
            ahead = false;
            shared.hub().forStream(request.stream()).release(Objects.requireNonNull(subscription));
            return;
        }
        StreamHubShard shard = shared.hub().forStream(request.stream());
        UserId user = connection.sender().userId();
        subscription = known.map(head -> shard.subscribeKnown(
                        request.stream(), since.orElseThrow(), head, user, shared.loopSubscribers(), this))
                .orElseGet(() -> shard.subscribe(request.stream(), since, user, shared.loopSubscribers(), this));
        known = Optional.empty(); // an idle client keeps none
    }

    private void withAllowance(long bytes, Runnable read) {
        shared.reservations().reserve(bytes, deadline.leftToAnswer()).onSuccess(given -> {
            allowance = given;
            if (isAnswered()) {
                giveUp(FrameOutcome.None.NONE);
                free();
            } else if (given.isPresent()) {
                read.run();
            } else {
                giveUp(FrameOutcome.refused(Rejection.unavailable()));
            }
        });
    }

    private void free() {
        allowance.ifPresent(Allowance::release);
        allowance = Optional.empty();
    }

    /** Ends the join after a time. A client that was told of a failure must not be subscribed after all. */
    private void timeOutAfter(long millis) {
        timeout.clear();
        ClearableReference<PendingJoin> begun = new ClearableReference<>(this);
        timeout = begun;
        shared.timers()
                .in(millis, () -> begun.ifPresent(join -> join.giveUp(FrameOutcome.refused(Rejection.unavailable()))));
    }

    /**
     * Whether the join comes too late. A node that was stopped runs its timers late, after everything that arrived meanwhile. The
     * facts that the join rests on are then older than the store's memory of users who left the room.
     */
    private boolean isLate() {
        return deadline.leftToAnswer() == 0;
    }

    private boolean isAnswered() {
        return connection.isClosing() || hasEnded();
    }

    /** Sends a part. Completes when the client has taken it, or is gone. */
    private Future<Void> send(Slice missed) {
        timeout.clear();
        sending = true;
        List<MissedPart> parts = new MissedPart(
                        missed,
                        newest,
                        newestReads > 0,
                        Objects.requireNonNull(subscription).readSeq())
                .within(ReplyReservations.LARGEST_REPLY, since);
        newest = List.of();
        allowance.ifPresent(
                room -> room.resize(parts.stream().mapToLong(MissedPart::bytes).sum()));
        parts.forEach(request.replay());
        return connection.replayTaken().onComplete(any -> {
            sending = false;
            free();
        });
    }

    /** Continues after a part. The session may have ended while the client took its time. */
    private void readOn(Runnable next) {
        deadline = FrameDeadline.fromNow();
        shared.gate()
                .awaitFresh(connection, FrameType.JOIN, deadline)
                .onComplete(
                        verdict -> verdict.fold(
                                () -> {
                                    timeOutAfter(deadline.leftToAnswer());
                                    withAllowance(shared.partBytes(), next);
                                    return true;
                                },
                                why -> giveUp(FrameOutcome.refused(why))),
                        failure -> giveUp(FrameFailures.outcomeOf(failure, FrameType.JOIN)));
    }

    /** Ends a join ahead of its turn, which ended without it. */
    void abandonUnlessBegun() {
        if (ahead) {
            abandon();
        }
    }

    /** Ends a join whose client is gone, or has its answer, or whose turn never comes. */
    void abandon() {
        outcome.tryComplete(FrameOutcome.None.NONE);
        unsubscribe();
        free();
    }

    private boolean giveUp(FrameOutcome why) {
        timeout.clear();
        boolean first = outcome.tryComplete(why);
        if (first) {
            unsubscribe();
            free();
        }
        return first;
    }

    private void unsubscribe() {
        if (subscription != null) {
            shared.hub().forStream(request.stream()).unsubscribe(subscription);
        }
    }
}
