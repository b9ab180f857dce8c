package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.embedded.MessageIndexes.Place;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Else who asks for what is not there has the store read all bytes of a room each time (CWE-400). */
class MessageIndexesTest {
    private static final StreamName ROOM = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");

    private final MessageIndexes indexes = new MessageIndexes();
    private final List<EntryRow> rows = new ArrayList<>();
    private String epoch = "e1";
    private long first = 1;
    private int read;

    @Test
    void entry_is_read_once_also_by_those_who_ask_for_what_is_not_there() {
        for (int i = 0; i < 300; i++) {
            add("m" + i, EntryState.MESSAGE);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(find(ROOM, "none")).isEmpty();
        }
        assertThat(read).isEqualTo(300);
        add("m300", EntryState.MESSAGE);
        assertThat(find(ROOM, "m300")).contains(new Place(301, 0));
        assertThat(read).isEqualTo(301);
    }

    @Test
    void amendments_are_counted_whenever_they_came() {
        add("m1", EntryState.EDITED);
        add("m1", EntryState.AMENDMENT);
        assertThat(find(ROOM, "m1")).contains(new Place(1, 1));
        add("m1", EntryState.AMENDMENT);
        assertThat(find(ROOM, "m1")).contains(new Place(1, 2));
    }

    @Test
    void other_epoch_is_read_from_its_beginning() {
        add("m1", EntryState.MESSAGE);
        find(ROOM, "m1");
        rows.clear();
        epoch = "e2";
        add("m2", EntryState.MESSAGE);
        assertThat(find(ROOM, "m1")).isEmpty();
        assertThat(find(ROOM, "m2")).contains(new Place(1, 0));
    }

    @Test
    void index_of_a_stream_that_goes_on_forgets_what_is_no_longer_kept() {
        for (int i = 0; i < 1_000; i++) {
            add("m" + i, EntryState.MESSAGE);
            first = Math.max(1, rows.size() - 9);
            find(ROOM, "none");
        }
        assertThat(find(ROOM, "m0")).isEmpty();
        assertThat(find(ROOM, "m999")).contains(new Place(1_000, 0));
        assertThat(read).as("each once, and the ten that are kept now and then").isBetween(1_000, 1_300);
    }

    @Test
    void streams_that_were_amended_last_are_known() {
        add("m1", EntryState.MESSAGE);
        for (int i = 0; i < 1_000; i++) {
            find(StreamName.room(new RoomId("room-" + i)), "m1");
        }
        assertThat(read).isEqualTo(1_000);
        find(StreamName.room(new RoomId("room-999")), "m1");
        assertThat(read).isEqualTo(1_000);
        find(StreamName.room(new RoomId("room-0")), "m1");
        assertThat(read).isEqualTo(1_001);
    }

    private void add(String id, EntryState state) {
        StreamEntry entry = new StreamEntry(ROOM, new Position(epoch, rows.size() + 1), 0, new byte[0]);
        rows.add(new EntryRow(0, entry, state, 0, Optional.of(new Message(id, ANN))));
    }

    private Optional<Place> find(StreamName stream, String id) {
        StreamMeta meta = new StreamMeta(
                epoch, rows.size(), first, 0, 0, 0, List.of(), 0, Optional.empty(), StreamRetention.NONE, 0);
        return indexes.find(stream, meta, id, (from, to, visitor) -> {
            for (long seq = from; seq <= to; seq++) {
                read++;
                visitor.accept(rows.get((int) seq - 1));
            }
        });
    }
}
