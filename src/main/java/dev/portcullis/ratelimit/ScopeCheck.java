package dev.portcullis.ratelimit;

import static java.util.Comparator.comparingLong;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One attempt, checked against the limits of one scope.
 *
 * @param action the one that is limited, where the scope is one action
 * @param rows the limits that apply there, with a window each
 * @param multiplier how many times as much the sender may do
 * @param weight the attempt's weight in the windows of frames
 */
record ScopeCheck(
        ScopeUsage usage,
        Scope scope,
        Optional<ClientAction> action,
        List<LimitRow> rows,
        int multiplier,
        int weight,
        int bytes) {

    /** Whether a block is active here, even of a limit that does not apply to the attempt. */
    boolean blocked(long now) {
        return usage.block().isActive(now) && !blockConcerns(true);
    }

    /** The limit of this scope that makes the attempt wait the longest; empty where all let it pass. */
    Optional<Limited> refusal(long now) {
        long longest = blockConcerns(false) ? usage.block().remainingMs(now) : 0;
        Window window = usage.block().window();
        for (LimitRow row : rows) {
            long wait = row.enforced() ? untilFree(row, now) : 0;
            if (wait > longest) {
                longest = wait;
                window = row.window();
            }
        }
        return longest == 0 ? Optional.empty() : Optional.of(new Limited(scope, window, longest, Optional.empty()));
    }

    /** The limits that the attempt exceeds and that only observe. */
    List<LimitRow> observed(long now) {
        List<LimitRow> observed = new ArrayList<>(0);
        for (LimitRow row : rows) {
            if (row.observed() && untilFree(row, now) > 0) {
                observed.add(row);
            }
        }
        return observed;
    }

    /** @param asGranted whether no limit that only observes would have refused it */
    void count(long now, boolean asGranted) {
        for (LimitRow row : rows) {
            if (asGranted || row.enforced() || row.window() == Window.BYTES) {
                count(row, now);
            }
        }
    }

    /** Counts the bytes only: a refused frame has used them all the same. */
    void countBytes(long now) {
        rows.stream().filter(row -> row.window() == Window.BYTES).forEach(row -> count(row, now));
    }

    /** Begins the longest block that an exceeded row asks for; none where no row is exceeded. */
    Optional<LimitDecision.NewBlock> punish(long now, BlockRule rule) {
        Optional<Block> longest = rows.stream()
                .filter(row -> row.enforced() && untilFree(row, now) > 0)
                .map(row -> usage.block().next(row.window(), untilFree(row, now), now, rule))
                .max(comparingLong(Block::until));
        longest.ifPresent(usage::block);
        return longest.map(block -> new LimitDecision.NewBlock(scope, action, block));
    }

    private void count(LimitRow row, long now) {
        usage.window(row.window()).count(now, amountIn(row));
    }

    /**
     * Whether the block is that of a limit which applies to the attempt. A block of a limit that does not apply, or now only
     * observes, does not refuse it.
     */
    private boolean blockConcerns(boolean observed) {
        Window blocked = usage.block().window();
        for (LimitRow row : rows) { // no stream: each refused frame of a flood comes here
            if (row.observed() == observed && row.window() == blocked) {
                return true;
            }
        }
        return false;
    }

    private long untilFree(LimitRow row, long now) {
        return usage.window(row.window()).untilFree(now, amountIn(row), row.max(multiplier));
    }

    private int amountIn(LimitRow row) {
        return row.window() == Window.BYTES ? bytes : weight;
    }
}
