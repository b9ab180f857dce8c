package dev.portcullis.streams.holds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HoldsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName HALL = StreamName.room(new RoomId("hall"));
    private static final PlacedHold OF_LOBBY = new PlacedHold(new Hold.OfRoom(new RoomId("lobby")), 1, "op");
    private static final PlacedHold OF_ANN = new PlacedHold(new Hold.OfUser(ANN), 2, "op");

    private final Holds holds = new Holds(List.of(OF_LOBBY, OF_ANN));

    @Test
    void hold_of_a_room_covers_each_entry_of_the_room_and_no_other() {
        assertThat(holds.covering(LOBBY, BEN)).containsExactly(OF_LOBBY);
        assertThat(copies(row(LOBBY, Optional.empty()))).containsExactly(OF_LOBBY);
        assertThat(copies(row(HALL, Optional.empty()))).isEmpty();
        assertThat(holds.covering(StreamName.room(new RoomId("lobby2")), BEN)).isEmpty();
    }

    @Test
    void hold_of_a_user_covers_what_the_user_wrote_anywhere() {
        assertThat(holds.covering(HALL, ANN)).containsExactly(OF_ANN);
        assertThat(holds.covering(StreamName.inbox(BEN), ANN)).containsExactly(OF_ANN);
        assertThat(holds.covering(HALL, BEN)).isEmpty();
    }

    @Test
    void hold_of_a_user_covers_all_entries_of_the_own_inbox_once() {
        StreamName inbox = StreamName.inbox(ANN);
        assertThat(holds.covering(inbox, BEN)).containsExactly(OF_ANN);
        assertThat(holds.covering(inbox, ANN)).containsExactly(OF_ANN);
        assertThat(copies(row(inbox, Optional.empty()))).containsExactly(OF_ANN);
        assertThat(holds.covering(StreamName.inbox(BEN), BEN)).isEmpty();
    }

    @Test
    void entry_that_several_holds_cover_is_copied_for_each() {
        assertThat(copies(row(LOBBY, Optional.of(ANN)))).containsExactly(OF_LOBBY, OF_ANN);
    }

    @Test
    void gap_of_a_trimmed_entry_is_not_copied() {
        assertThat(copies(row(StreamName.inbox(ANN), Optional.of(BEN)).trimmed()))
                .isEmpty();
    }

    @Test
    void any_stream_may_be_covered_once_a_user_is_held() {
        assertThat(holds.mayCover(HALL)).isTrue();
        Holds ofRoom = new Holds(List.of(OF_LOBBY));
        assertThat(ofRoom.mayCover(LOBBY)).isTrue();
        assertThat(ofRoom.mayCover(HALL)).isFalse();
        assertThat(Holds.NONE.mayCover(LOBBY)).isFalse();
    }

    @Test
    void place_of_a_copy_is_read_back_and_anything_else_is_none() {
        HeldPlace place = HeldPlace.of(row(LOBBY, Optional.of(ANN)));
        assertThat(HeldPlace.decode(place.encode())).contains(place);
        for (String wrong : List.of("", "x", "1 room:a", "a room:a 1 e1", "1 room:a b e1", "1 room:a 1 e1 x")) {
            assertThat(HeldPlace.decode(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void kinds_and_ids_that_are_none_make_no_hold() {
        assertThat(Hold.of("room", "lobby")).contains(OF_LOBBY.hold());
        assertThat(Hold.of("user", "ann")).contains(OF_ANN.hold());
        assertThat(Hold.of("team", "ann")).isEmpty();
        assertThat(Hold.of("room", "a b")).isEmpty();
        assertThat(Hold.of("user", "")).isEmpty();
        assertThat(Hold.of("user", "deleted")).isEmpty();
    }

    private List<PlacedHold> copies(EntryRow row) {
        return holds.copies(List.of(row)).stream().map(HeldMessage::hold).toList();
    }

    private static EntryRow row(StreamName stream, Optional<UserId> author) {
        return new EntryRow(
                7_000,
                new StreamEntry(stream, new Position("e1", 7), 7_000, new byte[] {'x'}),
                author.isPresent() ? EntryState.MESSAGE : EntryState.PLAIN,
                0,
                author.map(user -> new Message("m7", user)));
    }
}
