package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A user may ask for pages in a loop, so a page must leave room in the connection to the store for others (CWE-770). */
class RoomCatalogTest {
    private static final int ROOMS = 60;

    private final Deque<Promise<Void>> inFlight = new ArrayDeque<>();

    @Test
    void page_of_configured_rooms_reads_few_rooms_at_a_time() {
        RoomId[] configured = IntStream.range(0, ROOMS)
                .mapToObj(i -> new RoomId("room-%02d".formatted(i)))
                .toArray(RoomId[]::new);
        RowStore rows = new MemoryRowStore(System::currentTimeMillis);
        RoomStore rooms = new RoomStore(new WatchedRows(
                rows,
                any -> {
                    Promise<Void> call = Promise.promise();
                    inFlight.add(call);
                    return call.future();
                },
                any -> Future.succeededFuture()));
        RoomCatalog catalog = new RoomCatalog(
                new RoomDirectory(rooms, new RoomListStore(rows), RoomLimits.STANDARD),
                rooms,
                Live.fixed(RoomsFixture.open(configured)));

        Future<RoomPage> page = catalog.page(new UserId("ann"), Optional.of("configured~"), ROOMS);

        int read = 0;
        for (; !inFlight.isEmpty(); read++) {
            assertThat(inFlight).hasSizeLessThanOrEqualTo(ChunkedCalls.AT_ONCE);
            inFlight.remove().complete();
        }
        assertThat(read).isEqualTo(ROOMS);
        assertThat(page.result().rooms()).extracting(RoomView::id).containsExactly(configured);
        assertThat(page.result().next()).contains("configured~room-59");
    }
}
