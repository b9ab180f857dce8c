package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the frames of one connection, each once the one before is answered: that gives order and backpressure. A few frames
 * may wait; beyond that the client is not read.
 */
final class FrameSequence {
    /** Messages up to this size are not counted while they are handled: they are freed before they could add up. */
    private static final int SMALL_BYTES = 1_024;

    /**
     * The memory that a message takes while it is handled, in multiples of its size: as received, as decoded, and as passed on.
     */
    private static final long COPIES = 4;

    private final SocketConfig limits;
    private final MemoryBudget memory;
    private final ConnectionBudget budget;
    private final Consumer<byte[]> handler;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(1);
    private @Nullable ClientTransport transport;
    private long waitingBytes;
    private boolean busy;
    private @Nullable CloseCode codeAfterFrame;
    private int count;
    private int reported;

    /** @param handler handles a frame, and reports with {@link #answered} that the next may follow */
    FrameSequence(SocketConfig limits, MemoryBudget memory, ConnectionBudget budget, Consumer<byte[]> handler) {
        this.limits = limits;
        this.memory = memory;
        this.budget = budget;
        this.handler = handler;
    }

    void bind(ClientTransport opened) {
        transport = opened;
    }

    void received(byte[] utf8) {
        if (busy || !waiting.isEmpty()) {
            waiting.add(utf8);
            setWaitingBytes(waitingBytes + utf8.length);
            if (isFull()) {
                transport().pause();
            }
        } else {
            handle(utf8);
        }
        if (busy) {
            transport().answersLater();
        }
    }

    boolean isBusy() {
        return busy;
    }

    /** The current frame is answered, and the client has taken the answer. */
    void answered() {
        busy = false;
        if (codeAfterFrame != null) {
            transport().close(codeAfterFrame);
        }
        byte[] following = waiting.poll();
        if (following == null) {
            transport().resume();
        } else if (!transport().closing()) {
            setWaitingBytes(waitingBytes - following.length);
            handle(following);
        }
    }

    /** Closes once the current frame is answered, so that the client knows its outcome. */
    void closeAfterFrame(CloseCode code) {
        if (busy) {
            codeAfterFrame = code;
        } else {
            transport().close(code);
        }
    }

    /** Drops what waits. It was received, as was an unfinished message: their bytes count for the user. */
    void drop() {
        waiting.forEach(utf8 -> budget.unreported().add(utf8.length));
        budget.unreported().add((int) transport().unfinishedBytes());
        waiting.clear();
        setWaitingBytes(0);
    }

    /** Frames that were handed on. */
    int count() {
        return count;
    }

    /** The frames since the last call. */
    int countNew() {
        int added = count - reported;
        reported = count;
        return added;
    }

    /**
     * Whether one more frame of the largest size would exceed a limit. While the node is short of memory, any frame
     * does.
     */
    private boolean isFull() {
        return waiting.size() >= limits.queuedFrames()
                || waitingBytes + limits.frameBytes() > limits.queuedBytes()
                || memory.isExceeded();
    }

    private void setWaitingBytes(long bytes) {
        waitingBytes = bytes;
        transport().queued(bytes);
    }

    private void handle(byte[] utf8) {
        busy = true;
        count++;
        if (utf8.length > SMALL_BYTES) {
            transport().inHand(COPIES * utf8.length);
        }
        budget.unreported().add(utf8.length);
        handler.accept(utf8);
    }

    private ClientTransport transport() {
        return Objects.requireNonNull(transport);
    }
}
