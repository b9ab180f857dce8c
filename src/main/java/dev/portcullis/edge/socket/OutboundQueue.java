package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import java.util.ArrayDeque;

/**
 * The frames that wait for a socket to become writable, in the order in which they are sent: live frames, which are bounded,
 * and replays, which are not. It counts its bytes until it {@link #end ends}. Most sockets queue nothing, and have no queue.
 */
final class OutboundQueue {
    /** Estimated heap use of each queued frame: a reference in a queue that doubles when it is full. */
    private static final int ENTRY_BYTES = 16;

    /**
     * Estimated heap use of each socket with queued bytes: the queue, and Netty's objects for what the channel took.
     */
    static final int SOCKET_BYTES = 8_192;

    private static final int BURST_FACTOR = 8;

    private final SocketConfig config;
    private final MemoryBudget memory;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(4);
    private long liveBytes;
    private int liveFrames;
    private int replays;
    private long replayBytes;

    OutboundQueue(SocketConfig config, MemoryBudget memory) {
        this.config = config;
        this.memory = memory;
    }

    /** Counts the queue itself, which may close this connection. */
    void begin() {
        memory.take(SOCKET_BYTES);
    }

    void end() {
        memory.release(SOCKET_BYTES);
    }

    /** Whether this frame does not fit even into a burst. */
    boolean isFullFor(SharedFrame frame) {
        return liveFrames >= BURST_FACTOR * (long) config.outboxFrames()
                || liveBytes + frame.bytes() > BURST_FACTOR * (long) config.outboxBytes();
    }

    /** Whether more is queued than a reader may leave for long. */
    boolean exceedsLimit() {
        return liveFrames > config.outboxFrames() || liveBytes > config.outboxBytes();
    }

    void add(SharedFrame frame) {
        waiting.add(frame);
        liveFrames++;
        liveBytes += frame.bytes();
        frame.addHolder();
        memory.take(ENTRY_BYTES);
    }

    void add(StreamedReply reply) {
        waiting.add(reply);
        replays++;
        replayBytes += reply.length();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** A {@link SharedFrame} or a {@link StreamedReply}. */
    Object first() {
        return waiting.element();
    }

    /** Removes the first, which is this frame. */
    void remove(SharedFrame frame) {
        waiting.remove();
        released(frame);
    }

    /** Removes the first, which is this reply. */
    void remove(StreamedReply reply) {
        waiting.remove();
        replays--;
        replayBytes -= reply.length();
    }

    void clear() {
        for (Object each : waiting) {
            if (each instanceof SharedFrame frame) {
                released(frame);
            }
        }
        waiting.clear();
        replays = 0;
        replayBytes = 0;
    }

    boolean replaying() {
        return replays > 0;
    }

    /** Any thread may read it and may see a stale value. */
    long liveBytes() {
        return liveBytes;
    }

    /** The bytes of live frames and replays. Any thread may read it and may see a stale value. */
    long bytes() {
        return liveBytes + replayBytes;
    }

    private void released(SharedFrame frame) {
        liveFrames--;
        liveBytes -= frame.bytes();
        frame.removeHolder();
        memory.release(ENTRY_BYTES);
    }
}
