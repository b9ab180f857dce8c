package dev.portcullis.app.node.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a chosen id is free for a new room. */
@ExtendWith(VertxExtension.class)
class RoomStreamReaderTest {
    private Vertx vertx;

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
    }

    @ParameterizedTest
    @CsvSource({"0, 0, false", "0, 1, true", "3, 0, true"})
    void id_is_used_by_what_was_written_and_by_who_listens(long seq, int listeners, boolean used) throws Exception {
        assertThat(isUsed(seq, 30_000, () -> Future.succeededFuture(new RoomConnections.Reply(listeners)))
                        .await(30, TimeUnit.SECONDS))
                .isEqualTo(used);
    }

    @Test
    void id_is_not_free_while_a_node_does_not_say_whether_it_has_listeners() throws Exception {
        Future<Boolean> used =
                isUsed(0, 1_000, () -> Promise.<RoomConnections.Reply>promise().future());
        assertThatThrownBy(() -> used.await(30, TimeUnit.SECONDS)).isInstanceOf(AnswerUnavailable.class);
    }

    @Test
    void all_edges_are_asked_for_the_permissions_of_who_listens_behind_the_note() throws Exception {
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 100));
        List<String> order = new CopyOnWriteArrayList<>();
        bus.answer(RoomConnections.CONFIRM, 0, asked -> {
                    order.add(asked.room().value());
                    return Future.succeededFuture(new RoomConnections.Reply(1));
                })
                .await(30, TimeUnit.SECONDS);
        reader(bus, order).confirmListeners(new RoomId("tea")).await(30, TimeUnit.SECONDS);
        assertThat(order)
                .containsExactly("noted", StreamName.room(new RoomId("tea")).value());
    }

    @Test
    void a_room_is_not_known_to_have_only_members_while_a_node_does_not_answer() throws Exception {
        Bus bus = new Bus(vertx, "n1", new BusConfig(1_000, 100));
        bus.answer(
                        RoomConnections.CONFIRM,
                        0,
                        asked -> Promise.<RoomConnections.Reply>promise().future())
                .await(30, TimeUnit.SECONDS);
        Future<Void> confirmed = reader(bus, new CopyOnWriteArrayList<>()).confirmListeners(new RoomId("tea"));
        assertThatThrownBy(() -> confirmed.await(30, TimeUnit.SECONDS)).isInstanceOf(AnswerUnavailable.class);
    }

    private static RoomStreamReader reader(Bus bus, List<String> order) {
        return new RoomStreamReader(streams(0), bus, stream -> {
            order.add("noted");
            return Future.succeededFuture();
        });
    }

    private Future<Boolean> isUsed(long seq, long deadlineMs, Supplier<Future<RoomConnections.Reply>> edge)
            throws Exception {
        Bus bus = new Bus(vertx, "n1", new BusConfig(deadlineMs, 100));
        bus.answer(RoomConnections.COUNT, 0, asked -> edge.get()).await(30, TimeUnit.SECONDS);
        return new RoomStreamReader(streams(seq), bus, stream -> Future.succeededFuture()).isUsed(new RoomId("tea"));
    }

    private static StreamStore streams(long seq) {
        return (StreamStore) Proxy.newProxyInstance(
                StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, (proxy, method, any) -> {
                    assertThat(method.getName()).isEqualTo("head");
                    return Future.succeededFuture(new Position("e", seq));
                });
    }
}
