package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.AccountStore.Name;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountStoreTest extends AccountStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RowStore rows;

    @BeforeEach
    void open() throws Exception {
        rows = new RedisRowStore(REDIS.open());
    }

    @Override
    RowStore rows() {
        return rows;
    }

    @Override
    void clear() {
        REDIS.ask("FLUSHALL");
    }

    @Override
    List<String> keysOf(String table) {
        return REDIS.keys("pc:{*}:" + table + ":*");
    }

    @Test
    void each_key_is_in_the_lane_of_its_own_name_and_shows_no_address() throws Exception {
        create(account(ANN, "ann@example.com", "ann"));

        assertThat(REDIS.keys("*"))
                .hasSize(3)
                .contains("pc:{" + AccountStore.laneOf(ANN) + "}:a:u:ann")
                .contains("pc:{" + Name.of(EMAIL).lane() + "}:ae:"
                        + Name.of(EMAIL).row().key())
                .noneMatch(key -> key.contains("example"));
    }
}
