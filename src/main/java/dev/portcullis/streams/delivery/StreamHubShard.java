package dev.portcullis.streams.delivery;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.lane.LaneFreshness;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Delivers streams from the store to the event loops that have subscribers. Only this class puts the entries of a stream in order
 * on a node. It may be called on any thread; its state is used on its own context only.
 */
public final class StreamHubShard {
    /** The most tries of a subscription to get the memory that another client is giving up. */
    private static final int ROOM_TRIES = 100;

    private static final long ROOM_TRY_MS = 10;

    private final Context context;
    private final StreamsConfig config;
    private final ShardDependencies dependencies;
    private final FollowedStreamsListener listener;
    private final HubMemory hubMemory;
    private final Map<StreamName, FollowedStream> followed = new HashMap<>();
    private final LingeringStreams lingering;
    private final WaitingActions waiting = new WaitingActions();
    private final BitSet lanesToCompare = new BitSet();
    private int rooms;

    public StreamHubShard(Context context, StreamStore store, StreamsConfig config) {
        this(context, store, config, FollowedStreamsListener.NONE, HubMemory.ofLargestHeap(), Optional.empty());
    }

    /**
     * @param hubMemory the memory shared by all shards of this node
     * @param lanes the freshness of lanes, for this shard alone; empty where no hint can be lost, because all come over the bus
     * of this process
     */
    public StreamHubShard(
            Context context,
            StreamStore store,
            StreamsConfig config,
            FollowedStreamsListener listener,
            HubMemory hubMemory,
            Optional<LaneFreshness> lanes) {
        this.context = context;
        this.config = config;
        StreamReader reader = new StreamReader(context.owner(), store, config);
        this.dependencies = new ShardDependencies(
                context.owner(),
                reader,
                config,
                new RecentEntries(config.recentBytes()),
                new PageCache(config.pageBytes()),
                new ReorderBuffer.Budget(config.reorderBytes()),
                new CatchUpLimiter(config.concurrentCatchUps()),
                new HeadChecker(context.owner(), reader, config),
                hubMemory,
                lanes,
                new ToldMoves());
        this.listener = listener;
        this.hubMemory = hubMemory;
        this.lingering =
                new LingeringStreams(context.owner(), () -> hubMemory.isShort() ? 0 : config.lingerMs(), this::end);
    }

    /** Offers a committed entry from the fan-out, which may bring entries late, twice, in any order or not at all. */
    public void offer(StreamEntry entry) {
        ifFollowed(entry.stream(), stream -> stream.offer(entry));
    }

    /**
     * Passes on a frame that is not stored. While an entry may be missing that ends a subscription, the frame waits. It is
     * dropped where too many wait already, and on a node that loses no hint.
     */
    public void pass(TransientFrame frame) {
        ifFollowed(frame.stream(), stream -> {
            if (dependencies.lanes().isPresent() && !stream.isCurrent()) {
                waiting.putIfFew(frame.stream(), frame, () -> stream.pass(frame));
            } else {
                waiting.run(frame.stream());
                stream.pass(frame);
            }
        });
    }

    /**
     * Runs an action after all entries that the stream had a moment ago: subscriptions that they end are ended before, on the
     * loops too if the action goes on there. The action waits while entries may be missing, and replaces a waiting action of the
     * same owner. On a node that loses no hint it is run at once. May be called on any thread.
     */
    public void runInOrder(StreamName stream, Object owner, Runnable action) {
        if (dependencies.lanes().isEmpty()) {
            action.run();
            return;
        }
        context.runOnContext(any -> {
            if (mayMissEntries(stream)) {
                waiting.put(stream, owner, action);
            } else {
                waiting.run(stream);
                action.run();
            }
        });
    }

    /** The number of subscriptions that a stream has on this node. */
    public Future<Integer> subscriptions(StreamName stream) {
        return count(stream, known -> Future.succeededFuture(known.subscriptions()));
    }

    /** Asks whether each subscriber of a stream may still subscribe. Completes with the number that is left. */
    public Future<Integer> confirmSubscriptions(StreamName stream) {
        return count(stream, known -> known.confirmSubscriptions().map(any -> known.subscriptions()));
    }

    /** Completes with 0 for a stream that is not followed. */
    private Future<Integer> count(StreamName stream, Function<FollowedStream, Future<Integer>> of) {
        Promise<Integer> count = Promise.promise();
        context.runOnContext(any -> Optional.ofNullable(followed.get(stream))
                .map(of)
                .orElseGet(() -> Future.succeededFuture(0))
                .onComplete(count));
        return count.future();
    }

    private void ifFollowed(StreamName stream, Consumer<FollowedStream> action) {
        ActiveSpan.carriedTo(context)
                .runOnContext(any -> Optional.ofNullable(followed.get(stream)).ifPresent(action));
    }

    /** Forgets the entries of a stream in memory, since they were changed in the store. */
    public void forget(StreamName stream) {
        ifFollowed(stream, FollowedStream::forget);
    }

    /**
     * Subscribes to a stream. On its loop the subscriber gets what it missed after {@code since}; the loop's deliveries
     * after that continue without a gap and without a duplicate. After an entry that bars {@code user} the subscriber
     * gets nothing more.
     */
    public Subscription subscribe(
            StreamName stream, Optional<Position> since, UserId user, DeliveryLoop loop, Subscriber subscriber) {
        return subscribe(new Subscription(stream, since, user, loop, subscriber, this::nextPart));
    }

    /** Subscribes to a stream like {@link #subscribe}, of which the head is known already. */
    public Subscription subscribeKnown(
            StreamName stream, Position since, KnownHead known, UserId user, DeliveryLoop loop, Subscriber subscriber) {
        return subscribe(
                new Subscription(stream, Optional.of(since), user, loop, subscriber, this::nextPart).knowing(known));
    }

    /**
     * Subscribes to a stream like {@link #subscribe}, up to what the subscriber gets first: that waits until the subscription is
     * released. A bar or a failure is told at once.
     */
    public Subscription subscribeHeld(
            StreamName stream, Optional<Position> since, UserId user, DeliveryLoop loop, Subscriber subscriber) {
        return subscribe(new Subscription(stream, since, user, loop, subscriber, this::nextPart).hold());
    }

    private Subscription subscribe(Subscription subscription) {
        context.runOnContext(any -> subscribe(subscription, ROOM_TRIES));
        return subscription;
    }

    public void release(Subscription subscription) {
        context.runOnContext(any -> Optional.ofNullable(followed.get(subscription.stream()))
                .ifPresentOrElse(stream -> stream.release(subscription), subscription::release));
    }

    private void subscribe(Subscription subscription, int triesLeft) {
        if (subscription.isDetached()) {
            return; // the subscription waited, and its client has gone
        }
        StreamName stream = subscription.stream();
        if (tryAcquireMemory(subscription)) {
            lingering.remove(stream);
            followed.computeIfAbsent(stream, this::follow).subscribe(subscription);
        } else if (triesLeft > 0 && hubMemory.makesRoomFor(subscription)) {
            context.owner().setTimer(ROOM_TRY_MS, any -> subscribe(subscription, triesLeft - 1));
        } else {
            hubMemory.countRefused();
            subscription.fail();
        }
    }

    /** Ends a subscription. Deliveries that are already on their way to the loop still arrive there. */
    public void unsubscribe(Subscription subscription) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(subscription.stream());
            if (stream != null) {
                stream.unsubscribe(subscription);
            }
            subscription.detach();
        });
    }

    /** Compares the appends of a lane with what its streams have seen: a stream that has not seen one missed a hint. */
    void moved(List<Moved> moved) {
        context.runOnContext(any -> {
            dependencies.toldMoves().moved(moved);
            moved.forEach(each -> {
                FollowedStream stream = followed.get(each.stream());
                if (stream != null) {
                    stream.moved(each.laneSeq());
                }
            });
        });
    }

    /** Checks all streams of a lane that can't tell which of them had an append. */
    void compareAll(int lane) {
        context.runOnContext(any -> {
            dependencies.toldMoves().lost(lane);
            if (lanesToCompare.isEmpty()) { // many lanes fork at once and are compared together
                context.runOnContext(all -> compareLanes());
            }
            lanesToCompare.set(lane);
        });
    }

    /** Applies a tick of lanes. The streams that it found moved were reported before. */
    void lanesRead(List<LaneRead> reads) {
        context.runOnContext(any -> {
            reads.forEach(dependencies.toldMoves()::read);
            dependencies.lanes().ifPresent(lanes -> {
                if (lanesToCompare.isEmpty()) {
                    apply(lanes, reads);
                } else {
                    context.runOnContext(compared -> apply(lanes, reads)); // the comparison is ahead of it
                }
            });
        });
    }

    /** The number of rooms with subscribers; the others only linger. Call it on the shard's context. */
    public int followedRooms() {
        return rooms - lingering.rooms();
    }

    /** Sends the next part to a subscriber that has taken one. */
    private void nextPart(Subscription subscription) {
        ifFollowed(subscription.stream(), stream -> {
            if (!subscription.isDetached()) {
                stream.nextPart(subscription);
            }
        });
    }

    private void compareLanes() {
        followed.values().stream()
                .filter(stream -> lanesToCompare.get(stream.lane()))
                .forEach(FollowedStream::mayHaveMoved);
        lanesToCompare.clear();
    }

    private void apply(LaneFreshness lanes, List<LaneRead> reads) {
        reads.forEach(lanes::onLaneRead);
        waiting.runAll(stream -> !mayMissEntries(stream));
    }

    /** Whether subscribers may miss entries of the stream. A later subscriber reads the stream first. */
    private boolean mayMissEntries(StreamName stream) {
        FollowedStream known = followed.get(stream);
        return known != null && !known.isCurrent();
    }

    private boolean tryAcquireMemory(Subscription subscription) {
        if (!acquire(() -> hubMemory.acquireSubscriber(subscription))) {
            return false;
        }
        boolean acquired = followed.containsKey(subscription.stream())
                || acquire(() -> tryAcquireStream(subscription.followsFew()));
        if (!acquired) {
            hubMemory.releaseSubscriber(subscription);
        }
        return acquired;
    }

    /**
     * Takes memory, and ends lingering streams for it. A stream that only lingers takes the place of no other: a few users could
     * otherwise keep all others out (CWE-770).
     */
    private boolean acquire(BooleanSupplier attempt) {
        boolean acquired = attempt.getAsBoolean();
        while (!acquired && lingering.endLongest()) {
            acquired = attempt.getAsBoolean();
        }
        return acquired;
    }

    private boolean tryAcquireStream(boolean followsFew) {
        return followed.size() < config.followedStreams() && hubMemory.acquireStream(followsFew);
    }

    private FollowedStream follow(StreamName stream) {
        rooms += stream.isInbox() ? 0 : 1;
        listener.began(stream);
        return new FollowedStream(stream, dependencies, lingering::add);
    }

    private void end(FollowedStream idle) {
        followed.remove(idle.name());
        rooms -= idle.name().isInbox() ? 0 : 1;
        idle.end();
        hubMemory.releaseStream();
        listener.ended(idle.name());
        waiting.drop(idle.name());
    }
}
