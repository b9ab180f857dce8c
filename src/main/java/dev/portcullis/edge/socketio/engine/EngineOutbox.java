package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socket.SlowReaderTimer;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryReservation;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one session that its client has not taken, by the rules of a WebSocket's outbox: a reader is slow if the queue
 * still exceeds its bound after {@code slowReaderMs}. A client that does not poll takes nothing, and so is one.
 */
final class EngineOutbox implements LoadShedder.Holder {
    private static final int ENTRY_BYTES = 64;
    private static final int BURST_FACTOR = 8;

    private final SocketConfig limits;
    private final EngineLoop loop;
    private final EngineLifecycle session;
    private final MemoryReservation own;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>(4);
    private final Load load = new Load();
    private Load onTheWay = new Load();
    private long ownBytes;
    private long payloadBytes;
    private long progressAt = System.nanoTime();
    private boolean registered;
    private @Nullable SlowReaderTimer overLimit;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(@Nullable SharedFrame shared, byte[] packet, boolean live) {
        int bytes() {
            return shared == null ? packet.length : shared.bytes();
        }
    }

    EngineOutbox(EngineLifecycle session, EngineLoop loop) {
        this.limits = loop.limits();
        this.loop = loop;
        this.session = session;
        this.own = new MemoryReservation(loop.shedder().memory());
    }

    /** {@code false}: the reader is too slow and the queue is full. */
    boolean enqueue(SharedFrame frame) {
        if (isFull(frame.bytes())) {
            return false;
        }
        frame.addHolder();
        live(new Entry(frame, new byte[0], true));
        return true;
    }

    boolean enqueue(byte[] packet) {
        if (isFull(packet.length)) {
            return false;
        }
        ownBytes += packet.length;
        live(new Entry(null, packet, true));
        return true;
    }

    /**
     * Adds a packet that the client asked for, or that ends the session. Its memory is reserved elsewhere, and the bound does
     * not apply.
     */
    void replay(byte[] packet) {
        add(new Entry(null, packet, false));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean replaying() {
        return load.hasReplays();
    }

    /** The next packets as one payload. They count as before until they are {@link #taken}. One at least, if there is one. */
    byte[] take(int maxBytes) {
        List<byte[]> packets = new ArrayList<>();
        int size = 0;
        for (Entry next = waiting.peek(); next != null; next = waiting.peek()) {
            size += next.bytes() + 1;
            if (!packets.isEmpty() && size > maxBytes + 1) {
                break;
            }
            waiting.remove();
            packets.add(bytesOf(next));
            release(next);
            onTheWay.add(next.live(), next.bytes());
        }
        byte[] payload = EnginePackets.join(packets);
        payloadBytes = payload.length;
        update();
        return payload;
    }

    /** The client has taken the last payload. */
    void taken() {
        progressAt = System.nanoTime();
        load.remove(onTheWay);
        onTheWay = new Load();
        payloadBytes = 0;
        update();
    }

    /** Drops what waits. */
    void drop() {
        waiting.forEach(each -> {
            release(each);
            load.remove(each.live(), each.bytes());
        });
        waiting.clear();
        update();
    }

    /** Since when the client has taken nothing; {@code now} if nothing waits. */
    long stuckSince(long now) {
        return isIdle() ? now : progressAt;
    }

    @Override
    public long waitingBytes() {
        return load.liveBytes();
    }

    @Override
    public long heldBytes() {
        return load.bytes();
    }

    @Override
    public long stuckBytes(long now) {
        return now - progressAt > LoadShedder.STUCK_NANOS ? heldBytes() : 0;
    }

    @Override
    public void shed(Runnable then) {
        loop.later(() -> {
            if (registered) {
                session.closeReceiver(CloseCode.NO_CAPACITY);
            }
            then.run();
        });
    }

    private boolean isFull(int more) {
        return load.liveFrames() >= BURST_FACTOR * (long) limits.outboxFrames()
                || load.liveBytes() + more > BURST_FACTOR * (long) limits.outboxBytes();
    }

    private boolean exceedsLimit() {
        return load.liveFrames() > limits.outboxFrames() || load.liveBytes() > limits.outboxBytes();
    }

    private void live(Entry entry) {
        add(entry);
        if (overLimit == null && exceedsLimit()) {
            overLimit = SlowReaderTimer.start(
                    loop.eventLoop(), limits.slowReaderMs(), () -> {}, () -> session.closeReceiver(CloseCode.TOO_SLOW));
        }
    }

    private void add(Entry entry) {
        if (isIdle()) {
            progressAt = System.nanoTime();
        }
        load.add(entry.live(), entry.bytes());
        waiting.add(entry);
        update();
    }

    private boolean isIdle() {
        return waiting.isEmpty() && payloadBytes == 0;
    }

    private static byte[] bytesOf(Entry entry) {
        if (entry.shared() == null) {
            return entry.packet();
        }
        ByteBuf duplicate = entry.shared().duplicate();
        byte[] bytes = new byte[duplicate.readableBytes()];
        duplicate.readBytes(bytes).release();
        return bytes;
    }

    /** Its bytes are copied, or of no use. */
    private void release(Entry entry) {
        if (entry.shared() != null) {
            entry.shared().removeHolder();
        } else if (entry.live()) {
            ownBytes -= entry.bytes();
        }
    }

    private void update() {
        boolean holds = heldBytes() > 0;
        if (holds != registered) {
            registered = holds;
            if (holds) {
                loop.shedder().add(this);
            } else {
                loop.shedder().remove(this);
            }
        }
        if (overLimit != null && !exceedsLimit()) {
            overLimit.cancel();
            overLimit = null;
        }
        own.set(ownBytes + payloadBytes + (long) ENTRY_BYTES * waiting.size()); // last, since it may close the session
    }

    /** How many packets, and bytes, of each kind it holds: live ones, which are bounded, and replays. */
    private static final class Load {
        private int liveFrames;
        private long liveBytes;
        private int replays;
        private long replayBytes;

        int liveFrames() {
            return liveFrames;
        }

        long liveBytes() {
            return liveBytes;
        }

        boolean hasReplays() {
            return replays > 0;
        }

        long bytes() {
            return liveBytes + replayBytes;
        }

        void add(boolean live, int bytes) {
            count(live, 1, bytes);
        }

        void remove(boolean live, int bytes) {
            count(live, -1, -bytes);
        }

        void remove(Load other) {
            liveFrames -= other.liveFrames;
            liveBytes -= other.liveBytes;
            replays -= other.replays;
            replayBytes -= other.replayBytes;
        }

        private void count(boolean live, int frames, int bytes) {
            if (live) {
                liveFrames += frames;
                liveBytes += bytes;
            } else {
                replays += frames;
                replayBytes += bytes;
            }
        }
    }
}
