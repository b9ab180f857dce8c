package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * The result of checking an attempt.
 *
 * @param newBlocks blocks that must be persisted
 */
record LimitDecision(Verdict verdict, List<NewBlock> newBlocks) {
    static final LimitDecision GRANTED = new LimitDecision(Verdict.GRANTED, List.of());

    /** A block that an attempt began, and its scope. */
    record NewBlock(Scope scope, Block block) {
        Limited refusal(long now) {
            return new Limited(scope, block.window(), block.remainingMs(now), Optional.empty());
        }
    }
}
