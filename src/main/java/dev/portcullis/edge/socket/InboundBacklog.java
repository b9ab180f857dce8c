package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryReservation;
import java.util.concurrent.Executor;

/**
 * Unprocessed bytes received on one socket: those of an incomplete frame, the fragments of an incomplete message, the
 * message in process and the messages queued behind it. When memory is short, a peer that never finishes a message can
 * be closed for it (CWE-770).
 */
public final class InboundBacklog implements LoadShedder.Holder {
    private final MemoryReservation undecoded;
    private final MemoryReservation fragments;
    private final MemoryReservation queued;
    private final MemoryReservation inHand;
    private final LoadShedder shedder;
    private final Executor loop;
    private final Runnable close;
    private boolean registered;

    /** @param close closes the connection and releases all that is held here */
    public InboundBacklog(LoadShedder shedder, Executor loop, Runnable close) {
        this.undecoded = new MemoryReservation(shedder.memory());
        this.fragments = new MemoryReservation(shedder.memory());
        this.queued = new MemoryReservation(shedder.memory());
        this.inHand = new MemoryReservation(shedder.memory());
        this.shedder = shedder;
        this.loop = loop;
        this.close = close;
    }

    void undecoded(long bytes) {
        undecoded.set(bytes);
        register();
    }

    public void fragments(long bytes) {
        fragments.set(bytes);
        register();
    }

    public void queued(long bytes) {
        queued.set(bytes);
        register();
    }

    /** Bytes of the message in process. They count until its processing ends, even after the connection has closed. */
    public void inHand(long bytes) {
        inHand.set(bytes);
        register();
    }

    /** Whether the node's memory budget is exceeded, so that nothing more should be read. */
    public boolean isNodeFull() {
        return shedder.memory().isExceeded();
    }

    /** Bytes received of an incomplete frame or message. */
    long unfinishedBytes() {
        return undecoded.bytes() + fragments.bytes();
    }

    /** Nanoseconds for which the rest of it has been missing. */
    long unfinishedFor(long now) {
        return Math.max(undecoded.stuckFor(now), fragments.stuckFor(now));
    }

    /** Restarts the time of the unfinished bytes after a pause in reading. */
    void resumed() {
        undecoded.resumed();
        fragments.resumed();
    }

    @Override
    public long heldBytes() {
        return undecoded.bytes() + fragments.bytes() + queued.bytes() + inHand.bytes();
    }

    /** Excludes the message in process: its peer can do nothing to finish it. */
    @Override
    public long stuckBytes(long now) {
        return undecoded.stuckBytes(now) + fragments.stuckBytes(now) + queued.stuckBytes(now);
    }

    @Override
    public void shed(Runnable then) {
        loop.execute(() -> {
            if (registered) {
                close.run();
            }
            then.run();
        });
    }

    private void register() {
        boolean holds = heldBytes() > 0;
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
