package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.hazelcast.config.Config;
import com.hazelcast.instance.EndpointQualifier;
import dev.portcullis.config.HostPort;
import dev.portcullis.kit.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Why a node fails to become a member, and whether a retry may help. */
class HazelcastMembershipIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final HostPort AT = new HostPort("127.0.0.1", 5701);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(HazelcastMembership.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(HazelcastMembership.class)).detachAppender(log);
    }

    /** Like processes that are stopped or collect garbage: the kernel accepts connections for them. */
    @Test
    void paused_members_are_a_temporary_failure() throws Exception {
        try (ServerSocket paused = new ServerSocket(0, 50, LOOPBACK)) {
            ClusterJoinException reason = joinFailure(config(FreePort.find(), paused.getLocalPort()));
            assertThat(reason.isTemporary()).isTrue();
            assertThat(reason).hasMessageStartingWith("no member of the cluster admitted this node at 127.0.0.1:");
            assertThat(cause()).contains("Node failed to start");
            assertThat(log.list.get(0).getThrowableProxy()).isNull();
        }
    }

    @Test
    void port_in_use_is_a_permanent_failure() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 50, LOOPBACK)) {
            assertPermanent(joinFailure(config(other.getLocalPort(), other.getLocalPort())));
            assertThat(cause()).contains("Port [" + other.getLocalPort() + "] is already in use");
            assertThat(log.list.get(0).getThrowableProxy()).isNull();
        }
    }

    @Test
    void address_of_another_machine_is_a_permanent_failure() throws Exception {
        int port = FreePort.find();
        Config config = config(port, port);
        Objects.requireNonNull(
                        config.getAdvancedNetworkConfig().getEndpointConfigs().get(EndpointQualifier.MEMBER))
                .getInterfaces()
                .setInterfaces(List.of("192.0.2.7"));
        assertPermanent(joinFailure(config));
        assertThat(log.list.get(0).getThrowableProxy())
                .as("no specific class, so the trace is needed")
                .isNotNull();
    }

    private String cause() {
        return log.list.get(0).getKeyValuePairs().stream()
                .filter(pair -> pair.key.equals("cause"))
                .map(pair -> String.valueOf(pair.value))
                .collect(Collectors.joining());
    }

    private static void assertPermanent(ClusterJoinException reason) {
        assertThat(reason.isTemporary()).isFalse();
        assertThat(reason).hasMessageContaining("either the port is in use or the host is no address of this machine");
    }

    private static Config config(int port, int other) throws ClusterJoinException {
        NodeRow me = new NodeRow("n", ClusterFixture.settings("portcullis"), Map.of(), "0.1.0");
        return HazelcastSettings.of(ClusterFixture.node(port, List.of(port, other)), me)
                .setProperty("hazelcast.max.join.seconds", "2");
    }

    private static ClusterJoinException joinFailure(Config config) {
        return catchThrowableOfType(
                ClusterJoinException.class,
                () -> HazelcastMembership.start(config, AT).close());
    }
}
