package dev.portcullis.archive;

import dev.portcullis.archive.ArchiveConfig.OnFull;
import dev.portcullis.streams.StreamWindow;
import java.util.function.LongSupplier;

/**
 * What waits in the store for the archive, as this node last saw it: a bound that may be passed by what comes within a second. All
 * threads of the node share it.
 */
public final class ArchiveBacklog {
    private final LongSupplier most;
    private final OnFull onFull;
    private volatile long bytes;
    private volatile boolean noted;

    /** @param most the bytes that may wait */
    public ArchiveBacklog(LongSupplier most, OnFull onFull) {
        this.most = most;
        this.onFull = onFull;
    }

    void seen(long waiting) {
        bytes = waiting;
    }

    public long bytes() {
        return bytes;
    }

    /** Whether messages are refused until less waits. */
    public boolean refuses() {
        return isFull() && onFull == OnFull.REFUSE;
    }

    /** Whether entries go that wait for the archive, where too many do. */
    public boolean loses() {
        return onFull == OnFull.GAP;
    }

    /** From now on entries may go: the deletions among them can be made once more. */
    void deletionsNoted() {
        noted = true;
    }

    /** The window of a stream that the archive follows, unless so much waits that it must let entries go. */
    public StreamWindow window(StreamWindow window) {
        return isFull() && loses() && noted ? window : window.followed();
    }

    private boolean isFull() {
        return bytes > most.getAsLong();
    }
}
