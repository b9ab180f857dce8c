package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries streams from the store to the event loops that have members: the one place of a node where a stream's entries
 * are put in order. May be called from anywhere; all of its state is touched on its own context only.
 */
public final class StreamHubShard {
    private final Context context;
    private final StreamsConfig config;
    private final ShardParts parts;
    private final FollowedStreamsListener listener;
    private final HubMemory onNode;
    private final Map<StreamName, FollowedStream> followed = new HashMap<>();
    private final Set<StreamName> lingering = new HashSet<>();
    private final BitSet unsure = new BitSet();

    public StreamHubShard(Context context, StreamStore store, StreamsConfig config) {
        this(context, store, config, FollowedStreamsListener.NOBODY, HubMemory.ofLargestHeap());
    }

    /** @param onNode counts those of all carriers of this node */
    public StreamHubShard(
            Context context,
            StreamStore store,
            StreamsConfig config,
            FollowedStreamsListener listener,
            HubMemory onNode) {
        this.context = context;
        this.config = config;
        StreamReader reads = new StreamReader(context.owner(), store, config);
        this.parts = new ShardParts(
                context.owner(),
                reads,
                config,
                new RecentEntries(config.recentBytes()),
                new PageCache(config.pageBytes()),
                new ReorderBuffer.Budget(config.reorderBytes()),
                new CatchUpLimiter(config.concurrentCatchUps()),
                new HeadChecker(context.owner(), reads, config),
                onNode);
        this.listener = listener;
        this.onNode = onNode;
    }

    /** A committed entry, as the fan-out brings it: late, twice, in any order or not at all. */
    public void offer(StreamEntry entry) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(entry.stream());
            if (stream != null) {
                stream.offer(entry);
            }
        });
    }

    /**
     * Lets {@code member} follow the stream. It is told through the outlet what it missed since the place it knows, and
     * what the outlet is handed after that follows without a gap and without a double. Once an entry bars {@code user},
     * nothing that follows it is for this member.
     */
    public Subscription subscribe(
            StreamName stream, Optional<Position> since, UserId user, DeliveryLoop delivery, Subscriber subscriber) {
        Subscription subscription = new Subscription(stream, since, user, delivery, subscriber, this::readOn);
        context.runOnContext(any -> {
            if (mayHaveAnother(stream, subscriber.followsFew())) {
                followed.computeIfAbsent(stream, this::follow).join(subscription);
            } else {
                onNode.countRefused();
                subscription.fail();
            }
        });
        return subscription;
    }

    /** What was handed to the outlet before may still arrive there. */
    public void unsubscribe(Subscription subscription) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(subscription.stream());
            if (stream != null) {
                stream.leave(subscription);
            }
        });
    }

    /** What moved in some lane, as its counter tells: whoever has not met it yet missed a hint. */
    void moved(List<Moved> moved) {
        context.runOnContext(any -> moved.forEach(each -> {
            FollowedStream stream = followed.get(each.stream());
            if (stream != null) {
                stream.moved(each.laneSeq());
            }
        }));
    }

    /** Anything may have happened to the streams of this lane. */
    void compareAll(int lane) {
        context.runOnContext(any -> {
            if (unsure.isEmpty()) { // many lanes fork at once, and are looked through together
                context.runOnContext(all -> compareUnsure());
            }
            unsure.set(lane);
        });
    }

    /** How many streams somebody follows; others only linger. To be asked on the carrier's own context. */
    public int followedNow() {
        return (int)
                followed.values().stream().filter(stream -> !stream.isIdle()).count();
    }

    /** The member has taken the last part of what it missed, and is to have the next one. */
    private void readOn(Subscription subscription) {
        context.runOnContext(any -> {
            FollowedStream stream = followed.get(subscription.stream());
            if (stream != null && !subscription.isDetached()) {
                stream.catchUpSoon(subscription);
            }
        });
    }

    private void compareUnsure() {
        followed.values().stream().filter(stream -> unsure.get(stream.lane())).forEach(FollowedStream::mayHaveMoved);
        unsure.clear();
    }

    private boolean mayHaveAnother(StreamName stream, boolean followsFew) {
        if (!onNode.acquireSubscriber(followsFew)) {
            return false;
        }
        boolean may = followed.containsKey(stream) || mayFollowAnother(followsFew);
        if (!may) {
            onNode.releaseSubscriber();
        }
        return may;
    }

    private boolean mayFollowAnother(boolean followsFew) {
        return followed.size() < config.followedStreams() && onNode.acquireStream(followsFew);
    }

    private FollowedStream follow(StreamName stream) {
        listener.began(stream);
        return new FollowedStream(stream, parts, this::linger);
    }

    /** Who left a room often comes back at once: a reload, a lost connection. */
    private void linger(FollowedStream idle) {
        if (!lingering.add(idle.name())) {
            return;
        }
        int joins = idle.joined();
        Vertx vertx = context.owner();
        vertx.setTimer(Math.max(1, config.lingerMs()), due -> {
            lingering.remove(idle.name());
            if (!idle.isIdle()) {
                return;
            }
            if (idle.joined() == joins) {
                followed.remove(idle.name());
                idle.end();
                onNode.releaseStream();
                listener.ended(idle.name());
            } else {
                linger(idle);
            }
        });
    }
}
