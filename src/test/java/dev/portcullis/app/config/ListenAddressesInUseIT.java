package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.ProcessEnd;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster node whose port another process uses: one line names the port and its key. */
class ListenAddressesInUseIT {
    private static final List<String> KEYS = List.of("http.port", "admin.port", "cluster.port", "cluster.bus.port");

    @ParameterizedTest
    @ValueSource(strings = {"http.port", "admin.port", "cluster.port", "cluster.bus.port"})
    void port_in_use_is_reported_with_its_host_and_its_key(String key) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NodeConfig config = config(redis, key, taken.getLocalPort());
            StartupException refused = catchThrowableOfType(
                    StartupException.class,
                    () -> Node.start(config, EmbeddedStore::open, ProcessEnd.NONE)
                            .close());
            assertThat(refused.line()).contains("127.0.0.1:" + taken.getLocalPort(), "in use", key);
        }
    }

    private static NodeConfig config(RedisProcess redis, String key, int taken) {
        List<String> sets = new ArrayList<>(List.of(
                "tls.required=false",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.enabled=true",
                "cluster.members=[\"127.0.0.1\"]")); // with its own port, so it looks for no other node
        KEYS.forEach(each -> sets.add(each + "=" + (each.equals(key) ? taken : FreePort.find())));
        return ConfigFile.load(Configs.of("{}"), sets, Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }
}
