package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.streams.IncarnationControl;
import dev.portcullis.streams.lane.NodeIncarnation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeIncidentsTest {
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final RecordedEvents events = new RecordedEvents();
    private final NodeIncidents incidents = new NodeIncidents(
            new Audit(
                    AuditConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")))),
                    () -> 0,
                    events),
            new Metrics(metrics.registry()));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void lost_lease_is_counted_and_audited_but_a_lane_lost_by_the_store_is_not() {
        NodeIncarnation incarnation = new NodeIncarnation("n1");
        incarnation.addListener(incidents);
        IncarnationControl.loseAllLanes(incarnation);
        assertThat(events.all()).isEmpty();
        IncarnationControl.endIncarnation(incarnation);
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
        assertThat(events.all())
                .singleElement()
                .satisfies(fields -> assertThat(fields).containsEntry("event", event));
    }
}
