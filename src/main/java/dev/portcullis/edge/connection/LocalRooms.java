package dev.portcullis.edge.connection;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedEntry;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.DeliveryLoop;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.Subscription;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that have subscribers on this event loop. Calls from the hub run on the loop in the order in which they
 * were made, so that a new subscription begins exactly between two deliveries.
 */
public final class LocalRooms implements DeliveryLoop {
    private final Map<StreamName, IterationSafeSet<RoomSubscription>> rooms = new HashMap<>();
    private final Context loop;
    private final StreamHub hub;
    private final MemoryBudget memory;
    private final Metrics metrics;
    private final LongSupplier clock;

    public LocalRooms(Context loop, StreamHub hub, MemoryBudget memory, Metrics metrics, LongSupplier clock) {
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
        loop.runOnContext(any -> {
            IterationSafeSet<RoomSubscription> room = rooms.get(stream);
            if (room != null) {
                entries.forEach(entry -> deliver(room, entry));
            }
        });
    }

    @Override
    public void lost(StreamName stream, Position now) {
        loop.runOnContext(any -> {
            IterationSafeSet<RoomSubscription> room = rooms.get(stream);
            if (room != null) {
                room.forEach(roomSubscription -> roomSubscription.recipient.send(new ServerFrame.Joined(
                        Optional.empty(), roomSubscription.roomId, now, false, JsonMessages.NONE, false)));
            }
        });
    }

    /** A second subscription of the same connection to the same room replaces the first. */
    public RoomSubscription subscribe(FrameRecipient recipient, RoomId roomId, Subscription subscription) {
        StreamName stream = StreamName.room(roomId);
        IterationSafeSet<RoomSubscription> room = rooms.computeIfAbsent(stream, any -> new IterationSafeSet<>());
        RoomSubscription roomSubscription = new RoomSubscription(recipient, roomId, subscription);
        roomSubscription.link = room.add(roomSubscription);
        return roomSubscription;
    }

    void unsubscribe(RoomSubscription roomSubscription) {
        StreamName stream = StreamName.room(roomSubscription.roomId);
        IterationSafeSet<RoomSubscription> room = rooms.get(stream);
        if (room == null) {
            return;
        }
        room.remove(Objects.requireNonNull(roomSubscription.link));
        if (room.isEmpty()) {
            rooms.remove(stream);
        }
        hub.forStream(stream).unsubscribe(roomSubscription.subscription);
    }

    /** Subscribers of one kind of transport share one encoding and one buffer: each costs only the system call. */
    private void deliver(IterationSafeSet<RoomSubscription> room, StreamEntry entry) {
        SharedEntry shared = new SharedEntry(entry, memory);
        try {
            room.forEach(roomSubscription -> roomSubscription.recipient.deliver(shared));
        } finally {
            shared.release();
        }
        metrics.deliveryTimed(TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - entry.timestamp())));
    }

    /** One connection's subscription to one room. */
    public static final class RoomSubscription {
        private final FrameRecipient recipient;
        private final RoomId roomId;
        private final Subscription subscription;
        private IterationSafeSet.@Nullable Link<RoomSubscription> link;

        private RoomSubscription(FrameRecipient recipient, RoomId roomId, Subscription subscription) {
            this.recipient = recipient;
            this.roomId = roomId;
            this.subscription = subscription;
        }
    }
}
