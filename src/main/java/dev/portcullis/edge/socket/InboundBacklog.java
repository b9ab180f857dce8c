package dev.portcullis.edge.socket;

import java.util.concurrent.Executor;

/**
 * What came in on one socket and waits: bytes of a frame that is not complete, fragments of a message that is not, the
 * message in hand and those behind it. A peer that never finishes what it began can be made to go for it (CWE-770).
 */
final class InboundBacklog implements LoadShedder.Holder {
    private final MemoryReservation undecoded;
    private final MemoryReservation fragments;
    private final MemoryReservation queued;
    private final MemoryReservation inHand;
    private final LoadShedder shedder;
    private final Executor loop;
    private final Runnable close;
    private boolean registered;

    /** @param close ends the connection, and lets go of all that waits here */
    InboundBacklog(LoadShedder shedder, Executor loop, Runnable close) {
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

    void fragments(long bytes) {
        fragments.set(bytes);
        register();
    }

    void queued(long bytes) {
        queued.set(bytes);
        register();
    }

    /** Of the message that is answered next: also where the connection has gone, for as long as the work on it goes on. */
    void inHand(long bytes) {
        inHand.set(bytes);
        register();
    }

    /** Whether more waits in the node than may, so that nothing should be read that is not yet here. */
    boolean isNodeFull() {
        return shedder.memory().isExceeded();
    }

    /** What has come of a frame or a message that is not complete. */
    long unfinishedBytes() {
        return undecoded.bytes() + fragments.bytes();
    }

    /** Nanoseconds for which the peer has owed the rest of it. */
    long unfinishedFor(long now) {
        return Math.max(undecoded.stuckFor(now), fragments.stuckFor(now));
    }

    /** It was not read until now. */
    void resumed() {
        undecoded.resumed();
        fragments.resumed();
    }

    @Override
    public long heldBytes() {
        return undecoded.bytes() + fragments.bytes() + queued.bytes() + inHand.bytes();
    }

    /** But for the message in hand: its peer has done all it can. */
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
