package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.app.cli.Started;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.audit.Audit;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node that has started but can't serve must not look ready to its supervisor or its operator. */
class ReadinessIT {
    private static final Logger AUDIT_LOG = (Logger) LoggerFactory.getLogger(Audit.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        log.start();
        AUDIT_LOG.addAppender(log);
    }

    @AfterEach
    void close() {
        AUDIT_LOG.detachAppender(log);
    }

    @Test
    void store_that_evicts_data_is_missing_and_not_reported_as_down() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--maxmemory-policy", "allkeys-lru");
                Node node = Started.node(config(redis, FreePort.find(), 0))) {
            assertThat(node.missing()).containsExactly("store");
            assertThat(logged("node.start")).singleElement().asString().contains("store");
            new RedisConsole(redis).ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(Await.until(() -> !logged("store.up").isEmpty())).isTrue();
            assertThat(logged("store.down")).isEmpty();
        }
    }

    @Test
    void node_whose_acks_need_a_replica_is_not_ready_while_it_is_away() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + redis.port());
                Node node = Started.node(config(redis, FreePort.find(), 0, "store.redis.ackReplicas=1"))) {
            assertThat(Await.until(() ->
                            !logged("store.up").isEmpty() || node.missing().isEmpty()))
                    .isTrue();
            replica.pause();
            assertThat(Await.until(() -> !logged("store.down").isEmpty())).isTrue();
            replica.goOn();
            assertThat(Await.until(() -> !logged("store.up").isEmpty())).isTrue();
        }
    }

    @Test
    void edge_without_a_core_reports_its_missing_peers() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Node node = Started.node(
                        config(redis, FreePort.find(), 0, "stages={\"edge\": 1}", "cluster.enabled=true"))) {
            assertThat(node.missing()).contains("peers");
        }
    }

    /** The check of a balancer has no TLS, and none of its headers; of an address of a proxy it is no request of a client. */
    @Test
    void load_balancer_is_told_by_the_status_alone_whether_the_node_can_serve() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--maxmemory-policy", "allkeys-lru");
                Node node = Started.node(config(
                        redis,
                        FreePort.find(),
                        0,
                        "http.health=true",
                        "tls.required=true",
                        "http.trustedProxies=[\"127.0.0.1\"]"))) {
            assertThat(health(node, "GET").statusCode()).isEqualTo(503);
            new RedisConsole(redis).ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(Await.until(() -> health(node, "GET").statusCode() == 200))
                    .isTrue();
            HttpResponse<String> ready = health(node, "GET");
            assertThat(ready.body()).isEmpty();
            assertThat(ready.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(health(node, "HEAD").statusCode()).isEqualTo(200);
            assertThat(health(node, "POST").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void clients_are_told_of_no_health_unless_the_configuration_wants_it() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Node node = Started.node(config(redis, FreePort.find(), 0))) {
            assertThat(health(node, "GET").statusCode()).isEqualTo(404);
        }
    }

    /** Sent once: 503 is the answer that is asked for. */
    private static HttpResponse<String> health(Node node, String method) {
        URI uri = URI.create("http://127.0.0.1:" + node.httpPort() + "/health/ready");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void node_without_an_edge_builds_nothing_of_one() throws Exception {
        String key = "a-key-of-this-test-only";
        int port = FreePort.find();
        try (RedisProcess redis = RedisProcess.start();
                Node core = Started.node(config(
                        redis,
                        port,
                        0,
                        "stages={\"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                        "cluster.enabled=true",
                        "admin.apiKey=" + key));
                Node clients = Started.node(config(
                        redis,
                        FreePort.find(),
                        port,
                        "stages={\"edge\": 1}",
                        "cluster.enabled=true",
                        "admin.apiKey=" + key))) {
            String ofClients = "portcullis_buffered_bytes";
            assertThat(core.missing()).isEmpty();
            assertThat(metrics(clients, key)).contains(ofClients);
            assertThat(metrics(core, key))
                    .contains("portcullis_lanes_unavailable 0")
                    .doesNotContain(ofClients);
        }
    }

    private static String metrics(Node node, String key) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + key)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void node_whose_certificate_the_others_do_not_trust_does_not_start() throws Exception {
        int first = FreePort.find();
        PrivateAuthority ours = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        PrivateAuthority foreign = PrivateAuthority.in(Files.createDirectory(folder.resolve("foreign")));
        try (RedisProcess redis = RedisProcess.start();
                Node one = Started.node(config(redis, first, first, tls(ours)))) {
            assertThat(one.clusterNodes()).as("there is no other node yet").isEqualTo(1);
            assertThatThrownBy(() -> Started.node(config(redis, FreePort.find(), first, tls(foreign))))
                    .isInstanceOfSatisfying(StartupException.class, failure -> {
                        assertThat(failure.line()).contains("127.0.0.1:" + first, "certificate", "cluster.tls");
                        assertThat(failure.isTemporary()).isFalse();
                    });
            try (Node two = Started.node(config(redis, FreePort.find(), first, tls(ours)))) {
                assertThat(two.clusterNodes()).isEqualTo(2);
            }
        }
    }

    private List<String> logged(String event) {
        return List.copyOf(log.list).stream()
                .map(line -> String.valueOf(line.getKeyValuePairs()))
                .filter(line -> line.contains("\"" + event + "\""))
                .toList();
    }

    private static String[] tls(PrivateAuthority authority) {
        PrivateAuthority.Issued issued = authority.issue("node" + FreePort.find());
        return new String[] {
            "cluster.enabled=true",
            "cluster.tls.certificate=" + issued.certificate(),
            "cluster.tls.key=" + issued.key(),
            "cluster.tls.ca=" + authority.certificate()
        };
    }

    private static NodeConfig config(RedisProcess redis, int port, int member, String... more) {
        List<String> sets = new ArrayList<>(List.of(
                "tls.required=false",
                "http.port=0",
                "admin.port=0",
                "drain.windowMs=0",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.members=[\"127.0.0.1:" + (member == 0 ? port : member) + "\"]",
                "cluster.port=" + port,
                "cluster.bus.port=0"));
        sets.addAll(List.of(more));
        return ConfigFile.load(Configs.of("{}"), sets, Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }
}
