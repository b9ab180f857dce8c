package dev.portcullis.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a Redis Cluster, which refuses a script whose keys lie in two slots. */
class RedisClusterSessionStoreTest extends SessionStoreContract {
    private static RedisSessions redis;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisSessions.clustered();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @Override
    SessionStore store(SessionsConfig config) throws Exception {
        redis.clear();
        return redis.store(config, clock);
    }

    @Test
    void sessions_of_many_lanes_are_said_again_and_called_up() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> crowd =
                IntStream.range(0, 100).mapToObj(i -> session("user" + i)).toList();

        assertThat(store.endedAmong(crowd, LeaseTimeout.NORMAL).await(30, TimeUnit.SECONDS))
                .hasSize(100);
        store.restore(crowd).await(30, TimeUnit.SECONDS);

        assertThat(store.endedAmong(crowd, LeaseTimeout.NORMAL).await(30, TimeUnit.SECONDS))
                .isEmpty();
    }
}
