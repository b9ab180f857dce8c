package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditHeadStoreTest {
    static final String CHAIN = "node-a";

    private final MemoryRowStore rows = new MemoryRowStore(() -> 0);
    private final AuditHeadStore store = new AuditHeadStore(rows);

    @Test
    void chain_without_a_record_has_no_head() throws Exception {
        assertThat(find(CHAIN)).isEmpty();
    }

    @Test
    void recorded_head_is_found() throws Exception {
        assertThat(advance(head(7))).isEqualTo(head(7));

        assertThat(find(CHAIN)).contains(head(7));
    }

    @Test
    void head_moves_on_and_never_back() throws Exception {
        advance(head(9));
        assertThat(advance(head(10))).isEqualTo(head(10));
        assertThat(advance(head(9))).isEqualTo(head(10));
        assertThat(advance(head(100))).isEqualTo(head(100));

        assertThat(find(CHAIN)).contains(head(100));
    }

    @Test
    void other_line_under_the_recorded_number_is_not_taken() throws Exception {
        advance(head(5));

        assertThat(advance(new ChainHead(5, "f".repeat(64), "0123456789abcdef")))
                .isEqualTo(head(5));

        assertThat(find(CHAIN)).contains(head(5));
    }

    @Test
    void largest_number_is_compared_exactly() throws Exception {
        long most = 9_007_199_254_740_991L;
        advance(head(most - 1));

        assertThat(advance(head(most))).isEqualTo(head(most));
        assertThat(advance(head(most - 1))).isEqualTo(head(most));
    }

    @Test
    void chains_have_heads_of_their_own() throws Exception {
        advance(head(5));

        assertThat(find("node-b")).isEmpty();
    }

    @Test
    void of_heads_that_are_recorded_at_once_the_highest_stays() throws Exception {
        List<io.vertx.core.Future<ChainHead>> all = new ArrayList<>();
        for (int n = 1; n <= 50; n++) {
            all.add(store.advance(CHAIN, head(n % 2 == 0 ? n : 51 - n)));
        }
        for (io.vertx.core.Future<ChainHead> each : all) {
            var unused = each.await(30, TimeUnit.SECONDS);
        }

        assertThat(find(CHAIN)).contains(head(50));
    }

    static ChainHead head(long n) {
        return new ChainHead(n, String.format("%064x", n), "00112233445566ff");
    }

    Optional<ChainHead> find(String chain) throws Exception {
        return store.find(chain).await(30, TimeUnit.SECONDS);
    }

    ChainHead advance(ChainHead head) throws Exception {
        return store.advance(CHAIN, head).await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[7,\"00\"]", "[\"7\",\"00\",\"11\"]"})
    void unreadable_row_is_kept_and_fails_both_calls(String row) throws Exception {
        RowKey key = AuditHeadStore.rowOf(CHAIN);
        int lane = Lanes.of(CHAIN);
        rows.change(lane, ReadSet.of(key), any -> RowStep.done("", WriteSet.of(key, row)))
                .await(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> find(CHAIN)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> advance(head(8))).isInstanceOf(StoreFailure.class);
        assertThat(rows.read(lane, ReadSet.of(key)).await(30, TimeUnit.SECONDS).get(key))
                .contains(row);
    }
}
