package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomListing.Listed;
import dev.portcullis.rooms.directory.RoomListing.Page;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user may ask for lists in a loop, so a list must leave room in the connection to the store for others (CWE-770). */
class RoomListingTest {
    private static final UserId ANN = new UserId("ann");
    private static final List<RoomId> ROOMS = IntStream.range(0, 60)
            .mapToObj(i -> new RoomId("room-%02d".formatted(i)))
            .toList();

    @TempDir
    Path folder;

    private final SteppedStores steps = new SteppedStores();
    private EmbeddedStore engine;
    private RoomDirectory stepped;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        RowStore roomRows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        RoomStore rooms = new RoomStore(roomRows);
        RowStore rows = new MemoryRowStore(System::currentTimeMillis);
        RoomLimits limits = new RoomLimits(ROOMS.size(), 10, 10, 10, 10, 100, 60_000, ConsentLimits.STANDARD);
        RoomDirectory directory = new RoomDirectory(rooms, new RoomListStore(rows), limits);
        for (RoomId room : ROOMS) {
            assertThat(done(directory.create(room(room), Long.MAX_VALUE))).isEqualTo(RoomChange.DONE);
        }
        stepped = new RoomDirectory(
                new RoomStore(steps.stepped(RowStore.class, roomRows)),
                new RoomListStore(steps.stepped(RowStore.class, rows)),
                limits);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void page_is_read_a_few_rooms_at_a_time_and_keeps_its_order() throws Exception {
        Page page = inChunks(stepped.list(ANN, Optional.empty(), 100));
        assertThat(page.rooms()).extracting(Listed::id).containsExactlyElementsOf(ROOMS);
    }

    @Test
    void full_list_is_searched_a_few_rooms_at_a_time() throws Exception {
        assertThat(inChunks(stepped.create(room(new RoomId("one-more")), Long.MAX_VALUE)))
                .isEqualTo(RoomChange.TOO_MANY_ROOMS);
    }

    /** Lets the calls happen in any order. */
    private <T> T inChunks(Future<T> result) throws Exception {
        Random random = new Random();
        int most = 0;
        while (!steps.isIdle()) {
            most = Math.max(most, steps.waiting());
            steps.step(random);
        }
        assertThat(most).isEqualTo(ChunkedCalls.AT_ONCE);
        return result.result();
    }

    private static Room room(RoomId id) {
        return new Room(id, "Name", Visibility.PRIVATE, ANN, 1);
    }
}
