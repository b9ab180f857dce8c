package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
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

    /** Their verticles close their listeners then. One that does not listen is not waited for: it may never have begun. */
    @Test
    void instance_has_drained_only_when_all_that_listen_have(Vertx vertx) throws Exception {
        EdgeInstances instances = new EdgeInstances(3);
        for (int i = 0; i < 2; i++) {
            instances.listening(vertx.createHttpServer()
                    .requestHandler(request -> {})
                    .listen(0, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS));
        }
        Future<Void> first = instances.drained();
        assertThat(first.isComplete()).isFalse();
        assertThat(instances.drained().succeeded()).isTrue();
        assertThat(first.succeeded()).isTrue();
    }
}
