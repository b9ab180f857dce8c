package dev.portcullis.streams.lane;

import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Some lanes that are ticked together, and what the node knows of them and of its leases there. Where they can't be reached
 * the other lanes are not affected. Changed on the watch's context only.
 */
final class LaneGroup {
    /** A lane that was not renewed for so long is out of reach: two ticks were lost. */
    private static final long OUT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** From here on all that hangs on a lease waits for it. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private final int first;
    private final List<LaneCursor> marks = new ArrayList<>();
    private final List<LeaseRenewals> renewals = new ArrayList<>();
    private volatile String renewed = "";
    private volatile long began;

    LaneGroup(int first, int beyond) {
        this.first = first;
        IntStream.range(first, beyond).mapToObj(LaneCursor::unknown).forEach(marks::add);
        marks.forEach(any -> renewals.add(new LeaseRenewals()));
    }

    /** Which these are, for a person. */
    String lanes() {
        return marks.size() == 1 ? "" + first : first + "-" + (first + marks.size() - 1);
    }

    List<LaneCursor> marks() {
        return List.copyOf(marks);
    }

    LaneCursor markOf(int lane) {
        return marks.get(lane - first);
    }

    LeaseRenewals renewalsOf(int lane) {
        return renewals.get(lane - first);
    }

    /** Whether the node has had a lease in all of them. May be called from every thread. */
    boolean isHeld() {
        return !renewed.isEmpty();
    }

    /** How many of them are out of reach. May be called from every thread. */
    int outAt(long now) {
        return !isHeld() || now - began >= OUT_NANOS ? marks.size() : 0;
    }

    /** The store was away, or this node stood still: what hangs on the leases waits for them. */
    boolean isLate(long now) {
        return isHeld() && now - began > LATE_NANOS;
    }

    /** How long ago this incarnation's last tick of all of them began; 0 for the first. */
    long silentMs(String incarnation, long now) {
        return renewed.equals(incarnation) ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(now - began)) : 0;
    }

    /** Notes what a tick that began at {@code nanos} renewed. A look at one of the lanes renews only that one. */
    void renewed(String incarnation, long nanos, List<LaneTick> news) {
        if (news.size() == marks.size()) {
            began = nanos;
            renewed = incarnation;
        }
    }

    /** The incarnation that renewed is over. */
    void forgetRenewals() {
        renewals.forEach(LeaseRenewals::clear);
    }

    /** Takes the marks for the next tick. Returns the lanes whose fork was not known yet. */
    BitSet take(List<LaneTick> news) {
        BitSet forked = new BitSet();
        for (LaneTick each : news) {
            LaneCursor known = markOf(each.mark().lane());
            forked.set(known.lane(), !known.fork().equals(each.mark().fork()));
            marks.set(known.lane() - first, mark(known, each));
        }
        return forked;
    }

    /** A fork is known once the lease was taken in it: who knows it and has no lease is taken for ended. */
    private static LaneCursor mark(LaneCursor known, LaneTick news) {
        boolean untaken = news.lease() == Lease.UNRENEWED && !news.mark().fork().equals(known.fork());
        return untaken ? known : news.mark();
    }
}
