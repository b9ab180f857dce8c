package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BusLogTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final BusLog busLog = new BusLog(LoggerFactory.getLogger(Bus.class), nanos::get);

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(Bus.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(Bus.class)).detachAppender(log);
    }

    /** An outage fails every question of every user, and must not fill the disk (CWE-779). */
    @Test
    void repeated_failures_are_logged_now_and_then_with_the_number_suppressed() {
        for (int i = 0; i < 100; i++) {
            busLog.answerFailed("publish", new IllegalStateException("x"));
        }
        assertThat(log.list).singleElement().asString().contains("a stage failed to answer");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);
        busLog.answerFailed("publish", new IllegalStateException("x"));
        assertThat(log.list).hasSize(1);
        nanos.addAndGet(1);
        busLog.answerFailed("history", new IllegalStateException("x"));
        assertThat(log.list).hasSize(2);
        assertThat(values(log.list.get(0))).contains("question=\"publish\"", "suppressed=\"0\"");
        assertThat(values(log.list.get(1))).contains("question=\"history\"", "suppressed=\"100\"");
        assertThat(log.list.get(1).getThrowableProxy().getClassName()).contains("IllegalStateException");
    }

    private static List<String> values(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().map(String::valueOf).toList();
    }
}
