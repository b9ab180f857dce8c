package dev.portcullis.bus;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log that a stage fails, with a trace now and then: an outage fails every question of every user. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private final Seldom failures;
    private final Seldom drops;

    Complaints(LongSupplier nanos) {
        this.failures = new Seldom(nanos);
        this.drops = new Seldom(nanos);
    }

    void about(String question, Throwable broken) {
        failures.unsaid()
                .ifPresent(unsaid -> LOG.atWarn()
                        .addKeyValue("event", "bus.answer.failed")
                        .addKeyValue("question", question)
                        .addKeyValue("unsaid", unsaid)
                        .setCause(broken)
                        .log("a stage failed to answer"));
    }

    void aboutDrop(String at) {
        drops.unsaid()
                .ifPresent(unsaid -> LOG.atWarn()
                        .addKeyValue("event", "bus.notice.dropped")
                        .addKeyValue("at", at)
                        .addKeyValue("unsaid", unsaid)
                        .log("a node does not take what it is told; it will have to read the store"));
    }
}
