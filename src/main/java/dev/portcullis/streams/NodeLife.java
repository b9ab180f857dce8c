package dev.portcullis.streams;

import dev.portcullis.store.Lanes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which life of this node it is. A node whose leases lapsed, since it was stopped or cut off, is dead to the others and
 * its sessions with it; it closes their connections and goes on under a new incarnation. May be used from every thread.
 */
public final class NodeLife {
    /** Before anybody may take a lease away, however early they look. */
    private static final long SURE_NANOS = TimeUnit.MILLISECONDS.toNanos(LaneStore.EARLY_MS - 500);

    private final String node;
    private final AtomicLongArray renewed = new AtomicLongArray(Lanes.COUNT);
    private volatile boolean leased;
    private final AtomicInteger life = new AtomicInteger(1);
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** Hears of the end of an incarnation. Called on the thread that found it out. */
    public interface Follower {
        void ended(String incarnation);

        /** A lane has lost its memory: what this node had said there must be said again. */
        void forgotten(int lane);
    }

    public NodeLife(String node) {
        this.node = node;
    }

    public String node() {
        return node;
    }

    public String incarnation() {
        return beginOf(node) + life.get();
    }

    /** What all incarnations of a node begin with, and none of any other. */
    static String beginOf(String node) {
        return node + ":";
    }

    public boolean isCurrent(String incarnation) {
        return incarnation().equals(incarnation);
    }

    public void follow(Follower follower) {
        followers.add(follower);
    }

    /**
     * Whether nobody can have found this node dead in that lane, and given away what hung on its lease. A node that was
     * stopped or cut off does not know until it has renewed it.
     *
     * @param now {@link System#nanoTime()}
     */
    public boolean holds(int lane, long now) {
        return !leased || now - renewed.get(lane) < SURE_NANOS;
    }

    /** @param began when it was asked for, or earlier */
    void renewed(int lane, long began) {
        renewed.set(lane, began);
        leased = true;
    }

    /** Begins the next incarnation. A second report of the same end changes nothing. */
    void end(String incarnation) {
        int number = life.get();
        if (incarnation.equals(beginOf(node) + number) && life.compareAndSet(number, number + 1)) {
            followers.forEach(each -> each.ended(incarnation));
        }
    }

    void forgot(int lane) {
        followers.forEach(each -> each.forgotten(lane));
    }
}
