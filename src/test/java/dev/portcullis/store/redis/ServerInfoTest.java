package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisConfig.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerInfoTest {
    private static final HostPort HERE = new HostPort("here", 7000);

    @ParameterizedTest
    @ValueSource(strings = {"6.2.0", "6.2.11", "7.0.15", "7.4", "8.0.0-m01", "10.0.0", "255.255.255"})
    void version_6_2_or_newer_is_accepted(String version) {
        assertThat(info("redis_version:" + version).misconfiguration(HERE, Topology.STANDALONE))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.0.16", "5.0.14", "2.8", "6", "x.y"})
    void older_version_is_refused(String version) {
        assertThat(info("redis_version:" + version).misconfiguration(HERE, Topology.STANDALONE))
                .contains("Redis at here:7000 is version " + version + "; 6.2 or newer is needed");
    }

    @Test
    void loading_server_is_not_ready() {
        assertThat(info("redis_version:7.0.0\r\nrole:master\r\nloading:1").notReady(HERE))
                .contains("Redis at here:7000 is still reading its file; wait until it has");
        assertThat(info("redis_version:7.0.0\r\nrole:master\r\nloading:0").notReady(HERE))
                .isEmpty();
    }

    private static ServerInfo info(String text) {
        return ServerInfo.parse("# Server\r\n" + text + "\r\n");
    }
}
