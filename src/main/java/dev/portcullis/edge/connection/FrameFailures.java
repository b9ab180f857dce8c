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

/** What a sender is told when machinery broke: never how. */
public final class FrameFailures {
    private static final Logger LOG = LoggerFactory.getLogger(FrameFailures.class);
    private static final Set<FrameType> READS = Set.of(FrameType.HISTORY, FrameType.PRESENCE);

    private FrameFailures() {}

    public static FrameOutcome answer(Throwable broken, FrameType type) {
        if (broken instanceof BusFailure failure) {
            boolean unanswered = failure.kind() == BusFailure.Kind.TIMEOUT && READS.contains(type);
            return FrameOutcome.refused(Rejection.of(unanswered ? Reason.TIMEOUT : Reason.UNAVAILABLE));
        }
        return broken instanceof StoreFailure ? FrameOutcome.refused(Rejection.unavailable()) : bug(broken);
    }

    static FrameOutcome bug(Throwable broken) {
        String requestId = RequestId.next();
        LOG.atError().addKeyValue("requestId", requestId).setCause(broken).log("a frame met a bug");
        return new FrameOutcome.Refused(Rejection.of(Reason.INTERNAL), requestId, Optional.empty(), Optional.empty());
    }
}
