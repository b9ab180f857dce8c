package dev.portcullis.ratelimit;

import static java.util.Comparator.comparingLong;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt asks of one scope.
 *
 * @param rows the limits it meets there, with a window each
 * @param multiplier how many times as much the sender may do
 * @param weight what it counts in the windows of frames
 */
record ScopeCheck(ScopeUsage usage, Scope scope, List<LimitRow> rows, int multiplier, int weight, int bytes) {

    /** Whether a block holds here, be it one that the attempt does not meet. */
    boolean blocked(long now) {
        return usage.block().isActive(now);
    }

    /** How long this scope alone makes the attempt wait: the longest is the honest answer. */
    Optional<Limited> refusal(long now) {
        long longest = meetsBlock() ? usage.block().remainingMs(now) : 0;
        Window why = usage.block().window();
        for (LimitRow row : rows) {
            long wait = untilFree(row, now);
            if (wait > longest) {
                longest = wait;
                why = row.window();
            }
        }
        return longest == 0 ? Optional.empty() : Optional.of(new Limited(scope, why, longest));
    }

    void count(long now) {
        rows.forEach(row -> count(row, now));
    }

    /** What was refused took its bytes all the same. */
    void countBytes(long now) {
        rows.stream().filter(row -> row.window() == Window.BYTES).forEach(row -> count(row, now));
    }

    /** Begins the longest block that a row gone over asks for; none where all rows still hold. */
    Optional<LimitDecision.NewBlock> punish(long now, BlockRule rule) {
        Optional<Block> longest = rows.stream()
                .filter(row -> untilFree(row, now) > 0)
                .map(row -> usage.block().next(row.window(), untilFree(row, now), now, rule))
                .max(comparingLong(Block::until));
        longest.ifPresent(usage::block);
        return longest.map(block -> new LimitDecision.NewBlock(scope, block));
    }

    private void count(LimitRow row, long now) {
        usage.window(row.window()).count(now, amountIn(row));
    }

    /** A block for a limit that the attempt does not meet is not in its way. */
    private boolean meetsBlock() {
        return rows.stream().anyMatch(row -> row.window() == usage.block().window());
    }

    private long untilFree(LimitRow row, long now) {
        return usage.window(row.window()).untilFree(now, amountIn(row), row.max(multiplier));
    }

    private int amountIn(LimitRow row) {
        return row.window() == Window.BYTES ? bytes : weight;
    }
}
