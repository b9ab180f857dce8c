package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class MemoryRowStoreTest extends RowStoreContract {
    private static final RowKey ROW = RowKey.of("t", "k");

    private final MemoryRowStore store = new MemoryRowStore(clock::get);

    @Override
    RowStore open() {
        return store;
    }

    @Test
    void call_that_fails_on_order_changes_nothing() throws Exception {
        store.failNext(1);
        StoreFailure failure = catchThrowableOfType(StoreFailure.class, () -> write(store, WriteSet.of(ROW, "1")));
        assertThat(failure.isNotApplied()).isTrue();
        assertThat(get(store, ROW)).isEmpty();
    }

    @Test
    void change_whose_answer_is_lost_fails_and_is_made() throws Exception {
        store.setLosesAnswers(true);
        StoreFailure failure = catchThrowableOfType(StoreFailure.class, () -> write(store, WriteSet.of(ROW, "1")));
        assertThat(failure.isNotApplied()).isFalse();
        assertThat(get(store, ROW)).contains("1");
    }

    @Test
    void calls_wait_while_they_are_held() throws Exception {
        store.hold();
        Future<Rows> read = store.read(7, ReadSet.of(ROW));
        assertThat(read.isComplete()).isFalse();
        store.release();
        assertThat(ready(read).get(ROW)).isEmpty();
    }

    @Test
    void rows_are_lost_when_it_forgets_them() throws Exception {
        write(store, WriteSet.of(ROW, "1").put(RowKey.of("t", "other"), "2"));
        store.forget(ROW::equals);
        assertThat(get(store, ROW)).isEmpty();
        assertThat(get(store, RowKey.of("t", "other"))).contains("2");
    }
}
