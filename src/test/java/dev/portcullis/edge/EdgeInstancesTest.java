package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class EdgeInstancesTest {
    /** Else a notice of another instance goes to the wrong shard: the fan-out counts those that answer. */
    @Test
    void instance_listens_only_when_all_instances_answer() {
        EdgeInstances instances = new EdgeInstances(3);
        Future<Void> first = instances.answers();
        Future<Void> second = instances.answers();
        assertThat(first.isComplete()).isFalse();
        assertThat(second.isComplete()).isFalse();
        assertThat(instances.answers().succeeded()).isTrue();
        assertThat(first.succeeded()).isTrue();
        assertThat(second.succeeded()).isTrue();
    }
}
