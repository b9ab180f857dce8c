package dev.portcullis.streams.embedded;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.ReadMarkStoreContract;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryReadMarkStoreTest extends ReadMarkStoreContract {
    private static final UserId ANN = new UserId("ann");

    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.streams().marks(), fixture);
    }

    @Test
    void mark_of_an_earlier_stream_is_void_and_one_ahead_of_an_older_head_is_not() throws Exception {
        Map<StreamName, Position> heads = new HashMap<>();
        ReadMarkStore marks = new MemoryReadMarkStore(room -> Future.succeededFuture(heads.get(room)), 2);
        StreamName room = room("a");
        heads.put(room, new Position("e1", 9));
        assertThat(await(marks.mark(room, ANN, 9, 2))).hasValue(9);
        heads.put(room, new Position("e1", 8));
        assertThat(await(marks.mark(room, ANN, 8, 2))).isEmpty();
        heads.put(room, new Position("e2", 3));
        assertThat(await(marks.mark(room, ANN, 2, 2))).hasValue(2);
    }

    @Test
    void marks_of_the_room_that_was_marked_least_recently_are_dropped() throws Exception {
        ReadMarkStore marks = new MemoryReadMarkStore(room -> Future.succeededFuture(new Position("e", 9)), 2);
        await(marks.mark(room("a"), ANN, 5, 2));
        await(marks.mark(room("b"), ANN, 5, 2));
        await(marks.mark(room("a"), ANN, 6, 2));
        await(marks.mark(room("c"), ANN, 5, 2));
        assertThat(await(marks.mark(room("a"), ANN, 6, 2))).isEmpty();
        assertThat(await(marks.mark(room("b"), ANN, 5, 2))).hasValue(5);
    }

    private static StreamName room(String id) {
        return StreamName.room(new RoomId(id));
    }
}
