package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.ProcessEnd;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A node and its Redis may start in any order. */
class EarlyStartTest {
    private static final Logger OUR_LOG = (Logger) LoggerFactory.getLogger("dev.portcullis");
    private static final int ATTEMPTS = 3;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<String> reported = new ArrayList<>();
    private int pauses;

    @BeforeEach
    void listen() {
        log.start();
        OUR_LOG.addAppender(log);
    }

    @AfterEach
    void close() {
        OUR_LOG.detachAppender(log);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void node_started_before_its_redis_reports_it_once_and_starts_with_it(boolean clustered) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.kill();
            StartRetries retries = new StartRetries(
                    () -> 0,
                    () -> {
                        if (++pauses == ATTEMPTS) {
                            assertThat(warnings())
                                    .as("only the retry reports the failure")
                                    .isEmpty();
                            // A busy machine may have another reason to wait once Redis runs.
                            assertThat(reported)
                                    .containsExactly("Redis at 127.0.0.1:" + redis.port()
                                            + " does not answer; start it, or correct store.redis.uri");
                            redis.restart();
                        }
                    },
                    failure -> reported.add(failure.line()));
            try (Node node = retries.start(() -> start(config(redis, clustered)))) {
                assertThat(node.clusterNodes()).isEqualTo(1);
            }
            assertThat(pauses).isGreaterThanOrEqualTo(ATTEMPTS);
        }
    }

    @Test
    void refusal_by_redis_is_not_retried() {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right")) {
            StartRetries retries = new StartRetries(() -> 0, () -> pauses++, failure -> reported.add(failure.line()));
            assertThatThrownBy(() -> retries.start(() -> start(config(redis, false))))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("refuses us");
            assertThat(pauses).isZero();
        }
    }

    private List<ILoggingEvent> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    private static Node start(NodeConfig config) throws StartupException {
        return Node.start(config, EmbeddedStore::open, ProcessEnd.NONE);
    }

    private static NodeConfig config(RedisProcess redis, boolean clustered) {
        List<String> sets = List.of(
                "tls.required=false",
                "http.port=0",
                "admin.port=0",
                "drain.windowMs=0",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "store.redis.timeoutMs=900",
                "cluster.enabled=" + clustered,
                "cluster.members=[\"127.0.0.1\"]",
                "cluster.port=" + FreePort.find(),
                "cluster.bus.port=" + FreePort.find());
        return ConfigFile.load(Configs.of("{}"), sets, Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }
}
