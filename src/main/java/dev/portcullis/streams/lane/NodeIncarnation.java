package dev.portcullis.streams.lane;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The node's current incarnation. When the leases of a node expire, because it was paused or cut off, other nodes take it and its
 * sessions for dead; it closes their connections and continues under a new incarnation. It may be used on any thread.
 */
public final class NodeIncarnation {
    /** The value of {@code since} when no write of this node can be relied on. */
    public static final long EVERYTHING = Long.MIN_VALUE;

    private final String node;
    private final AtomicInteger number = new AtomicInteger(1);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Learns of ended incarnations and lost lanes. It is called on the thread that detects them. */
    public interface Listener {
        void ended(String incarnation);

        /**
         * A lane has lost its data, or may have lost the newest part: the node must write its data there again.
         *
         * @param since the {@link System#nanoTime()} before which acknowledged writes of this node are still there;
         * {@link NodeIncarnation#EVERYTHING} where all may be lost
         */
        void laneLost(int lane, long since);
    }

    public NodeIncarnation(String node) {
        this.node = node;
    }

    public String node() {
        return node;
    }

    public String incarnation() {
        return prefixOf(node) + number.get();
    }

    /** The prefix of all incarnations of a node, and of no other node's. */
    public static String prefixOf(String node) {
        return node + ":";
    }

    public boolean isCurrent(String incarnation) {
        return incarnation().equals(incarnation);
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Starts the next incarnation. A second report of the same end changes nothing. */
    public void startNext(String incarnation) {
        int current = number.get();
        if (incarnation.equals(prefixOf(node) + current) && number.compareAndSet(current, current + 1)) {
            listeners.forEach(each -> each.ended(incarnation));
        }
    }

    public void laneLost(int lane, long since) {
        listeners.forEach(each -> each.laneLost(lane, since));
    }
}
