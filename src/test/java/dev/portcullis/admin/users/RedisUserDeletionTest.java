package dev.portcullis.admin.users;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.redis.RedisErasureStore;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

class RedisUserDeletionTest extends UserDeletionContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    private @Nullable RedisStreamsFixture opened;

    @Override
    UserStores open() throws Exception {
        if (opened == null) {
            opened = RedisStreamsFixture.open(redis, System::currentTimeMillis);
        }
        new RedisConsole(redis).ask("FLUSHALL");
        RedisStore store = opened.store();
        return new UserStores(opened.rows(), opened.streams(), new RedisErasureStore(store));
    }

    @AfterEach
    void close() throws Exception {
        if (opened != null) {
            opened.close();
        }
    }
}
