package dev.portcullis.streams.lane;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which life of this node it is. A node whose leases lapsed, since it was stopped or cut off, is dead to the others and
 * its sessions with it; it closes their connections and goes on under a new incarnation. May be used from every thread.
 */
public final class NodeIncarnation {
    /** Before all that this node has ever said. */
    public static final long EVERYTHING = Long.MIN_VALUE;

    private final String node;
    private final AtomicInteger life = new AtomicInteger(1);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears of the end of an incarnation. Called on the thread that found it out. */
    public interface Listener {
        void ended(String incarnation);

        /**
         * A lane has lost its memory, or may have lost the end of it: what this node had said there must be said again.
         *
         * @param since what the store had acknowledged to this node before, as {@link System#nanoTime()} counts, is still
         *     there; {@link NodeIncarnation#EVERYTHING} where nothing may be
         */
        void forgotten(int lane, long since);
    }

    public NodeIncarnation(String node) {
        this.node = node;
    }

    public String node() {
        return node;
    }

    public String incarnation() {
        return beginOf(node) + life.get();
    }

    /** What all incarnations of a node begin with, and none of any other. */
    public static String beginOf(String node) {
        return node + ":";
    }

    public boolean isCurrent(String incarnation) {
        return incarnation().equals(incarnation);
    }

    public void follow(Listener listener) {
        listeners.add(listener);
    }

    /** Begins the next incarnation. A second report of the same end changes nothing. */
    public void startNext(String incarnation) {
        int number = life.get();
        if (incarnation.equals(beginOf(node) + number) && life.compareAndSet(number, number + 1)) {
            listeners.forEach(each -> each.ended(incarnation));
        }
    }

    public void laneLost(int lane, long since) {
        listeners.forEach(each -> each.forgotten(lane, since));
    }
}
