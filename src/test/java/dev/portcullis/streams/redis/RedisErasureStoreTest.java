package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStoreContract;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RedisErasureStoreTest extends ErasureStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Override
    protected Opened open() throws Exception {
        RedisStreamsFixture opened = RedisStreamsFixture.open(redis, clock);
        return new Opened(
                opened.streams(),
                new RedisInboxStore(opened.store(), clock),
                new BlockListStore(opened.rows()),
                new RedisErasureStore(opened.store()),
                opened);
    }

    /** A set that is empty in between is another one, which would stay for ever. */
    @Test
    void index_of_a_conversation_still_ends_with_its_entries() throws Exception {
        letter(ANN, BOB);
        RedisConsole console = new RedisConsole(redis);
        String index = RedisKeys.of(BOBS.lane(), Conversations.TABLE, BOBS.value());
        assertThat(console.count("PTTL", index)).isPositive();

        assertThat(await(opened.erasures().disown(BOBS, Erasure.ofName(ANN, DELETED))))
                .isEqualTo(1);

        assertThat(console.count("ZCARD", index)).isEqualTo(1);
        assertThat(console.count("PTTL", index)).isPositive();
    }
}
