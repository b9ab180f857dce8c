package dev.portcullis.edge.connection;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.delivery.DeliveryLoop;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.Subscription;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The clients on this event loop, by the streams that they are subscribed to. Calls from the hub run on the loop in the order
 * in which they were made, so that a new subscription begins exactly between two deliveries.
 */
public final class LoopSubscribers implements DeliveryLoop {
    private final Map<StreamName, IterationSafeSet<LoopSubscription>> byStream = new HashMap<>();
    private final Context loop;
    private final StreamHub hub;
    private final MemoryBudget memory;
    private final Metrics metrics;
    private final LongSupplier clock;
    private final List<SubscriptionListener> listeners;

    /** Is told which streams the clients of this loop follow. Called on the loop. */
    public interface SubscriptionListener {
        default void subscribed(FrameRecipient recipient, StreamName stream) {}

        /** {@link #subscribed} is called once more before where one subscription replaces another. */
        default void unsubscribed(FrameRecipient recipient, StreamName stream) {}

        /** The recipient has left all its streams and is gone. */
        default void closed(FrameRecipient recipient) {}
    }

    public LoopSubscribers(
            Context loop,
            StreamHub hub,
            MemoryBudget memory,
            Metrics metrics,
            LongSupplier clock,
            SubscriptionListener... listeners) {
        this.listeners = List.of(listeners);
        this.loop = loop;
        this.hub = hub;
        this.memory = memory;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void run(Runnable action) {
        loop.runOnContext(any -> action.run());
    }

    @Override
    public void deliver(StreamName stream, List<StreamEntry> entries) {
        onLoop(stream, subscribers -> {
            entries.forEach(entry -> {
                long seq = entry.position().seq();
                deliver(subscribers, EntryFrame.frame(entry), each -> each.reach(seq));
                metrics.time(
                        Metric.DELIVERY,
                        TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - entry.timestamp())));
            });
            if (stream.isInbox()) {
                Position reached = entries.get(entries.size() - 1).position();
                subscribers.forEach(each -> each.recipient.inboxReached(reached));
            }
        });
    }

    @Override
    public void deliver(TransientFrame frame) {
        onLoop(
                frame.stream(),
                subscribers -> deliver(
                        subscribers,
                        frame.json(),
                        each -> frame.except().isEmpty() || !frame.except().equals(each.recipient.user())));
    }

    @Override
    public void lost(StreamName stream, Position now) {
        onLoop(stream, subscribers -> subscribers.forEach(each -> each.onLost.accept(now)));
    }

    /**
     * A second subscription of the same client to the same stream replaces the first.
     *
     * @param onLost runs if entries are lost, so that the client's next one follows this position
     */
    public LoopSubscription subscribe(FrameRecipient recipient, Subscription subscription, Consumer<Position> onLost) {
        LoopSubscription added = new LoopSubscription(recipient, subscription, onLost);
        added.link = byStream.computeIfAbsent(subscription.stream(), any -> new IterationSafeSet<>())
                .add(added);
        listeners.forEach(each -> each.subscribed(recipient, subscription.stream()));
        return added;
    }

    void unsubscribe(LoopSubscription subscription) {
        StreamName stream = subscription.stream();
        IterationSafeSet<LoopSubscription> subscribers = byStream.get(stream);
        if (subscribers == null) {
            return;
        }
        subscribers.remove(Objects.requireNonNull(subscription.link));
        if (subscribers.isEmpty()) {
            byStream.remove(stream);
        }
        hub.forStream(stream).unsubscribe(subscription.subscription);
        listeners.forEach(each -> each.unsubscribed(subscription.recipient, stream));
    }

    /** The streams of the rooms that clients of this loop have joined, and whose ids begin so. */
    List<StreamName> rooms(String prefix) {
        return byStream.keySet().stream()
                .filter(stream -> stream.isRoomWith(prefix))
                .toList();
    }

    /** The clients of this loop that have joined a room. */
    List<FrameRecipient> recipients(RoomId room) {
        List<FrameRecipient> recipients = new ArrayList<>();
        subscribed(StreamName.room(room)).forEach(each -> recipients.add(each.recipient));
        return recipients;
    }

    int count(StreamName stream) {
        return subscribed(stream).size();
    }

    private IterationSafeSet<LoopSubscription> subscribed(StreamName stream) {
        return byStream.getOrDefault(stream, new IterationSafeSet<>());
    }

    void closed(FrameRecipient recipient) {
        listeners.forEach(each -> each.closed(recipient));
    }

    private void onLoop(StreamName stream, Consumer<IterationSafeSet<LoopSubscription>> action) {
        loop.runOnContext(any -> {
            IterationSafeSet<LoopSubscription> subscribers = byStream.get(stream);
            if (subscribers != null) {
                action.accept(subscribers);
            }
        });
    }

    /** Subscribers of one kind of transport share one encoding and one buffer: each costs only the system call. */
    private void deliver(
            IterationSafeSet<LoopSubscription> subscribers, byte[] json, Predicate<LoopSubscription> gets) {
        SharedMessage message = new SharedMessage(json, memory);
        int[] receivers = {0};
        try {
            subscribers.forEach(each -> {
                if (gets.test(each)) {
                    each.recipient.deliver(message);
                    receivers[0]++;
                }
            });
            metrics.delivered(receivers[0], json.length);
        } finally {
            message.release();
        }
    }

    /** One client's subscription to one stream. */
    public static final class LoopSubscription {
        private final FrameRecipient recipient;
        private final Subscription subscription;
        private final Consumer<Position> onLost;
        private IterationSafeSet.@Nullable Link<LoopSubscription> link;
        private long reached;
        private long acked;
        private @Nullable Awaited awaited;

        private record Awaited(long seq, Runnable then) {}

        private LoopSubscription(FrameRecipient recipient, Subscription subscription, Consumer<Position> onLost) {
            this.recipient = recipient;
            this.subscription = subscription;
            this.onLost = onLost;
        }

        /** The client is sent this entry. Always true. */
        boolean reach(long seq) {
            reached = Math.max(reached, seq);
            Awaited due = awaited;
            if (due != null && reached >= due.seq) {
                awaited = null;
                due.then.run();
            }
            return true;
        }

        /** An entry of the client's own was acknowledged. It may still be on its way. */
        void ack(long seq) {
            acked = Math.max(acked, seq);
        }

        /** Whether the client knows of an entry that it was not sent yet. */
        boolean isOnItsWay(long seq) {
            return seq > reached && seq <= acked;
        }

        /** Replaces what else waits. */
        void whenReached(long seq, Runnable then) {
            awaited = new Awaited(seq, then);
        }

        /** The last entry that the client was sent. */
        long reached() {
            return reached;
        }

        StreamName stream() {
            return subscription.stream();
        }
    }
}
