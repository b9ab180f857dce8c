package dev.portcullis.edge.socket;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the bytes of a socket are read. They are not while its connection is paused, nor while the other sockets of its event
 * loop take their {@link ReadQuantum}. While the node's memory budget is exceeded nothing is read either: a burst of many peers
 * would fill the memory before any of them could be closed (CWE-770).
 */
final class ReadGate {
    private static final long MEMORY_CHECK_MS = 20;

    private final InboundBacklog inbound;
    private final ReadQuantum quantum = new ReadQuantum();
    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean yielding;
    private boolean awaitingMemory;
    private long lastRead = System.nanoTime();

    ReadGate(InboundBacklog inbound) {
        this.inbound = inbound;
    }

    void bind(ChannelHandlerContext added) {
        context = added;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return added;
    }

    /** Bytes have arrived. */
    void read() {
        lastRead = System.nanoTime();
    }

    long lastRead() {
        return lastRead;
    }

    void pause() {
        paused = true;
        updateAutoRead();
    }

    /** Restarts the idle time, since nothing was read during the pause. */
    void resume() {
        paused = false;
        lastRead = System.nanoTime();
        updateAutoRead();
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether bytes of the peer are left unread for a reason of this node, so that its idle time must not count. */
    boolean leavesUnread() {
        return paused || awaitingMemory;
    }

    /** Whether what was read may be decoded now. */
    boolean isOpen() {
        return !paused && !yielding;
    }

    /** Turns reading on or off. Call it also when another handler may have turned reading on. */
    void updateAutoRead() {
        context().channel().config().setAutoRead(!paused && !yielding && !awaitingMemory);
    }

    void beginTurn() {
        if (!yielding) {
            quantum.begin();
        }
    }

    void decodedFrame() {
        quantum.decodedFrame(now());
    }

    void discarded(int bytes) {
        quantum.discarded(bytes);
    }

    void answersLater() {
        quantum.answeredLater();
    }

    boolean turnIsOver() {
        return quantum.isOver(now());
    }

    /** Lets the other sockets go first. {@code next} runs when the next turn has begun. */
    void yieldTurn(Runnable next) {
        if (yielding) {
            return;
        }
        yielding = true;
        updateAutoRead();
        schedule(quantum.end(now()), () -> {
            yielding = false;
            quantum.begin();
            updateAutoRead();
            next.run();
        });
    }

    /** Reads nothing until the node has memory again, if it has none. */
    void awaitMemory() {
        if (!awaitingMemory && inbound.isNodeFull()) {
            awaitingMemory = true;
            updateAutoRead();
            checkMemoryLater();
        }
    }

    /** Nothing was read meanwhile, so the peer's unfinished frame is not overdue. */
    void stopAwaitingMemory() {
        if (awaitingMemory) {
            awaitingMemory = false;
            lastRead = System.nanoTime();
            inbound.resumed();
            updateAutoRead();
        }
    }

    private void checkMemoryLater() {
        schedule(MEMORY_CHECK_MS, () -> {
            if (awaitingMemory && inbound.isNodeFull()) {
                checkMemoryLater();
            } else {
                stopAwaitingMemory();
            }
        });
    }

    private void schedule(long millis, Runnable step) {
        var unused = context()
                .executor()
                .schedule(
                        () -> {
                            if (!context().isRemoved()) {
                                step.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private long now() {
        return context().executor().ticker().nanoTime();
    }
}
