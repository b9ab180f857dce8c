package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.node.StartupException;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that answers probes but refuses the ticks of the node, so that its sessions would end without its knowledge. */
class UnrenewableLeasesIT {
    private final HttpClient http = HttpClient.newHttpClient();
    private RedisProcess redis;
    private RedisConsole operator;

    @BeforeEach
    void start() {
        redis = RedisProcess.start();
        operator = new RedisConsole(redis);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void node_that_can_not_renew_its_leases_is_not_ready_until_it_can() {
        try (TestNode node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri())) {
            assertThat(Await.until(() -> readiness(node) == 200)).isTrue();
            refuseTicks();
            assertThat(Await.until(() -> readiness(node) == 503)).isTrue();
            operator.ask("ACL", "SETUSER", "default", "allkeys");
            assertThat(Await.until(() -> readiness(node) == 200)).isTrue();
        }
    }

    @Test
    void node_without_a_lease_fails_to_start_with_one_line() {
        refuseTicks();
        assertThatThrownBy(() -> TestNode.start("store.kind=redis", "store.redis.uri=" + redis.uri()))
                .cause()
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("did not take this node's leases for 10000 ms")
                .hasMessageContaining("store.call.failed");
    }

    @Test
    void cluster_node_that_can_not_read_the_directory_fails_to_start_with_one_line() {
        refuseTicks();
        assertThatThrownBy(() -> TestNode.start(
                        "store.kind=redis",
                        "store.redis.uri=" + redis.uri(),
                        "cluster.enabled=true",
                        "cluster.members=[\"127.0.0.1\"]"))
                .cause()
                .isInstanceOf(StartupException.class)
                .hasMessage("the store went away, or was too slow, while the node started"
                        + " (read_rows failed: NOPERM); fix it and start again");
    }

    private void refuseTicks() {
        operator.ask("ACL", "SETUSER", "default", "resetkeys", "~pc:*:probe");
    }

    private int readiness(TestNode node) {
        try {
            return http.send(HttpRequest.newBuilder(node.admin("/health/ready")).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
