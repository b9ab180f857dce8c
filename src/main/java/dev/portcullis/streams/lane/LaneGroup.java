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
 * Lanes that are ticked together, with the node's cursors and lease renewals there. If they can't be reached, other lanes are not
 * affected. It is changed on the ticker's context only.
 */
final class LaneGroup {
    private static final long UNREACHABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(LaneTicker.UNREACHABLE_MS);

    /** The age of the last renewal from which on work that needs a lease waits. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private final int first;
    private final List<LaneCursor> cursors = new ArrayList<>();
    private final List<LeaseRenewals> renewals = new ArrayList<>();
    private volatile String renewedBy = "";
    private volatile long lastTickBegan;

    LaneGroup(int first, int beyond) {
        this.first = first;
        IntStream.range(first, beyond).mapToObj(LaneCursor::unknown).forEach(cursors::add);
        cursors.forEach(any -> renewals.add(new LeaseRenewals()));
    }

    /** The lanes' numbers, for a message. */
    String lanes() {
        return cursors.size() == 1 ? "" + first : first + "-" + (first + cursors.size() - 1);
    }

    List<LaneCursor> cursors() {
        return List.copyOf(cursors);
    }

    LaneCursor cursorOf(int lane) {
        return cursors.get(lane - first);
    }

    LeaseRenewals renewalsOf(int lane) {
        return renewals.get(lane - first);
    }

    /** Whether the node has held a lease in all of these lanes. May be called on any thread. */
    boolean isHeld() {
        return !renewedBy.isEmpty();
    }

    /** The number of these lanes that are unreachable. May be called on any thread. */
    int unreachableAt(long now) {
        return !isHeld() || now - lastTickBegan >= UNREACHABLE_NANOS ? cursors.size() : 0;
    }

    /** Whether the store was away, or this node was paused, for so long that work waits for the leases. */
    boolean isLate(long now) {
        return isHeld() && now - lastTickBegan > LATE_NANOS;
    }

    /** The time since this incarnation's last tick of all these lanes began; 0 for its first. */
    long sinceLastTickMs(String incarnation, long now) {
        return renewedBy.equals(incarnation) ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(now - lastTickBegan)) : 0;
    }

    /** Records the renewals of a tick that began at {@code nanos}. A tick of one lane alone renews only that lane. */
    void recordRenewal(String incarnation, long nanos, List<LaneTick> ticks) {
        if (ticks.size() == cursors.size()) {
            lastTickBegan = nanos;
            renewedBy = incarnation;
        }
    }

    /** Forgets the renewals. Call it when the incarnation that renewed has ended. */
    void forgetRenewals() {
        renewals.forEach(LeaseRenewals::clear);
    }

    /** Sets the cursors for the next tick. Returns the lanes whose fork was not known yet. */
    BitSet advance(List<LaneTick> ticks) {
        BitSet forked = new BitSet();
        for (LaneTick tick : ticks) {
            LaneCursor former = cursorOf(tick.cursor().lane());
            forked.set(former.lane(), !former.fork().equals(tick.cursor().fork()));
            cursors.set(former.lane() - first, nextCursor(former, tick));
        }
        return forked;
    }

    /**
     * The cursor for the next tick. A fork is known only once the lease is acquired in it: the store ends a node that knows it
     * without a lease.
     */
    private static LaneCursor nextCursor(LaneCursor former, LaneTick tick) {
        boolean unacquired =
                tick.lease() == Lease.UNRENEWED && !tick.cursor().fork().equals(former.fork());
        return unacquired ? former : tick.cursor();
    }
}
