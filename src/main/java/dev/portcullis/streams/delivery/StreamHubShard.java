package dev.portcullis.streams.delivery;

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

/**
 * Delivers streams from the store to the event loops that have subscribers. Only here are the entries of a stream put in
 * order on a node. May be called on any thread; its state is used on its own context only.
 */
public final class StreamHubShard {
    /** How often a subscription tries to get the memory that another client is giving up. */
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

    public StreamHubShard(Context context, StreamStore store, StreamsConfig config) {
        this(context, store, config, FollowedStreamsListener.NONE, HubMemory.ofLargestHeap(), Optional.empty());
    }

    /**
     * @param hubMemory shared by all shards of this node
     * @param lanes for this shard alone; empty where no hint can be lost, because all come over the bus of this process
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
                lanes);
        this.listener = listener;
        this.hubMemory = hubMemory;
        this.lingering =
                new LingeringStreams(context.owner(), () -> hubMemory.isShort() ? 0 : config.lingerMs(), this::end);
    }

    /** Offers a committed entry from the fan-out, which may bring entries late, twice, in any order or not at all. */
    public void offer(StreamEntry entry) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(entry.stream());
            if (stream != null) {
                stream.offer(entry);
            }
        });
    }

    /**
     * Passes on a frame that is not stored. It waits while an entry may be missing that ends a subscription, and is lost on a
     * node that loses no hint, and where too many wait.
     */
    public void pass(TransientFrame frame) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(frame.stream());
            if (stream == null) {
                return;
            }
            if (dependencies.lanes().isPresent() && !stream.isCurrent()) {
                waiting.putIfFew(frame.stream(), frame, () -> stream.pass(frame));
            } else {
                waiting.run(frame.stream());
                stream.pass(frame);
            }
        });
    }

    /**
     * Runs an action behind all entries that the stream had a moment ago: what they end is ended before, on the loops too if
     * the action goes on there. It waits while entries may be missing; then it replaces one of the same owner that waits. On a
     * node that loses no hint it is run at once. On any thread.
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

    /** How many subscriptions of this node a stream has. */
    public Future<Integer> subscriptions(StreamName stream) {
        Promise<Integer> count = Promise.promise();
        context.runOnContext(any -> {
            FollowedStream known = followed.get(stream);
            count.complete(known == null ? 0 : known.subscriptions());
        });
        return count.future();
    }

    /** Asks whether the subscribers of a stream may still be that. Completes with how many are left. */
    public Future<Integer> confirmSubscriptions(StreamName stream) {
        Promise<Integer> left = Promise.promise();
        context.runOnContext(any -> {
            FollowedStream known = followed.get(stream);
            if (known == null) {
                left.complete(0);
            } else {
                known.confirmSubscriptions()
                        .<Integer>map(all -> known.subscriptions())
                        .onComplete(left);
            }
        });
        return left.future();
    }

    /** The entries of a stream have changed where they are: those in memory are not used any more. */
    public void forget(StreamName stream) {
        context.runOnContext(any -> {
            FollowedStream known = followed.get(stream);
            if (known != null) {
                known.forget();
            }
        });
    }

    /**
     * Subscribes to a stream. On its loop the subscriber gets what it missed after {@code since}; the loop's deliveries
     * after that continue without a gap and without a duplicate. After an entry that bars {@code user} the subscriber
     * gets nothing more.
     */
    public Subscription subscribe(
            StreamName stream, Optional<Position> since, UserId user, DeliveryLoop loop, Subscriber subscriber) {
        Subscription subscription = new Subscription(stream, since, user, loop, subscriber, this::nextPart);
        context.runOnContext(any -> {
            subscribe(subscription, ROOM_TRIES);
        });
        return subscription;
    }

    private void subscribe(Subscription subscription, int triesLeft) {
        if (subscription.isDetached()) {
            return; // it waited, and its client has gone
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

    /** Deliveries that are already on their way to the loop still arrive there. */
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
        context.runOnContext(any -> moved.forEach(each -> {
            FollowedStream stream = followed.get(each.stream());
            if (stream != null) {
                stream.moved(each.laneSeq());
            }
        }));
    }

    /** Checks all streams of a lane that can't tell which of them had an append. */
    void compareAll(int lane) {
        context.runOnContext(any -> {
            if (lanesToCompare.isEmpty()) { // many lanes fork at once and are compared together
                context.runOnContext(all -> compareLanes());
            }
            lanesToCompare.set(lane);
        });
    }

    /** What this tick found in the lane was reported before. */
    void laneRead(LaneRead read) {
        dependencies
                .lanes()
                .ifPresent(lanes -> context.runOnContext(any -> {
                    if (lanesToCompare.isEmpty()) {
                        apply(lanes, read);
                    } else {
                        context.runOnContext(compared -> apply(lanes, read)); // the comparison is ahead of it
                    }
                }));
    }

    /** How many rooms have subscribers; the others only linger. To be called on the shard's context. */
    public int followedRooms() {
        return (int) followed.values().stream()
                .filter(stream -> !stream.isIdle() && !stream.name().isInbox())
                .count();
    }

    /** The subscriber has taken a part and gets the next one. */
    private void nextPart(Subscription subscription) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(subscription.stream());
            if (stream != null && !subscription.isDetached()) {
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

    private void apply(LaneFreshness lanes, LaneRead read) {
        lanes.onLaneRead(read);
        waiting.runAll(stream -> !mayMissEntries(stream));
    }

    /** Who subscribes later reads the stream first. */
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

    /** A stream that only lingers takes the place of no other: else a few users could keep all others out (CWE-770). */
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
        listener.began(stream);
        return new FollowedStream(stream, dependencies, lingering::add);
    }

    private void end(FollowedStream idle) {
        followed.remove(idle.name());
        idle.end();
        hubMemory.releaseStream();
        listener.ended(idle.name());
        waiting.drop(idle.name());
    }
}
