package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes of rows, as releases have written them. They must stay readable. */
class EntryRowTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));

    @Test
    void row_of_the_first_version_is_read_as_an_entry_that_cannot_be_amended() {
        byte[] written = HexFormat.of()
                .parseHex("01" + "00026531" + "0000000000000005" + "0000000000000004" + "000362656e" + "2268692270");
        EntryRow row = EntryRow.decode(LOBBY, 7, written);
        assertThat(row.entry().position()).isEqualTo(new Position("e1", 7));
        assertThat(row.stored()).isEqualTo(5);
        assertThat(row.entry().timestamp()).isEqualTo(4);
        assertThat(row.entry().bars()).contains(new UserId("ben"));
        assertThat(text(row)).isEqualTo("\"hi\"p");
        assertThat(row.state()).isEqualTo(EntryState.PLAIN);
        assertThat(row.message()).isEmpty();
        assertThat(row.encode()).isEqualTo(written);
    }

    @Test
    void row_of_a_message_has_its_state_its_author_and_its_id() {
        byte[] written = HexFormat.of()
                .parseHex("02" + "00026531" + "0000000000000005" + "01" + "0000000000000000" + "0000000000000004"
                        + "0000" + "0003616e6e" + "00026d31" + "6869");
        EntryRow row = EntryRow.decode(LOBBY, 7, written);
        assertThat(row.state()).isEqualTo(EntryState.MESSAGE);
        assertThat(row.message()).contains(new Message("m1", new UserId("ann")));
        assertThat(row.isMessage("m1")).isTrue();
        assertThat(row.isMessage("m2")).isFalse();
        assertThat(text(row)).isEqualTo("hi");
        assertThat(row.encode()).isEqualTo(written);
    }

    @Test
    void each_state_is_read_as_it_was_written() {
        StreamEntry entry = new StreamEntry(LOBBY, new Position("e1", 7), 4, new byte[] {1, 2});
        Message message = new Message("m1", new UserId("ann"));
        for (EntryState state : EntryState.values()) {
            Optional<Message> of = state == EntryState.PLAIN ? Optional.empty() : Optional.of(message);
            EntryRow row = new EntryRow(5, entry, state, state == EntryState.EDITED ? 9 : 0, of);
            assertThat(row.length()).isEqualTo(row.encode().length);
            EntryRow read = EntryRow.decode(LOBBY, 7, row.encode());
            assertThat(read.state()).isEqualTo(state);
            assertThat(read.amendedBy()).isEqualTo(row.amendedBy());
            assertThat(read.message()).isEqualTo(of);
            assertThat(read.isMessage("m1")).isEqualTo(state.isMessage());
        }
    }

    @Test
    void row_of_a_later_release_is_a_failure_of_the_store() {
        assertThatThrownBy(() -> EntryRow.decode(LOBBY, 7, HexFormat.of().parseHex("03" + "00026531")))
                .isInstanceOf(StoreFailure.class);
        byte[] unknownState = HexFormat.of().parseHex("02" + "00026531" + "0000000000000005" + "09");
        assertThatThrownBy(() -> EntryRow.decode(LOBBY, 7, unknownState)).isInstanceOf(StoreFailure.class);
    }

    private static String text(EntryRow row) {
        return new String(row.entry().body(), StandardCharsets.UTF_8);
    }
}
