package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlockListStoreTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final UserId DAN = new UserId("dan");
    private static final UserId NAMESAKE = new UserId("bob2");

    private final SettableClock clock = new SettableClock();
    private final MemoryRowStore rows = new MemoryRowStore(clock);
    private final BlockListStore blocks = new BlockListStore(rows);

    @Test
    void user_is_blocked_by_the_owner_of_the_list_until_the_block_is_lifted() throws Exception {
        assertThat(block(BOB, CAROL)).isTrue();
        assertThat(await(blocks.isBlocked(BOB, CAROL))).isTrue();
        assertThat(await(blocks.isBlocked(CAROL, BOB))).isFalse();
        assertThat(await(blocks.isBlocked(NAMESAKE, CAROL))).isFalse();

        lift(CAROL);

        assertThat(await(blocks.isBlocked(BOB, CAROL))).isFalse();
    }

    @Test
    void full_list_takes_no_other_user_until_a_block_is_lifted() throws Exception {
        assertThat(block(BOB, CAROL)).isTrue();
        assertThat(block(BOB, ANN)).isTrue();
        assertThat(block(BOB, DAN)).isFalse();
        assertThat(block(BOB, ANN)).as("blocked already").isTrue();
        assertThat(block(NAMESAKE, DAN)).as("the list of another").isTrue();
        assertThat(blocked(Optional.empty(), 10)).containsExactly(ANN, CAROL);

        lift(CAROL);
        lift(CAROL);

        assertThat(block(BOB, DAN)).isTrue();
        assertThat(block(BOB, CAROL)).isFalse();
    }

    @Test
    void list_is_read_in_pages_in_the_order_of_the_ids() throws Exception {
        block(BOB, CAROL);
        block(BOB, ANN);
        assertThat(blocked(Optional.empty(), 10)).containsExactly(ANN, CAROL);
        assertThat(blocked(Optional.empty(), 1)).containsExactly(ANN);
        assertThat(blocked(Optional.of(ANN), 10)).containsExactly(CAROL);
        assertThat(blocked(Optional.of(CAROL), 10)).isEmpty();
    }

    /** A newer call may have done the opposite while the step waited. */
    @Test
    void block_is_neither_made_nor_lifted_after_the_latest_time_of_the_step() throws Exception {
        long now = clock.getAsLong();

        assertLate(blocks.block(BOB, ANN, 2, now - 1));
        assertThat(await(blocks.isBlocked(BOB, ANN))).isFalse();
        assertThat(await(blocks.block(BOB, ANN, 2, now))).isTrue();

        assertLate(blocks.lift(BOB, ANN, now - 1));
        assertThat(await(blocks.isBlocked(BOB, ANN))).isTrue();
        await(blocks.lift(BOB, ANN, now));
        assertThat(await(blocks.isBlocked(BOB, ANN))).isFalse();
    }

    @Test
    void list_of_a_deleted_user_is_empty_and_leaves_no_row() throws Exception {
        block(BOB, CAROL);
        block(BOB, ANN);

        await(blocks.clear(BOB));

        assertThat(blocked(Optional.empty(), 10)).isEmpty();
        assertThat(rows.any(any -> true)).isFalse();
    }

    private boolean block(UserId owner, UserId user) throws Exception {
        return await(blocks.block(owner, user, 2, Long.MAX_VALUE));
    }

    private void lift(UserId user) throws Exception {
        await(blocks.lift(BOB, user, Long.MAX_VALUE));
    }

    private List<UserId> blocked(Optional<UserId> after, int limit) throws Exception {
        return await(blocks.blocked(BOB, after, limit));
    }

    private static void assertLate(Future<?> step) {
        StoreFailure late = catchThrowableOfType(StoreFailure.class, () -> await(step));
        assertThat(late.isNotApplied()).isTrue();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
