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

/** What servers call each other we can't choose. */
class RedisConnectorTest {
    private final Vertx vertx = Vertx.vertx();
    private final RedisConfig config = sentinels(RedisConfig.at("redis://proj_redis_1,proj_redis_2"));
    private final RedisConnector connector = new RedisConnector(vertx, config);

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void a_name_that_no_uri_can_hold_fails_like_any_other() {
        Future<RawConnection> reached = connector.reach(new HostPort("proj_redis_1", 6379), Future::succeededFuture);
        assertThat(failed(reached)).isTrue();
        assertThat(reached.cause())
                .isInstanceOf(StoreOpenException.class)
                .hasMessage("Redis at proj_redis_1:6379 has a host name that can't be dialled;"
                        + " call it by one of letters, digits and hyphens, or by its address");
    }

    @Test
    void whoever_asks_for_the_master_is_answered_each_time() {
        MasterCache masters = new MasterCache(new MasterDiscovery(config, connector), vertx.getOrCreateContext());
        assertThat(failed(masters.refresh())).isTrue();
        assertThat(failed(masters.refresh())).isTrue();
    }

    private static RedisConfig sentinels(RedisConfig named) {
        return new RedisConfig(
                Topology.SENTINEL,
                named.endpoints(),
                named.credentials(),
                Optional.of("chat"),
                named.sentinelLogin(),
                named.redisTls(),
                named.timeoutMs(),
                named.connectMs(),
                named.waiting(),
                named.limit(),
                named.reconnect());
    }
}
