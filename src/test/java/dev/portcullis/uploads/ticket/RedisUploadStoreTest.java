package dev.portcullis.uploads.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUploadStoreTest extends UploadStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private UploadStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisUploadStore(REDIS.open());
    }

    @Override
    UploadStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "2 kept ann 5 9 h 1 room:lobby image/png a.png",
                "1 lost ann 5 9 h 1 room:lobby image/png a.png",
                "1 kept ann x 9 h 1 room:lobby image/png a.png",
                "1 kept ann 5 9 h 1 lobby image/png a.png",
                "1 kept -ann 5 9 h 1 room:lobby image/png a.png"
            })
    void unreadable_row_fails_the_read(String row) throws Exception {
        Upload upload = issued(ANN, 1);
        REDIS.ask("HSET", RedisKeys.of(0, "uploads"), upload.id().value(), row);

        assertThatThrownBy(() -> find(upload)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void ticket_that_was_taken_on_one_node_is_not_taken_on_another() throws Exception {
        Upload upload = issued(ANN, 1);
        UploadStore there = new RedisUploadStore(REDIS.open());

        assertThat(await(there.take(upload.id(), upload.ticketHash(), 0, 1, WIDE)))
                .isInstanceOf(TakeResult.Taken.class);

        assertThat(await(store.take(upload.id(), upload.ticketHash(), 0, 1, WIDE)))
                .isInstanceOf(TakeResult.Unknown.class);
    }

    @Test
    void removed_uploads_of_forgotten_user_leave_no_key() throws Exception {
        Upload upload = issued(ANN, 1);
        assertThat(REDIS.keys("*uploads*")).hasSize(7);

        await(store.end(upload.id(), 1));
        await(store.remove(upload.id()));
        await(store.forget(ANN));
        await(store.forgetUnseen(1, 10));

        assertThat(REDIS.keys("*uploads*")).isEmpty();
    }
}
