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

    @Test
    void replicas_that_follow_are_counted_without_those_that_still_load() {
        ServerInfo info = info("""
                role:master
                connected_slaves:2
                min_slaves_good_slaves:1
                aof_enabled:1
                slave0:ip=10.0.0.1,port=6379,state=online,offset=14,lag=0
                slave1:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0
                slave_expires_tracked_keys:0""");
        assertThat(info.replicas()).isEqualTo(1);
        assertThat(info.requiresReplicas()).isTrue();
        assertThat(info.appendOnly()).isTrue();
        assertThat(info("role:master\r\naof_enabled:0").requiresReplicas()).isFalse();
        assertThat(info("role:master\r\naof_enabled:0").appendOnly()).isFalse();
    }

    private static ServerInfo info(String text) {
        return ServerInfo.parse("# Server\r\n" + text + "\r\n");
    }
}
