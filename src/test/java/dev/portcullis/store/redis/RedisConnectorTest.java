package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sentinels and cluster nodes may announce names that the client can't connect to. */
@ExtendWith(VertxExtension.class)
class RedisConnectorTest {
    private static final RedisConfig CONFIG = sentinels(RedisConfig.at("redis://proj_redis_1,proj_redis_2"));

    @Test
    void host_name_that_is_no_valid_uri_host_fails_the_connection(Vertx vertx, VertxTestContext context) {
        new RedisConnector(vertx, CONFIG)
                .connect(new HostPort("proj_redis_1", 6379), Future::succeededFuture)
                .onComplete(context.failing(failure -> {
                    assertThat(failure)
                            .isInstanceOf(StoreOpenException.class)
                            .hasMessage("Redis at proj_redis_1:6379 has a host name that can't be connected to;"
                                    + " use a name of letters, digits and hyphens, or an address");
                    context.completeNow();
                }));
    }

    @Test
    void each_refresh_with_invalid_sentinel_names_fails(Vertx vertx, VertxTestContext context) {
        MasterDiscovery discovery = new MasterDiscovery(CONFIG, new RedisConnector(vertx, CONFIG));
        MasterCache masters = new MasterCache(discovery, vertx.getOrCreateContext());
        masters.refresh()
                .onComplete(context.failing(first -> masters.refresh().onComplete(context.failingThenComplete())));
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
                base.reconnect(),
                base.acks());
    }
}
