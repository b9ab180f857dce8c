package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import java.util.List;

/**
 * What came of an attempt.
 *
 * @param newBlocks blocks that must last, which is why they are handed out
 */
record LimitDecision(Verdict verdict, List<NewBlock> newBlocks) {
    static final LimitDecision GRANTED = new LimitDecision(Verdict.GRANTED, List.of());

    /** A block that an attempt brought about, and what it covers. */
    record NewBlock(Scope scope, Block block) {
        Limited refusal(long now) {
            return new Limited(scope, block.window(), block.remainingMs(now));
        }
    }
}
