package dev.portcullis.ratelimit;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.Admission;
import java.util.List;
import java.util.Optional;

/**
 * The result of checking an attempt.
 *
 * @param newBlocks blocks that must be persisted
 */
record LimitDecision(Admission admission, List<NewBlock> newBlocks) {
    static final LimitDecision GRANTED = new LimitDecision(Admission.GRANTED, List.of());

    Verdict verdict() {
        return admission.verdict();
    }

    /**
     * A block that an attempt began, and its scope.
     *
     * @param action the blocked one, where the scope is one action
     */
    record NewBlock(Scope scope, Optional<ClientAction> action, Block block) {
        Limited refusal(long now) {
            return new Limited(scope, block.window(), block.remainingMs(now), Optional.of(Penalty.BLOCK));
        }
    }
}
