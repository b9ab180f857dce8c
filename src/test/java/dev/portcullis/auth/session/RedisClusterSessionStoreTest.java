package dev.portcullis.auth.session;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a Redis Cluster, which refuses a script whose keys are in two slots. */
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
        return redis.store(config, LIMITS, clock);
    }

    @Override
    RevocationStore revocations() throws Exception {
        return redis.revocations(LIMITS, clock);
    }

    @Test
    void sessions_of_many_lanes_are_restored_and_checked() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> sessions =
                IntStream.range(0, 100).mapToObj(i -> session("user" + i)).toList();

        assertThat(done(store.endedAmong(sessions, LeaseTimeout.NORMAL))).hasSize(100);
        done(store.restore(sessions));

        assertThat(done(store.endedAmong(sessions, LeaseTimeout.NORMAL))).isEmpty();
    }
}
