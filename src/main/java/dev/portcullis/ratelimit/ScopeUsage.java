package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Window;
import java.util.EnumMap;
import java.util.Map;

/** What one scope (a user, one of their actions, a connection) has counted, and the block it is under. */
final class ScopeUsage {
    private final Map<Window, SlidingWindow> windows = new EnumMap<>(Window.class);
    private Block block = Block.NONE;

    SlidingWindow window(Window window) {
        return windows.computeIfAbsent(window, any -> new SlidingWindow(any));
    }

    Block block() {
        return block;
    }

    void block(Block begun) {
        this.block = begun;
    }

    /** Lets go of windows that have nothing left to count: most are shorter than the longest. */
    void trim(long now) {
        windows.values().removeIf(window -> window.total(now) == 0);
    }

    /** Whether a fresh meter would judge alike from now on. */
    boolean idle(long now, BlockRule rule) {
        return !block.isActive(now)
                && !block.remembered(now, rule)
                && windows.values().stream().allMatch(window -> window.total(now) == 0);
    }
}
