package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostResolutionTest {
    private static final String REDIS = "store.kind=redis";
    private final Optional<String> before = Optional.ofNullable(System.getProperty(HostResolution.PROPERTY));

    @AfterEach
    void restore() {
        before.ifPresentOrElse(
                value -> System.setProperty(HostResolution.PROPERTY, value),
                () -> System.clearProperty(HostResolution.PROPERTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.2",
                "localhost",
                "LOCALHOST",
                "::1",
                "fd00::2",
                "fe80::1%eth0",
                "::ffff:10.0.0.2"
            })
    void address_and_localhost_are_no_names(String host) {
        assertThat(HostResolution.hasNames(List.of(host))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redis", "node-1.internal", "localhost.example.com", "10.0.0.2.nip.io", "cafe", "127.0.0.1a"})
    void list_with_any_other_host_has_names(String host) {
        assertThat(HostResolution.hasNames(List.of("127.0.0.1", host, "::1"))).isTrue();
    }

    @Test
    void node_that_connects_to_addresses_uses_the_jdk_resolver() {
        assertThat(usesJdkResolver()).isTrue();
        assertThat(usesJdkResolver(REDIS, "store.redis.uri=redis://localhost:6379"))
                .isTrue();
        assertThat(usesJdkResolver(REDIS, "cluster.enabled=true", "cluster.members=[\"127.0.0.1\", \"[::1]:5701\"]"))
                .isTrue();
    }

    @Test
    void node_that_may_connect_to_a_name_uses_the_resolver_of_vertx() {
        assertThat(usesJdkResolver(REDIS, "store.redis.uri=rediss://redis.internal:6379"))
                .isFalse();
        assertThat(usesJdkResolver(REDIS, "store.redis.topology=cluster")).isFalse();
        assertThat(usesJdkResolver(
                        REDIS,
                        "cluster.enabled=true",
                        "cluster.trustedNetwork=true",
                        "cluster.tls={\"certificate\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\"}"
                                .formatted(
                                        SelfSigned.any().certificate(),
                                        SelfSigned.any().key(),
                                        SelfSigned.any().certificate()),
                        "cluster.members=[\"127.0.0.1\", \"node-2.internal\"]"))
                .isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void connecting_to_an_address_opens_no_datagram_socket() throws Exception {
        HostResolution.choose(config());
        Set<String> open = datagramSockets();
        Vertx vertx = Vertx.vertx(); // not before: the resolver is chosen when it is made
        try {
            NetServer server = vertx.createNetServer()
                    .connectHandler(NetSocket::resume)
                    .listen(0, "127.0.0.1")
                    .await(20, TimeUnit.SECONDS);
            vertx.createNetClient().connect(server.actualPort(), "127.0.0.1").await(20, TimeUnit.SECONDS);
            assertThat(open).containsAll(datagramSockets());
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    private static boolean usesJdkResolver(String... settings) {
        HostResolution.choose(config(settings));
        return Boolean.getBoolean(HostResolution.PROPERTY);
    }

    private static NodeConfig config(String... settings) {
        return ConfigFile.load(Configs.empty(), List.of(settings), Map.of(), NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    /** The inodes of the datagram sockets of this process. */
    private static Set<String> datagramSockets() throws IOException {
        Set<String> own;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            own = descriptors.map(HostResolutionTest::target).collect(Collectors.toSet());
        }
        return Stream.of("/proc/self/net/udp", "/proc/self/net/udp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(HostResolutionTest::inodes)
                .filter(inode -> own.contains("socket:[" + inode + "]"))
                .collect(Collectors.toSet());
    }

    private static Stream<String> inodes(Path table) {
        try {
            return Files.readAllLines(table).stream()
                    .skip(1)
                    .map(line -> line.trim().split("\\s+", -1)[9]);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
