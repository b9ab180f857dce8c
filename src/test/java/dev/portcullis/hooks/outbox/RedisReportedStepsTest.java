package dev.portcullis.hooks.outbox;

import dev.portcullis.auth.session.RedisSessionStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisReportedStepsTest extends ReportedStepsContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RedisStore redis;

    @Override
    @BeforeEach
    void openOutbox() throws Exception {
        redis = REDIS.open();
        super.openOutbox();
    }

    @Override
    RowStore rows() {
        return new RedisRowStore(redis);
    }

    @Override
    StreamStore streams(HookOutbox reportedTo) {
        return new RedisStreamStore(redis, Optional.of(reportedTo), entries -> {}, Optional.empty());
    }

    @Override
    SessionStore sessions(HookOutbox reportedTo) {
        return new RedisSessionStore(
                redis,
                SESSIONS,
                new RevocationStore(rows(), () -> REVOCATIONS),
                new InboxConfig(AckPer.USER, 1, 1, 1),
                Optional.of(reportedTo));
    }
}
