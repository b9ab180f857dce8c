package dev.portcullis.broadcast.server;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.UnstoredEvents;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Lists of messages over a real bus and a real store, which fails for some. */
@ExtendWith(VertxExtension.class)
class ServerResponderTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final Target TO_LOBBY = new Target.ToRoom(new RoomId("lobby"));
    private static final int COUNT = 100;
    private static final Set<Integer> FAILING = Set.of(0, 5, 40, 99);

    @TempDir
    Path folder;

    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final AtomicInteger appends = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private Vertx vertx;
    private EmbeddedStore store;
    private StreamStore streams;
    private ServerPublisher publisher;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        EmbeddedStreamStore embedded = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
        streams = embedded;
        BroadcastConfig config = BroadcastConfig.read(empty(), empty(), CircuitBreaker.Config.STANDARD);
        StreamWindow window = new StreamWindow(1_000, 86_400_000);
        done(bus.answer(EdgeInterests.SNAPSHOT, 0, asked -> Future.failedFuture("not asked on one node")));
        FanOut fanOut = new FanOut(bus, new EdgeInterests(bus, config.interestBits(), System::nanoTime));
        done(new ServerResponder(
                        watched(),
                        new PublishPolicy(
                                new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false)),
                                config,
                                StreamWindows.fixed(window, window),
                                InboxConfig.read(empty())),
                        fanOut,
                        new UnstoredEvents(
                                streams,
                                new BlockListStore(new EmbeddedRowStore(store, System::currentTimeMillis)),
                                frame -> sent.add("event"),
                                config.messageBytes(),
                                System::currentTimeMillis),
                        System::currentTimeMillis)
                .answer(bus, 0));
        publisher = new ServerPublisher(vertx, bus, 30_000, System::currentTimeMillis);
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
        store.close();
    }

    @Test
    void list_is_appended_in_its_order_a_few_messages_at_a_time_and_each_has_its_own_outcome() throws Exception {
        List<ServerOutcome> outcomes = done(publisher.publish(
                TO_LOBBY, IntStream.range(0, COUNT).mapToObj(i -> message(i)).toList(), COUNT));

        assertThat(outcomes)
                .extracting(outcome -> outcome.fold(stored -> "stored", () -> "sent", why -> why.id()))
                .containsExactlyElementsOf(IntStream.range(0, COUNT)
                        .mapToObj(i -> FAILING.contains(i) ? Reason.UNAVAILABLE.id() : "stored")
                        .toList());
        assertThat(done(streams.after(LOBBY, 0, new Bounds(COUNT, 1 << 20))).entries())
                .extracting(entry ->
                        new JsonObject("{" + new String(entry.body(), StandardCharsets.UTF_8)).getString("content"))
                .containsExactlyElementsOf(IntStream.range(0, COUNT)
                        .filter(i -> !FAILING.contains(i))
                        .mapToObj(i -> "text " + i)
                        .toList());
        assertThat(appends).hasValue(COUNT);
        assertThat(mostInFlight.get()).isBetween(2, ChunkedCalls.AT_ONCE);
    }

    /** With two stored messages in a row, which are still committed together. */
    @Test
    void event_that_is_not_stored_is_sent_behind_the_stored_messages_in_front_of_it() throws Exception {
        List<String> order = IntStream.range(0, COUNT)
                .mapToObj(i -> i % 3 == 1 ? "event" : "text")
                .toList();

        List<ServerOutcome> outcomes = done(publisher.publish(
                TO_LOBBY,
                IntStream.range(0, COUNT)
                        .mapToObj(i -> order.get(i).equals("event") ? unstored(i) : message(i))
                        .toList(),
                COUNT));

        assertThat(sent).isEqualTo(order);
        assertThat(outcomes)
                .extracting(outcome -> outcome.fold(stored -> "text", () -> "event", why -> "text"))
                .isEqualTo(order);
        assertThat(mostInFlight).hasValue(2);
    }

    private static SystemMessage unstored(int i) {
        byte[] data = "1".getBytes(StandardCharsets.UTF_8);
        return new SystemMessage(
                Publication.Event.of(TO_LOBBY, "cursor", data, data), Optional.empty(), "key-" + i, false);
    }

    /** Asked on one event loop. */
    private StreamStore watched() {
        return (StreamStore) Proxy.newProxyInstance(
                StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, (proxy, method, arguments) -> {
                    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    Future<?> append = FAILING.contains(appends.getAndIncrement())
                            ? vertx.timer(1, TimeUnit.MILLISECONDS)
                                    .compose(any -> Future.failedFuture(new StoreFailure("too slow")))
                            : streams.append((AppendRequest) arguments[0]);
                    return append.onComplete(any -> {
                        inFlight.decrementAndGet();
                        sent.add("text");
                    });
                });
    }

    private static SystemMessage message(int i) {
        return new SystemMessage(
                new Publication.Message(TO_LOBBY, "text " + i, Optional.empty(), List.of()),
                Optional.empty(),
                "key-" + i,
                true);
    }

    private static Section empty() {
        return Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")));
    }
}
