package dev.portcullis.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantedRoomsTest {
    @ParameterizedTest
    @CsvSource({
        "lobby, lobby, true",
        "lobby, lobb, false",
        "lobby, lobbyx, false",
        "lobby, obby, false",
        "team-*, team-, true",
        "team-*, team-7, true",
        "team-*, team, false",
        "team-*, ateam-7, false",
        "*, anything, true",
        "LOBBY, lobby, false",
        "a b c, b, true",
        "a b c, ab, false",
        "ab c, bc, false",
        "a* b, ab, true",
        "a* b, b, true",
        "a b*, a, true"
    })
    void room_is_covered_by_its_name_or_a_prefix_but_not_across_two_names(String names, String room, boolean covered) {
        assertThat(GrantedRooms.of(List.of(names.split(" ", -1))).cover(new RoomId(room)))
                .isEqualTo(covered);
    }

    @Test
    void empty_list_or_name_covers_no_room() {
        assertThat(GrantedRooms.of(List.of()).cover(new RoomId("lobby"))).isFalse();
        assertThat(GrantedRooms.of(List.of("")).cover(new RoomId("lobby"))).isFalse();
    }

    @Test
    void granted_rooms_equal_the_list_that_they_were_made_of() {
        List<String> names = List.of("lobby", "team-*", "", "x");
        assertThat(GrantedRooms.of(names)).isEqualTo(names).hasSize(4);
        assertThat(names).isEqualTo(GrantedRooms.of(names));
        assertThat(GrantedRooms.of(names).hashCode()).isEqualTo(names.hashCode());
    }
}
