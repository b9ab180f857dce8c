package dev.portcullis.edge;

import dev.portcullis.audit.Meters;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.SharedFrame;
import dev.portcullis.protocol.Messages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.streams.Attachment;
import dev.portcullis.streams.Carriers;
import dev.portcullis.streams.Entry;
import dev.portcullis.streams.Outlet;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.Wire;
import io.netty.buffer.PooledByteBufAllocator;
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
 * The rooms that have members on this event loop. What a carrier hands over is done in the order in which it came, on
 * the loop, so that a member takes its seat exactly between two deliveries.
 */
final class LocalRooms implements Outlet {
    private final Map<StreamName, Roster<Seat>> rooms = new HashMap<>();
    private final Context loop;
    private final Carriers carriers;
    private final MemoryBudget memory;
    private final Meters meters;
    private final LongSupplier clock;

    LocalRooms(Context loop, Carriers carriers, MemoryBudget memory, Meters meters, LongSupplier clock) {
        this.loop = loop;
        this.carriers = carriers;
        this.memory = memory;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void run(Runnable inOrder) {
        loop.runOnContext(any -> inOrder.run());
    }

    @Override
    public void deliver(StreamName stream, List<Entry> entries) {
        loop.runOnContext(any -> {
            Roster<Seat> room = rooms.get(stream);
            if (room != null) {
                entries.forEach(entry -> deliver(room, entry));
            }
        });
    }

    @Override
    public void lost(StreamName stream, Position now) {
        loop.runOnContext(any -> {
            Roster<Seat> room = rooms.get(stream);
            if (room != null) {
                room.each(seat -> seat.recipient.say(
                        new ServerFrame.Joined(Optional.empty(), seat.roomId, now, false, Messages.NONE, false)));
            }
        });
    }

    /** A second seat of the same connection in the same room takes the place of the first. */
    Seat seat(FrameRecipient recipient, RoomId roomId, Attachment attachment) {
        StreamName stream = StreamName.room(roomId);
        Roster<Seat> room = rooms.computeIfAbsent(stream, any -> new Roster<>());
        Seat seat = new Seat(recipient, roomId, attachment);
        seat.place = room.add(seat);
        return seat;
    }

    void leave(Seat seat) {
        StreamName stream = StreamName.room(seat.roomId);
        Roster<Seat> room = rooms.get(stream);
        if (room == null) {
            return;
        }
        room.remove(Objects.requireNonNull(seat.place));
        if (room.isEmpty()) {
            rooms.remove(stream);
        }
        carriers.forStream(stream).detach(seat.attachment);
    }

    /** One encoding, one buffer, for all seats: only the system call is paid for each. */
    private void deliver(Roster<Seat> room, Entry entry) {
        SharedFrame frame = SharedFrame.text(PooledByteBufAllocator.DEFAULT, Wire.frame(entry), memory);
        try {
            room.each(seat -> seat.recipient.share(frame));
        } finally {
            frame.release();
        }
        meters.deliveryTook(TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - entry.timestamp())));
    }

    /** One connection's place in one room. */
    static final class Seat {
        private final FrameRecipient recipient;
        private final RoomId roomId;
        private final Attachment attachment;
        private Roster.@Nullable Place<Seat> place;

        private Seat(FrameRecipient recipient, RoomId roomId, Attachment attachment) {
            this.recipient = recipient;
            this.roomId = roomId;
            this.attachment = attachment;
        }
    }
}
