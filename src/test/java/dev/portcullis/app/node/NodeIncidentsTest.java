package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.streams.Lives;
import dev.portcullis.streams.lane.NodeIncarnation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NodeIncidentsTest {
    private static final Logger AUDIT_LOG = (Logger) LoggerFactory.getLogger(Audit.class);

    private final MetricsRegistry metrics = new MetricsRegistry();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final NodeIncidents incidents = new NodeIncidents(
            new Audit(AuditConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")))), () -> 0),
            new Metrics(metrics.registry()));

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
        NodeIncarnation life = new NodeIncarnation("n1");
        life.addListener(incidents);
        Lives.forget(life);
        assertThat(log.list).isEmpty();
        Lives.end(life);
        assertWritten("node.lease.lost");
        assertThat(metrics.scrape()).contains("portcullis_node_leases_lost_total 1.0");
    }

    @Test
    void cut_offs_that_nobody_can_read_any_more_are_counted_and_written_down() {
        incidents.missedCutoffs();
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
