package dev.portcullis.broadcast.direct;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two edits of one message at a time, whose second halves would come in the other order. */
@ExtendWith(VertxExtension.class)
class AmendOrderTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    @TempDir
    Path folder;

    private Vertx vertx;
    private EmbeddedStore store;
    private StallingStreams streams;
    private DirectStage stage;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        EmbeddedStreamStore embedded = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
        streams = new StallingStreams(embedded);
        stage = DirectStage.open(
                vertx,
                new DirectStage.Stores(
                        streams,
                        embedded.inboxes(),
                        new BlockListStore(new EmbeddedRowStore(store, System::currentTimeMillis))),
                new StreamWindow(1_000, 86_400_000),
                Optional.empty());
    }

    @AfterEach
    void close() throws Exception {
        done(vertx.close());
        store.close();
    }

    @Test
    void edits_of_one_message_at_a_time_come_in_the_same_order_in_both_inboxes() throws Exception {
        String id = ((PublishResult.Acked) stage.send(ANN, BEN, "first", "1")).messageId();
        String other = ((PublishResult.Acked) stage.send(ANN, BEN, "other", "2")).messageId();
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN))
                && new String(append.body(), StandardCharsets.UTF_8).contains("\"content\":\"one\""));
        Future<PublishResult> one = stage.askToAmend(ANN, BEN, id, Optional.of("one"), "3");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        Future<PublishResult> two = stage.askToAmend(ANN, BEN, id, Optional.of("two"), "4");
        for (int i = 0; i < 20; i++) { // what waited for nothing would be done by then
            assertThat(stage.amend(ANN, BEN, other, Optional.of("edit " + i), "other" + i))
                    .isInstanceOf(PublishResult.Acked.class);
        }
        streams.release();
        assertThat(done(one)).isInstanceOf(PublishResult.Acked.class);
        assertThat(done(two)).isInstanceOf(PublishResult.Acked.class);
        for (UserId each : new UserId[] {ANN, BEN}) {
            assertThat(stage.contents(each))
                    .filteredOn(text -> "one".equals(text) || "two".equals(text))
                    .as(each.value())
                    .containsExactly("one", "two");
        }
    }

    @Test
    void edit_after_one_that_failed_is_made() throws Exception {
        String id = ((PublishResult.Acked) stage.send(ANN, BEN, "first", "1")).messageId();
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> failed = stage.askToAmend(ANN, BEN, id, Optional.of("one"), "2");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        Future<PublishResult> next = stage.askToAmend(ANN, BEN, id, Optional.of("two"), "3");
        streams.abandon();
        assertThat(done(next)).isInstanceOf(PublishResult.Acked.class);
        assertThat(Await.until(failed::isComplete)).isTrue();
        assertThat(failed.failed()).isTrue();
    }
}
