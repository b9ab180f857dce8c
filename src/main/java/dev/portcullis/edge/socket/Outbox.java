package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of messages to a socket, on its event loop. Frames that the channel can't take are queued and counted here:
 * Vert.x and Netty would queue without bound. A reader is slow if the queue still exceeds its bound after the socket was
 * flushed and had {@code slowReaderMs} to drain it: a burst caused by this node's own delay is not the reader's fault. Replays
 * are queued in the same order but outside the bound. They are sent in fragments as the socket drains, so that a resume can't
 * close its own connection, and a pong can pass between two fragments.
 */
final class Outbox implements LoadShedder.Holder {
    private final ChannelHandlerContext context;
    private final SocketConfig config;
    private final LoadShedder shedder;
    private final Consumer<CloseCode> overflow;
    private final ChannelWriter writer;
    private @Nullable OutboundQueue queue; // may be empty while its last frame is written
    private boolean draining;
    private boolean dropped;
    private boolean pingDue;
    private byte @Nullable [] pongDue;
    private boolean registered;
    private @Nullable SlowReaderTimer overLimit;

    /** @param overflow closes the connection because too much is queued for it, or for the node */
    Outbox(
            ChannelHandlerContext context,
            FlushCoalescer flushCoalescer,
            SocketConfig config,
            LoadShedder shedder,
            Consumer<CloseCode> overflow) {
        this.context = context;
        this.config = config;
        this.shedder = shedder;
        this.overflow = overflow;
        this.writer = new ChannelWriter(context, flushCoalescer, shedder.memory(), this::updateRegistration);
    }

    /** {@code false}: the reader is too slow and the queue is full. */
    boolean enqueue(SharedFrame frame) {
        if (queue == null && writer.canWrite()) {
            writer.write(frame.duplicate());
            return true;
        }
        if (dropped) { // by the flush above, to a closed peer
            return true;
        }
        OutboundQueue waiting = queue();
        if (waiting.isFullFor(frame)) {
            return false;
        }
        waiting.add(frame);
        if (overLimit == null && waiting.exceedsLimit()) {
            overLimit = SlowReaderTimer.start(
                    context.executor(), config.slowReaderMs(), this::drain, () -> overflow.accept(CloseCode.TOO_SLOW));
        }
        return true;
    }

    void replay(FrameChunks frame) {
        queue().add(new StreamedReply(frame));
        drain();
    }

    /**
     * Sends a ping ahead of the queue, as soon as the channel is writable: the peer's answer must not wait for the
     * queue.
     */
    void ping() {
        pingDue = true;
        sendDue();
    }

    /**
     * Sends the answer to the peer's latest ping ahead of the queue too. One is enough (RFC 6455 5.5.3), and a peer may send
     * pings without reading.
     */
    void pong(byte[] payload) {
        pongDue = payload;
        sendDue();
    }

    /** Writes queued frames while the channel is writable. */
    void drain() {
        if (draining) {
            return; // a flush in the loop below made the channel writable; the loop continues anyway
        }
        draining = true;
        try {
            writer.updateUnread();
            sendDue();
            while (queue != null && writer.canWrite() && queue != null) { // a write to a closed peer drops the queue
                writeNext(queue);
                if (queue != null && queue.isEmpty()) {
                    endQueue(queue);
                }
            }
        } finally {
            draining = false;
        }
    }

    /**
     * Writes the next frame or fragment. A replay stays queued until the channel is writable after its last fragment:
     * what is in the channel is in memory, and is counted while the reader leaves it there.
     */
    private void writeNext(OutboundQueue waiting) {
        Object first = waiting.first();
        if (!(first instanceof StreamedReply reply)) {
            SharedFrame frame = (SharedFrame) first;
            ByteBuf duplicate = frame.duplicate();
            waiting.remove(frame);
            stopTimerWithinLimit(waiting);
            writer.write(duplicate);
        } else if (reply.finished()) {
            waiting.remove(reply);
        } else {
            writer.write(reply.nextFragment(context));
        }
    }

    /** Drops the queue, and live frames that come later; what the channel has taken is no longer counted either. */
    void drop() {
        dropped = true;
        pingDue = false; // nothing may follow our close frame (RFC 6455 5.5.1)
        pongDue = null;
        writer.drop();
        if (queue != null) {
            queue.clear();
            stopTimerWithinLimit(queue);
            endQueue(queue);
        }
    }

    boolean replaying() {
        return queue != null && queue.replaying();
    }

    /** The time of the last progress if anything is queued, else {@code now}. */
    long stuckSince(long now) {
        writer.updateUnread();
        return holdsAny() ? writer.progressAt() : now;
    }

    @Override
    public long waitingBytes() {
        OutboundQueue waiting = queue; // any thread
        return waiting == null ? 0 : waiting.liveBytes();
    }

    @Override
    public long heldBytes() {
        OutboundQueue waiting = queue; // any thread
        return (waiting == null ? 0 : waiting.bytes()) + writer.unread() + OutboundQueue.SOCKET_BYTES;
    }

    @Override
    public long stuckBytes(long now) {
        return now - writer.progressAt() > LoadShedder.STUCK_NANOS ? heldBytes() : 0;
    }

    @Override
    public void shed(Runnable then) {
        context.executor().execute(() -> {
            if (holdsAny()) {
                overflow.accept(CloseCode.NO_CAPACITY);
            }
            then.run();
        });
    }

    private void sendDue() {
        if (pingDue && writer.isWritable()) {
            pingDue = false;
            writer.write(WebSocketFrames.ping(context.alloc()));
        }
        if (pongDue != null && writer.isWritable()) {
            byte[] payload = pongDue;
            pongDue = null;
            writer.write(WebSocketFrames.pong(context.alloc(), payload));
        }
    }

    private void stopTimerWithinLimit(OutboundQueue waiting) {
        if (overLimit != null && !waiting.exceedsLimit()) {
            overLimit.cancel();
            overLimit = null;
        }
    }

    private OutboundQueue queue() {
        OutboundQueue waiting = queue;
        if (waiting == null) {
            writer.beginWait();
            waiting = new OutboundQueue(config, shedder.memory());
            queue = waiting;
            waiting.begin();
            updateRegistration();
        }
        return waiting;
    }

    private void endQueue(OutboundQueue ended) {
        queue = null;
        ended.end();
        updateRegistration();
    }

    private boolean holdsAny() {
        return queue != null || writer.unread() > 0;
    }

    private void updateRegistration() {
        boolean holds = holdsAny();
        if (holds != registered) {
            registered = holds;
            if (holds) {
                shedder.add(this);
            } else {
                shedder.remove(this);
            }
        }
    }
}
