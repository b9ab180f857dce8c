package dev.portcullis.bus;

import dev.portcullis.audit.LogThrottle;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log that a stage fails, with a trace now and then: an outage fails every question of every user. */
final class BusLog {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private final LogThrottle failures;
    private final LogThrottle drops;

    BusLog(LongSupplier nanos) {
        this.failures = new LogThrottle(nanos);
        this.drops = new LogThrottle(nanos);
    }

    void answerFailed(String question, Throwable broken) {
        failures.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "bus.answer.failed")
                        .addKeyValue("question", question)
                        .addKeyValue("suppressed", suppressed)
                        .setCause(broken)
                        .log("a stage failed to answer"));
    }

    void noticeDropped(String at) {
        drops.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "bus.notice.dropped")
                        .addKeyValue("at", at)
                        .addKeyValue("suppressed", suppressed)
                        .log("a node does not take what it is told; it will have to read the store"));
    }
}
