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

/** Whoever reaches the bus can ask what a node can ask (CWE-306), so only who was signed by our own authority reaches it. */
class ClusterTlsIT {
    /** For what must happen in the end. */
    private static final int PATIENCE_MS = 20_000;

    /** For what must not happen. */
    private static final int SHORTLY_MS = 2_000;

    private static RedisProcess redis;
    private static PrivateAuthority ours;

    @TempDir
    private static Path folder;

    private static final int BUS_PORT = FreePort.find();
    private static final List<Integer> PORTS = List.of(FreePort.find(), FreePort.find(), FreePort.find());
    private static Nodes nodes;
    private static Nodes.Running first;
    private static Nodes.Running second;
    private static Nodes.Running foreign;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        nodes = new Nodes(redis.uri());
        ours = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        PrivateAuthority foreignAuthority = PrivateAuthority.in(Files.createDirectory(folder.resolve("foreign")));
        first = start("one", PORTS.get(0), BUS_PORT, ours);
        second = start("other", PORTS.get(1), 0, ours);
        foreign = start("stranger", PORTS.get(2), 0, foreignAuthority);
    }

    @AfterAll
    static void stop() {
        nodes.close();
        redis.close();
    }

    @Test
    void nodes_signed_by_the_same_authority_reach_each_other() {
        assertThat(reaches(first, second, PATIENCE_MS)).isTrue();
        assertThat(reaches(second, first, PATIENCE_MS)).isTrue();
    }

    /** By default any certificate at all would do on either end (CWE-295). */
    @Test
    void a_node_signed_by_another_authority_reaches_nobody_and_is_not_reached() {
        assertThat(reaches(first, foreign, SHORTLY_MS)).isFalse();
        assertThat(reaches(foreign, first, SHORTLY_MS)).isFalse();
    }

    @Test
    void a_node_signed_by_another_authority_meets_nobody_and_says_once_of_each_why() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(NodePing.class);
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Nodes.await(foreign.verticle().reachPeer()))
                        .isInstanceOf(ClusterJoinException.class)
                        .hasMessageContaining("one at 127.0.0.1:" + PORTS.get(0))
                        .hasMessageContaining("other at 127.0.0.1:" + PORTS.get(1))
                        .hasMessageContaining("certificate");
            }
            assertThat(List.copyOf(log.list))
                    .extracting(event -> String.valueOf(event.getKeyValuePairs()))
                    .filteredOn(line -> line.contains("cluster.untrusted") && line.contains("\"one at "))
                    .hasSize(1);
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void a_stranger_keeps_nobody_from_meeting_the_others() {
        Nodes.await(second.verticle().reachPeer());
    }

    @Test
    void who_shows_no_certificate_is_cut_off() {
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(ours.certificate().toString()));
        assertThat(isCutOff(BUS_PORT, options, PATIENCE_MS)).isTrue();
    }

    @Test
    void who_speaks_plain_tcp_is_cut_off() {
        assertThat(isCutOff(BUS_PORT, new NetClientOptions(), PATIENCE_MS)).isTrue();
    }

    /** What the tests above see is the guard's doing. */
    @Test
    void without_certificates_anybody_is_listened_to() throws Exception {
        int port = FreePort.find();
        int busPort = FreePort.find();
        try (RedisProcess elsewhere = RedisProcess.start();
                Nodes open = new Nodes(elsewhere.uri())) {
            open.start("open", ClusterFixture.node(port, List.of(port), "cluster.bus.port=" + busPort), settings());
            assertThat(isCutOff(busPort, new NetClientOptions(), SHORTLY_MS)).isFalse();
        }
    }

    private static boolean isCutOff(int port, NetClientOptions options, int withinMs) {
        Future<Void> end = first.vertx()
                .createNetClient(options)
                .connect(port, "127.0.0.1")
                .compose(socket -> sendPartialMessage(socket, withinMs));
        return Nodes.await(
                end.map(true).recover(refused -> Future.succeededFuture(!(refused instanceof TimeoutException))));
    }

    /** A length that is followed by nothing: where it is listened to, it is waited for. */
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
