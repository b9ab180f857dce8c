package dev.portcullis.edge.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.PresenceConfig;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.PresenceStores;
import dev.portcullis.broadcast.presence.PresenceVerticle;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.delivery.StreamHub;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client types to a user from its first frame to its end, however long its own inbox takes. */
class TypingToUserTest {
    private static final Target BEN = new Target.ToUser(new UserId("ben"));

    private final List<TransientFrame> told = new CopyOnWriteArrayList<>();
    private ScriptedEdge edge;
    private LoopPresence presence;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
        Bus bus = new Bus(edge.vertx, "n1", new BusConfig(1_000, 100));
        PresenceConfig config =
                PresenceConfig.read(ScriptedEdge.DEFAULTS.section("broadcast").section("presence"));
        edge.vertx
                .deployVerticle(new PresenceVerticle(
                        0,
                        bus,
                        new PresenceStores(
                                stub(StreamStore.class),
                                new ReadMarkStore(new MemoryRowStore(() -> 0)),
                                new BlockListStore(new MemoryRowStore(() -> 0))),
                        config,
                        told::add,
                        count -> {},
                        () -> 0))
                .await(30, TimeUnit.SECONDS);
        presence = edge.onLoop(() -> new LoopPresence(
                edge.vertx.getOrCreateContext(),
                new PresenceReporter(edge.vertx.getOrCreateContext(), bus),
                new RoomPresence(edge.vertx, bus),
                new StreamHub(List.of()),
                new MemoryBudget(1 << 20)));
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    /** No connection here ever gets its inbox. */
    @Test
    void typing_is_told_before_the_own_inbox_was_sent_and_ends_with_the_connection() throws Exception {
        edge.enter();
        Connection ann = edge.onLoop(() -> edge.open.get(0));
        type(ann);
        assertThat(Await.until(() -> told.size() == 1)).isTrue();
        assertThat(isTyping(0)).isTrue();
        edge.onLoop(() -> {
            presence.closed(ann);
            return ann;
        });
        assertThat(Await.until(() -> told.size() == 2)).isTrue();
        assertThat(isTyping(1)).isFalse();
    }

    @Test
    void client_that_is_closed_while_its_frame_is_checked_types_no_more() throws Exception {
        JdkPeer first = edge.enter();
        Connection gone = edge.onLoop(() -> edge.open.get(0));
        first.close();
        assertThat(Await.until(gone::isClosing)).isTrue();
        type(gone);
        edge.enter();
        type(edge.onLoop(() -> edge.open.get(edge.open.size() - 1)));
        assertThat(Await.until(() -> !told.isEmpty())).isTrue();
        assertThat(told).hasSize(1);
        assertThat(frame(0).getString("userId")).isEqualTo("user-2");
    }

    private void type(Connection client) throws Exception {
        edge.onLoop(() -> {
            presence.typing(client, BEN, true, false);
            return client;
        });
    }

    private boolean isTyping(int number) {
        return frame(number).getBoolean("isTyping");
    }

    private JsonObject frame(int number) {
        return new JsonObject(new String(told.get(number).json(), StandardCharsets.UTF_8));
    }

    /** Nothing is asked of it. */
    private static <S> S stub(Class<S> port) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, any) -> {
            throw new UnsupportedOperationException(method.toString());
        }));
    }
}
