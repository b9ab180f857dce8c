package dev.portcullis.streams.holds;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.streams.holds.HoldStore.AllLifted;
import dev.portcullis.streams.holds.HoldStore.Lifted;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HoldStoreTest {
    private static final Hold LOBBY = new Hold.OfRoom(new RoomId("lobby"));
    private static final Hold ANN = new Hold.OfUser(new UserId("ann"));

    private final AtomicLong now = new AtomicLong(1_000);
    private final HoldStore store = new HoldStore(new MemoryRowStore(now::get));

    @Test
    void hold_is_in_force_until_it_is_lifted() {
        assertThat(done(store.read()).isEmpty()).isTrue();
        assertThat(done(store.place(LOBBY, "olga of the law", Long.MAX_VALUE))).isEqualTo(HoldPlacement.NEW);
        assertThat(done(store.place(ANN, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.NEW);
        assertThat(done(store.read()).all())
                .containsExactlyInAnyOrder(
                        new PlacedHold(LOBBY, 1_000, "olga of the law"), new PlacedHold(ANN, 1_000, "olga"));
        now.set(2_000);
        assertThat(done(store.lift(LOBBY, Long.MAX_VALUE))).isTrue();
        assertThat(done(store.lift(LOBBY, Long.MAX_VALUE))).isFalse();
        assertThat(done(store.read()).all()).extracting(PlacedHold::hold).containsExactly(ANN);
    }

    @Test
    void hold_that_is_placed_again_stays_as_it_is() {
        done(store.place(LOBBY, "olga", Long.MAX_VALUE));
        now.set(2_000);
        assertThat(done(store.place(LOBBY, "otto", Long.MAX_VALUE))).isEqualTo(HoldPlacement.IN_FORCE);
        assertThat(done(store.read()).all()).containsExactly(new PlacedHold(LOBBY, 1_000, "olga"));
    }

    @Test
    void lifted_hold_is_known_until_it_is_forgotten_and_is_none_that_is_placed_at_the_same_time() {
        done(store.place(LOBBY, "olga", Long.MAX_VALUE));
        done(store.lift(LOBBY, Long.MAX_VALUE));
        done(store.place(LOBBY, "otto", Long.MAX_VALUE));
        AllLifted lifted = done(store.lifted());
        assertThat(lifted.now()).isEqualTo(1_000);
        assertThat(lifted.holds()).extracting(Lifted::at).containsExactly(1_000L);
        PlacedHold former = lifted.holds().get(0).hold();
        PlacedHold present = done(store.read()).of(LOBBY).orElseThrow();
        assertThat(present.since()).isGreaterThan(former.since());
        done(store.forget(former));
        assertThat(done(store.lifted()).holds()).isEmpty();
        assertThat(done(store.read()).all()).containsExactly(present);
    }

    @Test
    void no_more_holds_are_placed_than_each_amendment_can_read() {
        for (int i = 0; i < HoldStore.MOST - 1; i++) {
            assertThat(done(store.place(new Hold.OfRoom(new RoomId("room-" + i)), "olga", Long.MAX_VALUE)))
                    .isEqualTo(HoldPlacement.NEW);
        }
        done(store.lift(new Hold.OfRoom(new RoomId("room-1")), Long.MAX_VALUE));
        assertThat(done(store.place(LOBBY, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.NEW);
        assertThat(done(store.place(ANN, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.FULL);
        assertThat(done(store.place(LOBBY, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.IN_FORCE);
        done(store.forget(done(store.lifted()).holds().get(0).hold()));
        assertThat(done(store.place(ANN, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.NEW);
    }
}
