package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Sends events that are not stored. Bars and blocks, which an append checks for a stored event, are read here. */
public final class UnstoredEvents implements BroadcastResponder {
    private final StreamStore streams;
    private final BlockListStore blocks;
    private final Consumer<TransientFrame> send;
    private final int messageBytes;
    private final LongSupplier clock;

    /** @param messageBytes the bytes of the largest frame */
    public UnstoredEvents(
            StreamStore streams,
            BlockListStore blocks,
            Consumer<TransientFrame> send,
            int messageBytes,
            LongSupplier clock) {
        this.streams = streams;
        this.blocks = blocks;
        this.send = send;
        this.messageBytes = messageBytes;
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return bus.answer(Broadcaster.SEND_UNSTORED, instance, unstored -> send(unstored.from(), unstored.event()));
    }

    /** Sends the event. Granted once it is sent. */
    public Future<Verdict> send(Sender from, Event event) {
        byte[] frame = new DeliveredEvent(event.target(), from.userId(), event.event(), event.data(), clock.getAsLong())
                .unstored();
        return frame.length > messageBytes
                ? Future.succeededFuture(Verdict.refused(Reason.MESSAGE_TOO_LARGE))
                : event.target().fold(room -> toRoom(from, room, frame), user -> toUser(from.userId(), user, frame));
    }

    private Future<Verdict> toRoom(Sender from, RoomId room, byte[] frame) {
        StreamName stream = StreamName.room(room);
        return from.barrable()
                .map(user -> streams.access(stream, user).map(access -> access.barred()))
                .orElseGet(() -> Future.succeededFuture(false))
                .map(barred -> {
                    if (barred) {
                        return Verdict.refused(Reason.NOT_MEMBER);
                    }
                    send.accept(new TransientFrame(stream, frame));
                    return Verdict.GRANTED;
                });
    }

    /** Sends the event to both users. The sender's own sessions get it either way, so that they do not show a block. */
    private Future<Verdict> toUser(UserId author, UserId recipient, byte[] frame) {
        return blocks.isBlocked(recipient, author).map(blocked -> {
            send.accept(new TransientFrame(StreamName.inbox(author), frame));
            if (!blocked && !recipient.equals(author)) {
                send.accept(new TransientFrame(StreamName.inbox(recipient), frame));
            }
            return Verdict.GRANTED;
        });
    }
}
