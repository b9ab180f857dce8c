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
    void lost_lease_is_counted_and_audited_but_a_lane_lost_by_the_store_is_not() {
        NodeIncarnation incarnation = new NodeIncarnation("n1");
        incarnation.addListener(incidents);
        Lives.forget(incarnation);
        assertThat(log.list).isEmpty();
        Lives.end(incarnation);
        assertAudited("node.lease.lost");
        assertThat(metrics.scrape()).contains("portcullis_node_leases_lost_total 1.0");
    }

    @Test
    void missed_cutoffs_are_counted_and_audited() {
        incidents.missedCutoffs();
        assertAudited("cutoffs.missed");
        assertThat(metrics.scrape()).contains("portcullis_cutoffs_missed_total 1.0");
    }

    private void assertAudited(String event) {
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .anyMatch(pair -> pair.key.equals("event") && event.equals(pair.value)));
    }
}
