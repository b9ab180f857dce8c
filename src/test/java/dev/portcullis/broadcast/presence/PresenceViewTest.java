package dev.portcullis.broadcast.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PresenceViewTest {
    private static final List<RoomId> ROOMS =
            IntStream.range(0, 3_000).mapToObj(i -> new RoomId("room-" + i)).toList();

    @Test
    void rooms_are_shared_out_evenly() {
        PresenceView view = new PresenceView(Map.of("vm-a", 2, "vm-b", 2, "vm-c", 2));
        Map<PresenceView.Owner, Long> shares = ROOMS.stream()
                .collect(Collectors.groupingBy(room -> view.ownerOf(room).orElseThrow(), Collectors.counting()));
        assertThat(shares).hasSize(6);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(350L, 650L));
    }

    @Test
    void node_that_goes_moves_only_its_own_rooms() {
        PresenceView before = new PresenceView(Map.of("vm-a", 2, "vm-b", 2, "vm-c", 2));
        PresenceView after = new PresenceView(Map.of("vm-a", 2, "vm-b", 2));
        assertThat(ROOMS)
                .filteredOn(room -> !before.ownerOf(room).orElseThrow().node().equals("vm-c"))
                .isNotEmpty()
                .allSatisfy(room -> assertThat(after.ownerOf(room)).isEqualTo(before.ownerOf(room)));
    }

    @Test
    void room_has_no_owner_without_an_instance() {
        assertThat(new PresenceView(Map.of()).ownerOf(ROOMS.get(0))).isEmpty();
    }
}
