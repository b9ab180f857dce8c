package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.edge.session.RoomReports.Pauses;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.hooks.outbox.LaneQueue;
import dev.portcullis.hooks.outbox.OutboxConfig;
import dev.portcullis.hooks.outbox.OutboxConfig.WhenFull;
import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RoomReporterTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));

    @TempDir
    Path folder;

    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean away;
    private volatile int failsEach;
    private Context loop;
    private EmbeddedStore store;
    private RowStore rows;
    private HookOutbox outbox;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        loop = vertx.getOrCreateContext();
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rows = new EmbeddedRowStore(store, () -> 1_000_000);
        outbox = outbox(rows);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** An application that shows who is there would show for ever who left during an outage. */
    @Test
    void room_that_was_left_during_a_long_outage_is_told_when_the_store_is_back() throws Exception {
        RoomReporter reporter = reporter(100);
        FrameRecipient ann = member("ann");
        run(() -> reporter.subscribed(ann, LOBBY));
        Await.until(() -> told().size() == 1);
        away = true;
        run(() -> reporter.unsubscribed(ann, LOBBY));
        assertThat(Await.until(() -> failed.get() > 300)).isTrue();
        away = false;
        assertThat(Await.until(() -> told().size() == 2)).isTrue();
        assertThat(told()).containsExactly("room.joined", "room.left");
    }

    @Test
    void what_one_session_did_during_an_outage_is_told_in_its_order() throws Exception {
        RoomReporter reporter = reporter(100);
        FrameRecipient ann = member("ann");
        away = true;
        run(() -> {
            reporter.subscribed(ann, LOBBY);
            reporter.unsubscribed(ann, LOBBY);
            reporter.subscribed(ann, LOBBY);
        });
        assertThat(Await.until(() -> failed.get() > 3)).isTrue();
        away = false;
        assertThat(Await.until(() -> told().size() == 3)).isTrue();
        assertThat(told()).containsExactly("room.joined", "room.left", "room.joined");
        assertThat(events().stream().map(StoredEvent::id)).doesNotHaveDuplicates();
    }

    /** A server that shuts down its clients, or a network that is cut, ends all at once. */
    @Test
    void thousands_that_leave_at_once_are_all_told_though_the_store_takes_few_at_a_time() throws Exception {
        RoomReporter reporter = reporter(100);
        List<FrameRecipient> members = IntStream.range(0, 3_600)
                .mapToObj(number -> member("user-" + number))
                .toList();
        failsEach = 7;
        run(() -> members.forEach(member -> reporter.subscribed(member, LOBBY)));
        assertThat(Await.until(() -> told().size() == members.size())).isTrue();
        run(() -> members.forEach(member -> reporter.unsubscribed(member, LOBBY)));
        assertThat(Await.until(() -> told().size() == 2 * members.size())).isTrue();
        assertThat(failed.get()).as("the store failed at times").isPositive();
        Map<String, List<String>> bySession = events().stream()
                .collect(Collectors.groupingBy(
                        event -> new JsonObject(new String(event.json(), StandardCharsets.UTF_8))
                                .getJsonObject("data")
                                .getString("sessionId"),
                        Collectors.mapping(StoredEvent::type, Collectors.toList())));
        assertThat(bySession).hasSize(members.size());
        assertThat(bySession.values()).allMatch(List.of("room.joined", "room.left")::equals);
        assertThat(events().stream().map(StoredEvent::id)).doesNotHaveDuplicates();
        assertThat(Await.until(() -> reporter.waiting() == 0)).isTrue();
    }

    private RoomReporter reporter(int most) {
        return new RoomReporter(loop, outbox(sometimesAway()), () -> "n:1", () -> 7, most, new Pauses(1, 2));
    }

    private static HookOutbox outbox(RowStore in) {
        return new HookOutbox(in, new OutboxConfig(Set.of(HookType.values()), 10_000, WhenFull.DISCARD, 3));
    }

    /** The same rows, of which a test decides whether their store answers. */
    private RowStore sometimesAway() {
        return (RowStore) Proxy.newProxyInstance(
                RowStore.class.getClassLoader(), new Class<?>[] {RowStore.class}, (proxy, method, arguments) -> {
                    if (away || (failsEach > 0 && calls.incrementAndGet() % failsEach == 0)) {
                        failed.incrementAndGet();
                        return Future.failedFuture(new StoreFailure("away"));
                    }
                    return elsewhere((Future<?>) method.invoke(rows, arguments));
                });
    }

    /** As for a caller without a Vert.x context, such as the listener of a channel that was closed. */
    private static Future<?> elsewhere(Future<?> answer) {
        Promise<Object> promise = Promise.promise();
        answer.onComplete(done -> ForkJoinPool.commonPool().execute(() -> promise.handle(done.map(any -> any))));
        return promise.future();
    }

    private List<String> told() {
        return events().stream().map(StoredEvent::type).toList();
    }

    private List<StoredEvent> events() {
        try {
            return done(outbox.claim(LaneQueue.of(LOBBY.lane()), "test", new Bounds(10_000, 1 << 24, 10_000)))
                    .map(claim -> List.copyOf(claim.events()))
                    .orElse(List.of());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private void run(Runnable action) throws Exception {
        Future<Void> ran = Future.future(promise -> loop.runOnContext(any -> {
            action.run();
            promise.complete();
        }));
        done(ran);
    }

    private static FrameRecipient member(String user) {
        Sender sender = new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "session-of-" + user);
        Session session = new Session(
                sender, "", "t", 0, 0, 10, new SessionOwner("n", "n:1", 0), "127.0.0.1", "", Optional.empty());
        return (FrameRecipient) Proxy.newProxyInstance(
                FrameRecipient.class.getClassLoader(),
                new Class<?>[] {FrameRecipient.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("identified")) {
                        return Optional.of(session);
                    }
                    throw new AssertionError("a report needs no " + method.getName());
                });
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
