package dev.portcullis.bus;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log that a stage fails, with a trace now and then: an outage fails every question of every user. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanos;
    private final AtomicLong quietUntil;
    private final AtomicLong unsaid = new AtomicLong();

    Complaints(LongSupplier nanos) {
        this.nanos = nanos;
        this.quietUntil = new AtomicLong(nanos.getAsLong());
    }

    void about(String question, Throwable broken) {
        long now = nanos.getAsLong();
        long until = quietUntil.get();
        if (now - until < 0 || !quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            unsaid.incrementAndGet();
            return;
        }
        LOG.atWarn()
                .addKeyValue("event", "bus.answer.failed")
                .addKeyValue("question", question)
                .addKeyValue("unsaid", unsaid.getAndSet(0))
                .setCause(broken)
                .log("a stage failed to answer");
    }
}
