package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of every {@link AuditHeadStore}. */
abstract class AuditHeadStoreContract {
    static final String CHAIN = "node-a";

    /** The store under test; after {@link #reopen} another one on the same rows. */
    abstract AuditHeadStore store();

    abstract void reopen() throws Exception;

    @Test
    void chain_without_a_record_has_no_head() throws Exception {
        assertThat(find(CHAIN)).isEmpty();
    }

    @Test
    void recorded_head_is_found_also_after_a_restart() throws Exception {
        assertThat(advance(head(7))).isEqualTo(head(7));

        assertThat(find(CHAIN)).contains(head(7));
        reopen();
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
            all.add(store().advance(CHAIN, head(n % 2 == 0 ? n : 51 - n)));
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
        return store().find(chain).await(30, TimeUnit.SECONDS);
    }

    ChainHead advance(ChainHead head) throws Exception {
        return store().advance(CHAIN, head).await(30, TimeUnit.SECONDS);
    }
}
