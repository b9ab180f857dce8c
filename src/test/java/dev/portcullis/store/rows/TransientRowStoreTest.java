package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.TransientRowStore.Bound;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransientRowStoreTest extends RowStoreContract {
    private static final RowKey A = RowKey.of("bounded", "a");
    private static final RowKey B = RowKey.of("bounded", "b");
    private static final RowKey C = RowKey.of("bounded", "c");
    private static final RowKey OTHER = RowKey.of("other", "o");

    private final TransientRowStore store = new TransientRowStore(clock::get, Map.of());

    @Override
    RowStore open() {
        return store;
    }

    @Test
    void full_table_forgets_the_row_used_longest_ago() throws Exception {
        TransientRowStore bounded = bounded(true);
        write(bounded, WriteSet.of(OTHER, "1"));
        write(bounded, WriteSet.NONE.putFor(A, "1", 1_000));
        write(bounded, WriteSet.NONE.putFor(B, "1", 1_000));
        assertThat(get(bounded, A)).as("it is used by this").contains("1");
        write(bounded, WriteSet.NONE.putFor(C, "1", 1_000));
        assertThat(get(bounded, B)).isEmpty();
        assertThat(List.of(get(bounded, A), get(bounded, C), get(bounded, OTHER)))
                .allSatisfy(row -> assertThat(row).isPresent());
    }

    @Test
    void row_that_is_removed_leaves_its_place() throws Exception {
        TransientRowStore bounded = bounded(false);
        write(bounded, WriteSet.NONE.putFor(A, "1", 1_000).putFor(B, "1", 1_000));
        write(bounded, WriteSet.NONE.remove(A));
        write(bounded, WriteSet.NONE.putFor(C, "1", 1_000));
        assertThat(get(bounded, B)).contains("1");
        assertThat(get(bounded, C)).contains("1");
    }

    @Test
    void full_table_that_forgets_nothing_refuses_one_more_row_until_one_is_over() throws Exception {
        TransientRowStore bounded = bounded(false);
        write(bounded, WriteSet.NONE.putFor(A, "1", 1_000).putFor(B, "1", 1_000));
        clock.incrementAndGet();
        write(bounded, WriteSet.NONE.putFor(A, "2", 1_000).put(OTHER, "1"));
        clock.addAndGet(998);
        assertThat(catchThrowableOfType(StoreFailure.class, () -> get(bounded, C))
                        .isNotApplied())
                .isTrue();
        assertThat(catchThrowableOfType(
                                StoreFailure.class,
                                () -> write(
                                        bounded,
                                        WriteSet.NONE.putFor(C, "1", 1_000).put(OTHER, "2")))
                        .isNotApplied())
                .isTrue();
        assertThat(get(bounded, OTHER)).as("nothing of it was written").contains("1");
        assertThat(get(bounded, B)).contains("1");
        assertThat(get(bounded, A)).contains("2");
        assertThat(get(bounded, B))
                .as("which it does not outlive by being read")
                .contains("1");
        clock.incrementAndGet();
        assertThat(get(bounded, C)).isEmpty();
        assertThat(get(bounded, A)).contains("2");
        assertThat(catchThrowableOfType(
                        StoreFailure.class,
                        () -> write(bounded, WriteSet.NONE.putFor(B, "2", 1_000).putFor(C, "1", 1))))
                .as("there is room for one of them")
                .isNotNull();
    }

    @Test
    void sweep_forgets_the_rows_of_bounded_tables_that_are_over() throws Exception {
        TransientRowStore bounded = bounded(true);
        write(bounded, WriteSet.NONE.putFor(A, "1", 1_000));
        write(bounded, WriteSet.NONE.putFor(B, "1", 1_001).putFor(OTHER, "1", 1_000));
        clock.addAndGet(1_000);
        bounded.sweep();
        assertThat(get(bounded, A)).isEmpty();
        assertThat(get(bounded, B)).contains("1");
    }

    private TransientRowStore bounded(boolean forgets) {
        return new TransientRowStore(clock::get, Map.of("bounded", new Bound(2, forgets)));
    }
}
