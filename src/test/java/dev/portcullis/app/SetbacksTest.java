package dev.portcullis.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.NodeMetrics;
import dev.portcullis.config.Section;
import dev.portcullis.config.Survey;
import dev.portcullis.streams.Lives;
import dev.portcullis.streams.NodeLife;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SetbacksTest {
    private static final Logger AUDIT_LOG = (Logger) LoggerFactory.getLogger(Audit.class);

    private final NodeMetrics metrics = new NodeMetrics();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Setbacks setbacks = new Setbacks(
            new Audit(AuditConfig.read(Section.root(Map.of(), new Survey(Map.of(), Path.of(".")))), () -> 0),
            new Meters(metrics.registry()));

    @BeforeEach
    void open() {
        log.start();
        AUDIT_LOG.addAppender(log);
    }

    @AfterEach
    void close() {
        AUDIT_LOG.detachAppender(log);
        metrics.close();
    }

    @Test
    void the_end_of_a_life_is_counted_and_written_down_and_what_a_store_forgot_is_not() {
        NodeLife life = new NodeLife("n1");
        life.follow(setbacks);
        Lives.forget(life);
        assertThat(log.list).isEmpty();
        Lives.end(life);
        assertWritten("node.life.ended");
        assertThat(metrics.scrape()).contains("portcullis_lives_ended_total 1.0");
    }

    @Test
    void cut_offs_that_nobody_can_read_any_more_are_counted_and_written_down() {
        setbacks.missedCutoffs();
        assertWritten("cutoffs.missed");
        assertThat(metrics.scrape()).contains("portcullis_cutoffs_missed_total 1.0");
    }

    private void assertWritten(String event) {
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .anyMatch(pair -> pair.key.equals("event") && event.equals(pair.value)));
    }
}
