package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomListStore.Claim;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoomListStoreTest {
    private static final long NOW = 1_000_000;
    private static final RoomId ROOM = new RoomId("room");
    private static final RoomList ANNS = RoomList.joined(new UserId("ann"));

    private final AtomicLong clock = new AtomicLong(NOW);

    private final MemoryRowStore rows = new MemoryRowStore(clock::get);

    private RoomListStore store() {
        return new RoomListStore(rows);
    }

    @Test
    void claimed_entry_is_found_in_its_list_only() throws Exception {
        Claim claim = claim(ANNS, ROOM, 10).orElseThrow();

        assertThat(claim).isEqualTo(new Claim(new Entry(ROOM, NOW, false), true));
        assertThat(done(store().find(ANNS, ROOM))).contains(claim.entry());
        for (RoomList other :
                List.of(RoomList.PUBLIC, RoomList.owned(new UserId("ann")), RoomList.joined(new UserId("an")))) {
            assertThat(done(store().find(other, ROOM))).isEmpty();
            assertThat(done(store().page(other, Optional.empty(), 10))).isEmpty();
        }
    }

    @Test
    void entry_that_is_claimed_again_has_another_stamp_whatever_the_clock_says() throws Exception {
        claim(ANNS, ROOM, 1);

        assertThat(claim(ANNS, ROOM, 1)).contains(new Claim(new Entry(ROOM, NOW + 1, false), false));
        clock.set(NOW - 500);
        assertThat(claim(ANNS, ROOM, 1)).contains(new Claim(new Entry(ROOM, NOW + 2, false), false));
        clock.set(NOW + 500);
        assertThat(claim(ANNS, ROOM, 1)).contains(new Claim(new Entry(ROOM, NOW + 500, false), false));
    }

    @Test
    void list_has_no_more_entries_than_it_may_also_if_they_come_at_the_same_time() throws Exception {
        List<Future<Optional<Claim>>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(store().claim(ANNS, new RoomId("r" + i), 5));
        }
        List<Optional<Claim>> claims = done(Future.all(all).map(each -> each.<Optional<Claim>>list()));

        assertThat(claims).filteredOn(Optional::isPresent).hasSize(5);
        List<Entry> entries = done(store().page(ANNS, Optional.empty(), 100));
        assertThat(entries).hasSize(5);
        assertThat(done(store().remove(ANNS, entries.get(0)))).isTrue();
        assertThat(claim(ANNS, new RoomId("next"), 5)).isPresent();
        assertThat(claim(ANNS, new RoomId("more"), 5)).isEmpty();
    }

    @Test
    void entry_is_settled_when_it_is_read_at_its_age() throws Exception {
        claim(ANNS, ROOM, 10);

        clock.set(NOW + RoomListStore.KEPT_MS - 1);
        assertThat(done(store().find(ANNS, ROOM))).contains(new Entry(ROOM, NOW, false));
        assertThat(done(store().page(ANNS, Optional.empty(), 10))).containsExactly(new Entry(ROOM, NOW, false));
        clock.set(NOW + RoomListStore.KEPT_MS);
        assertThat(done(store().find(ANNS, ROOM))).contains(new Entry(ROOM, NOW, true));
        assertThat(done(store().page(ANNS, Optional.empty(), 10))).containsExactly(new Entry(ROOM, NOW, true));
    }

    @Test
    void entry_is_removed_only_under_its_stamp() throws Exception {
        Entry entry = claim(ANNS, ROOM, 10).orElseThrow().entry();

        clock.set(NOW + 100);
        Entry again = claim(ANNS, ROOM, 10).orElseThrow().entry();
        assertThat(done(store().remove(ANNS, entry))).isFalse();
        assertThat(done(store().find(ANNS, ROOM))).contains(again);
        assertThat(done(store().remove(ANNS, again))).isTrue();
        assertThat(done(store().remove(ANNS, again))).isFalse();
        assertThat(done(store().find(ANNS, ROOM))).isEmpty();
        assertThat(done(store().page(ANNS, Optional.empty(), 10))).isEmpty();
    }

    @Test
    void pages_go_on_behind_a_room_also_if_it_is_gone() throws Exception {
        for (String room : List.of("d", "a", "c", "B", "a.1")) {
            claim(ANNS, new RoomId(room), 10);
        }
        assertThat(rooms(Optional.empty(), 3)).containsExactly("B", "a", "a.1");
        done(store().remove(ANNS, new Entry(new RoomId("a.1"), NOW, false)));
        claim(ANNS, new RoomId("aa"), 10);
        assertThat(rooms(Optional.of(new RoomId("a.1")), 3)).containsExactly("aa", "c", "d");
    }

    private List<String> rooms(Optional<RoomId> after, int limit) throws Exception {
        return done(store().page(ANNS, after, limit)).stream()
                .map(entry -> entry.room().value())
                .toList();
    }

    private Optional<Claim> claim(RoomList list, RoomId room, int max) throws Exception {
        return done(store().claim(list, room, max));
    }
}
