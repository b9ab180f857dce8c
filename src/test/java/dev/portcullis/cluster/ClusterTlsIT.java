package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Any process that reaches the bus can ask what a node can ask (CWE-306), so the bus admits only certificates of the
 * private authority.
 */
class ClusterTlsIT {
    /** Timeout for what must happen. */
    private static final int TIMEOUT_MS = 20_000;

    /** Wait for what must not happen. */
    private static final int WAIT_MS = 2_000;

    private static final String OPEN = "open";

    private static RedisProcess redis;
    private static PrivateAuthority authority;

    @TempDir
    private static Path folder;

    private static final int BUS_PORT = FreePort.find();
    private static final List<Integer> PORTS = List.of(FreePort.find(), FreePort.find(), FreePort.find());
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static Nodes nodes;
    private static Nodes.Running first;
    private static Nodes.Running second;
    private static Nodes.Running foreign;

    @BeforeAll
    static void start() throws Exception {
        LOG.start();
        ((Logger) LoggerFactory.getLogger(NodePing.class)).addAppender(LOG);
        redis = RedisProcess.start();
        nodes = new Nodes(redis.uri());
        authority = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        PrivateAuthority foreignAuthority = PrivateAuthority.in(Files.createDirectory(folder.resolve("foreign")));
        first = start("first", PORTS.get(0), BUS_PORT, authority);
        second = start("second", PORTS.get(1), 0, authority);
        foreign = start("foreign", PORTS.get(2), 0, foreignAuthority);
    }

    @AfterAll
    static void stop() {
        nodes.close();
        redis.close();
        ((Logger) LoggerFactory.getLogger(NodePing.class)).detachAppender(LOG);
    }

    @Test
    void nodes_of_one_authority_reach_each_other() {
        assertThat(reaches(first, second, TIMEOUT_MS)).isTrue();
        assertThat(reaches(second, first, TIMEOUT_MS)).isTrue();
    }

    /** By default both ends would accept any certificate (CWE-295). */
    @Test
    void node_of_another_authority_reaches_no_node_and_is_not_reached() {
        assertThat(reaches(first, foreign, WAIT_MS)).isFalse();
        assertThat(reaches(foreign, first, WAIT_MS)).isFalse();
    }

    @Test
    void node_of_another_authority_fails_to_start_and_logs_the_cause_once_per_node() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Nodes.await(foreign.verticle().reachPeer()))
                    .isInstanceOf(ClusterJoinException.class)
                    .hasMessageContaining("first at 127.0.0.1:" + PORTS.get(0))
                    .hasMessageContaining("second at 127.0.0.1:" + PORTS.get(1))
                    .hasMessageContaining("certificate");
        }
        assertThat(logged())
                .as("since the node started, which pings the others from time to time")
                .filteredOn(line -> line.contains("cluster.untrusted") && line.contains("\"first at "))
                .hasSize(1);
    }

    private static List<String> logged() {
        synchronized (LOG) { // as an appender does that adds a line
            return LOG.list.stream()
                    .map(event -> String.valueOf(event.getKeyValuePairs()))
                    .toList();
        }
    }

    @Test
    void node_of_another_authority_does_not_keep_others_from_starting() {
        Nodes.await(second.verticle().reachPeer());
    }

    /** Hazelcast has no TLS, so such a node becomes a member, and then gets no answer over the bus. */
    @Test
    void node_without_certificates_fails_to_start_among_nodes_with_them_and_names_the_setting() throws Exception {
        try (Nodes.Running bare =
                nodes.start("bare", ClusterFixture.node(FreePort.find(), PORTS.subList(0, 1)), settings())) {
            assertThatThrownBy(() -> Nodes.await(bare.verticle().reachPeer()))
                    .isInstanceOfSatisfying(
                            ClusterJoinException.class,
                            failure -> assertThat(failure.isTemporary()).isTrue())
                    .hasMessageContaining("first at 127.0.0.1:" + PORTS.get(0))
                    .hasMessageEndingWith("give this one cluster.tls if they have it");
        }
    }

    @Test
    void client_without_a_certificate_is_disconnected() {
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(authority.certificate().toString()));
        assertThat(fateOf(options, BUS_PORT, TIMEOUT_MS)).isNotEqualTo(OPEN);
    }

    @Test
    void client_with_plain_tcp_is_disconnected() {
        assertThat(fateOf(new NetClientOptions(), BUS_PORT, TIMEOUT_MS)).isNotEqualTo(OPEN);
    }

    /** Shows that the refusals in the tests above come from TLS. */
    @Test
    void bus_without_certificates_accepts_any_connection() throws Exception {
        int port = FreePort.find();
        int busPort = FreePort.find();
        try (RedisProcess otherRedis = RedisProcess.start();
                Nodes open = new Nodes(otherRedis.uri())) {
            open.start("open", ClusterFixture.node(port, List.of(port), "cluster.bus.port=" + busPort), settings());
            assertThat(fateOf(new NetClientOptions(), busPort, WAIT_MS)).isEqualTo(OPEN);
        }
    }

    /** What becomes of a connection in this time: {@link #OPEN}, or how it ends. */
    private static String fateOf(NetClientOptions options, int port, int withinMs) {
        NetClient client = first.vertx().createNetClient(options);
        return Nodes.await(client.connect(port, "127.0.0.1")
                .compose(socket -> sendPartialMessage(socket, withinMs))
                .map("closed")
                .recover(failure ->
                        Future.succeededFuture(failure instanceof TimeoutException ? OPEN : failure.toString()))
                .eventually(client::close)); // Vert.x closes a client that nothing refers to
    }

    /** Sends a length without a message: an endpoint that accepts it waits for the rest. */
    private static Future<Void> sendPartialMessage(NetSocket socket, int withinMs) {
        Promise<Void> closed = Promise.promise();
        socket.closeHandler(any -> closed.tryComplete());
        socket.exceptionHandler(any -> closed.tryComplete());
        socket.write(Buffer.buffer().appendInt(1_000).appendInt(0));
        return closed.future().timeout(withinMs, TimeUnit.MILLISECONDS);
    }

    private static boolean reaches(Nodes.Running from, Nodes.Running to, int withinMs) {
        return Nodes.await(from.vertx()
                .eventBus()
                .<String>request("node@" + to.name(), "", new DeliveryOptions().setSendTimeout(withinMs))
                .map(true)
                .otherwise(false));
    }

    private static Nodes.Running start(String name, int port, int busPort, PrivateAuthority authority)
            throws Exception {
        PrivateAuthority.Issued issued = authority.issue(name);
        ClusterConfig config = ClusterFixture.node(
                port,
                PORTS,
                "cluster.bus.port=" + busPort,
                "cluster.tls.certificate=" + issued.certificate(),
                "cluster.tls.key=" + issued.key(),
                "cluster.tls.ca=" + authority.certificate());
        return nodes.start(name, config, settings());
    }

    private static SharedSettings settings() {
        return ClusterFixture.settings("portcullis");
    }
}
