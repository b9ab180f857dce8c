package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A user may ask for pages in a loop, so a page must leave room in the connection to the store for others (CWE-770). */
class RoomCatalogTest {
    private static final int ROOMS = 60;

    private final Deque<Promise<RoomFacts>> inFlight = new ArrayDeque<>();

    @Test
    void page_of_configured_rooms_reads_few_rooms_at_a_time() {
        RoomId[] configured = IntStream.range(0, ROOMS)
                .mapToObj(i -> new RoomId("room-%02d".formatted(i)))
                .toArray(RoomId[]::new);
        RoomStore rooms = port(RoomStore.class, inFlight);
        RoomCatalog catalog = new RoomCatalog(
                new RoomDirectory(
                        rooms, new RoomListStore(port(RowStore.class, new ArrayDeque<>())), RoomLimits.STANDARD),
                rooms,
                RoomsFixture.open(configured));

        Future<RoomPage> page = catalog.page(new UserId("ann"), Optional.of("configured~"), ROOMS);

        int read = 0;
        for (; !inFlight.isEmpty(); read++) {
            assertThat(inFlight).hasSizeLessThanOrEqualTo(ChunkedCalls.AT_ONCE);
            inFlight.remove().complete(RoomsFixture.facts(Optional.empty()));
        }
        assertThat(read).isEqualTo(ROOMS);
        assertThat(page.result().rooms()).extracting(RoomView::id).containsExactly(configured);
        assertThat(page.result().next()).contains("configured~room-59");
    }

    /** Each call waits to be answered. */
    private static <T, R> T port(Class<T> port, Deque<Promise<R>> calls) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    Promise<R> call = Promise.promise();
                    calls.add(call);
                    return call.future();
                }));
    }
}
