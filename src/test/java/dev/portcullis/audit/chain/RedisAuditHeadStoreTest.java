package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAuditHeadStoreTest extends AuditHeadStoreContract {
    private static final String KEY = RedisKeys.of(Lanes.of(CHAIN), "audit", CHAIN);

    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private AuditHeadStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisAuditHeadStore(REDIS.open());
    }

    @Override
    AuditHeadStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @Test
    void head_never_expires() throws Exception {
        advance(head(8));

        assertThat(REDIS.ask("TTL", KEY)).isEqualTo("-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "2 7 0 0", "1 7 abc 0011223344556677"})
    void unreadable_row_is_kept_and_fails_both_calls(String row) throws Exception {
        REDIS.ask("SET", KEY, row);

        assertThatThrownBy(() -> find(CHAIN)).isInstanceOf(StoreFailure.class);
        if (!row.startsWith("1 7")) {
            assertThatThrownBy(() -> advance(head(8))).isInstanceOf(StoreFailure.class);
            assertThat(REDIS.ask("GET", KEY)).isEqualTo(row);
        }
    }
}
