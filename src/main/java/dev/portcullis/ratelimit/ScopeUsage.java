package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/** The counts of one scope (a user, one of their actions, a connection), and its block. */
final class ScopeUsage {
    private final Map<Window, SlidingWindow> windows = new EnumMap<>(Window.class);
    private Block block = Block.NONE;

    SlidingWindow window(Window window) {
        return windows.computeIfAbsent(window, any -> new SlidingWindow(any));
    }

    Block block() {
        return block;
    }

    void block(Block newBlock) {
        this.block = newBlock;
    }

    /** Removes windows that have nothing left that counts: most are shorter than the longest. */
    void trim(long now) {
        Iterator<SlidingWindow> each = windows.values().iterator();
        while (each.hasNext()) {
            if (each.next().total(now) == 0) {
                each.remove();
            }
        }
    }

    /** Whether a new one would give the same verdicts from now on. */
    boolean idle(long now, BlockRule rule) {
        return !block.isActive(now) && !block.remembered(now, rule) && countsNothing(now);
    }

    private boolean countsNothing(long now) {
        for (SlidingWindow window : windows.values()) {
            if (window.total(now) > 0) {
                return false;
            }
        }
        return true;
    }
}
