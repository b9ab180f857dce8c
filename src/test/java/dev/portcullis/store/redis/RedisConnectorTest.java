package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sentinels and cluster nodes may announce names that the client can't connect to. */
class RedisConnectorTest {
    private final Vertx vertx = Vertx.vertx();
    private final RedisConfig config = sentinels(RedisConfig.at("redis://proj_redis_1,proj_redis_2"));
    private final RedisConnector connector = new RedisConnector(vertx, config);

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void host_name_that_is_no_valid_uri_host_fails_the_connection() {
        Future<RawConnection> connecting =
                connector.connect(new HostPort("proj_redis_1", 6379), Future::succeededFuture);
        assertThat(failed(connecting)).isTrue();
        assertThat(connecting.cause())
                .isInstanceOf(StoreOpenException.class)
                .hasMessage("Redis at proj_redis_1:6379 has a host name that can't be connected to;"
                        + " use a name of letters, digits and hyphens, or an address");
    }

    @Test
    void each_refresh_with_invalid_sentinel_names_fails() {
        MasterCache masters = new MasterCache(new MasterDiscovery(config, connector), vertx.getOrCreateContext());
        assertThat(failed(masters.refresh())).isTrue();
        assertThat(failed(masters.refresh())).isTrue();
    }

    private static RedisConfig sentinels(RedisConfig base) {
        return new RedisConfig(
                Topology.SENTINEL,
                base.endpoints(),
                base.credentials(),
                Optional.of("chat"),
                base.sentinelCredentials(),
                base.tls(),
                base.timeoutMs(),
                base.connectMs(),
                base.waiting(),
                base.limit(),
                base.reconnect());
    }
}
