package dev.portcullis.edge.connection;

import dev.portcullis.audit.RequestId;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps a failure of a stage or the store to what the sender is told. The answer never shows the cause. */
public final class FrameFailures {
    private static final Logger LOG = LoggerFactory.getLogger(FrameFailures.class);
    private static final Set<FrameType> READS = Set.of(FrameType.HISTORY, FrameType.SEARCH, FrameType.PRESENCE);

    private FrameFailures() {}

    public static FrameOutcome outcomeOf(Throwable failure, FrameType type) {
        if (failure instanceof BusFailure busFailure) {
            boolean unanswered = busFailure.kind() == BusFailure.Kind.TIMEOUT && READS.contains(type);
            return FrameOutcome.refused(Rejection.of(unanswered ? Reason.TIMEOUT : Reason.UNAVAILABLE));
        }
        return failure instanceof StoreFailure ? FrameOutcome.refused(Rejection.unavailable()) : bug(failure);
    }

    static FrameOutcome bug(Throwable failure) {
        String requestId = RequestId.next();
        LOG.atError().addKeyValue("requestId", requestId).setCause(failure).log("the handling of a frame failed");
        return new FrameOutcome.Refused(Rejection.of(Reason.INTERNAL), requestId, Optional.empty(), Optional.empty());
    }
}
