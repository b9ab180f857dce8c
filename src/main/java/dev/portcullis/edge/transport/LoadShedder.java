package dev.portcullis.edge.transport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * Frees memory when the node's budget is exceeded: closes the connections that hold the most bytes, the largest first,
 * until the budget has room again. When replies wait for memory that stalled connections hold, those connections are
 * closed, so that no client can lock out the others by staying just below the limit. One for a node; each connection is
 * closed on its own event loop.
 */
public final class LoadShedder implements MemoryBudget.Listener {
    private final MemoryBudget memory;
    private final Set<Holder> holders = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean busy = new AtomicBoolean();

    /** One second is more than a reader on a usable line needs for one part of a resume. */
    public static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The bytes that one socket holds in one direction. Any thread may read it and may see a stale value. */
    public interface Holder {
        long heldBytes();

        /** The part of them that are live frames for a reader who has not taken them yet. */
        default long waitingBytes() {
            return 0;
        }

        /** The part of them that has not shrunk for {@link #STUCK_NANOS}. */
        long stuckBytes(long now);

        /** Called from any thread: closes the connection if it still holds bytes, then runs {@code then}. */
        void shed(Runnable then);
    }

    public LoadShedder(MemoryBudget memory) {
        this.memory = memory;
        memory.addListener(this);
    }

    @Override
    public void refused() {
        // the request waits for room; no connection is closed for it
    }

    @Override
    public void exceeded() {
        if (busy.compareAndSet(false, true)) {
            shedLargest(ConcurrentHashMap.newKeySet());
        }
    }

    @Override
    public void starved(long bytes) {
        if (busy.compareAndSet(false, true)) {
            long now = System.nanoTime();
            shed(largest(bytes, holders, each -> each.stuckBytes(now)), () -> busy.set(false));
        }
    }

    public MemoryBudget memory() {
        return memory;
    }

    /** The bytes of live frames that wait for their readers. */
    public long waitingBytes() {
        return holders.stream().mapToLong(Holder::waitingBytes).sum();
    }

    public void add(Holder holder) {
        holders.add(holder);
        if (memory.isExceeded()) {
            exceeded(); // closing the earlier holders was not enough
        }
    }

    public void remove(Holder holder) {
        holders.remove(holder);
    }

    /** @param asked those that were chosen before: what closes already may hold its bytes for a moment longer */
    private void shedLargest(Set<Holder> asked) {
        List<Holder> left =
                holders.stream().filter(each -> !asked.contains(each)).toList();
        List<Holder> chosen = largest(memory.excess(), left, Holder::heldBytes);
        if (chosen.isEmpty()) {
            busy.set(false);
        } else {
            asked.addAll(chosen);
            shed(chosen, () -> shedLargest(asked)); // a shared frame is freed only with its last holder
        }
    }

    private static void shed(List<Holder> chosen, Runnable then) {
        AtomicInteger left = new AtomicInteger(chosen.size() + 1);
        Runnable closed = () -> {
            if (left.decrementAndGet() == 0) {
                then.run();
            }
        };
        chosen.forEach(each -> each.shed(closed));
        closed.run();
    }

    private static List<Holder> largest(long excess, Collection<Holder> holders, ToLongFunction<Holder> size) {
        List<Holder> chosen = new ArrayList<>();
        if (excess == 0) {
            return chosen;
        }
        List<Size> sizes = new ArrayList<>();
        holders.forEach(each -> sizes.add(new Size(each, size.applyAsLong(each))));
        sizes.removeIf(each -> each.bytes() == 0);
        sizes.sort(Comparator.comparingLong(Size::bytes).reversed());
        long freed = 0;
        for (Size each : sizes) {
            if (freed >= excess) {
                break;
            }
            chosen.add(each.holder());
            freed += each.bytes();
        }
        return chosen;
    }

    private record Size(Holder holder, long bytes) {}
}
