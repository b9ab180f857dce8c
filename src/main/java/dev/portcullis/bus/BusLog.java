package dev.portcullis.bus;

import dev.portcullis.audit.LogThrottle;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Logs failures of a stage, throttled: an outage fails every question of every user. */
final class BusLog {
    private final Logger log;
    private final LogThrottle failures;
    private final LogThrottle drops;

    BusLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.failures = new LogThrottle(nanos);
        this.drops = new LogThrottle(nanos);
    }

    void answerFailed(String question, Throwable cause) {
        failures.suppressed()
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "bus.answer.failed")
                        .addKeyValue("question", question)
                        .addKeyValue("suppressed", suppressed)
                        .setCause(cause)
                        .log("a stage failed to answer"));
    }

    void noticeDropped(String at) {
        drops.suppressed()
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "bus.notice.dropped")
                        .addKeyValue("at", at)
                        .addKeyValue("suppressed", suppressed)
                        .log("a node does not acknowledge notices, so they are dropped; it reads the store instead"));
    }
}
