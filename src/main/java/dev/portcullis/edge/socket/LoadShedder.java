package dev.portcullis.edge.socket;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * Makes room where more waits in the node than may: the connections for which the most waits are closed, the largest
 * first, until the budget has room again. Where answers wait for room that others keep without moving, those go, so that
 * nobody shuts the others out by holding a little less than the most. One for a node; the connections are closed on their
 * own event loops.
 */
public final class LoadShedder implements MemoryBudget.Listener {
    private final MemoryBudget memory;
    private final Set<Holder> holders = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean busy = new AtomicBoolean();

    /** A second is longer than a reader needs for what one part of a resume brings, on a line worth the name. */
    static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One socket's share of what waits in one direction. May be read from any thread, and is then what it was lately. */
    interface Holder {
        long heldBytes();

        /** As much of it as has not become less for a while. */
        long stuckBytes(long now);

        /** From any thread: ends the connection if anything still waits, and says so afterwards. */
        void shed(Runnable then);
    }

    public LoadShedder(MemoryBudget memory) {
        this.memory = memory;
        memory.addListener(this);
    }

    @Override
    public void refused() {
        // who asked waits for room; nobody has to go for that
    }

    @Override
    public void exceeded() {
        if (busy.compareAndSet(false, true)) {
            shedLargest();
        }
    }

    @Override
    public void starved(long bytes) {
        if (busy.compareAndSet(false, true)) {
            long now = System.nanoTime();
            shed(largest(bytes, each -> each.stuckBytes(now)), () -> busy.set(false));
        }
    }

    MemoryBudget memory() {
        return memory;
    }

    void add(Holder holder) {
        holders.add(holder);
        if (memory.isExceeded()) {
            exceeded(); // what was there before was not enough
        }
    }

    void remove(Holder holder) {
        holders.remove(holder);
    }

    private void shedLargest() {
        List<Holder> chosen = largest(memory.excess(), Holder::heldBytes);
        if (chosen.isEmpty()) {
            busy.set(false);
        } else {
            shed(chosen, this::shedLargest); // of what is shared nothing is free before its last holder goes
        }
    }

    private static void shed(List<Holder> chosen, Runnable then) {
        AtomicInteger left = new AtomicInteger(chosen.size() + 1);
        Runnable gone = () -> {
            if (left.decrementAndGet() == 0) {
                then.run();
            }
        };
        chosen.forEach(each -> each.shed(gone));
        gone.run();
    }

    private List<Holder> largest(long excess, ToLongFunction<Holder> size) {
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
