package dev.portcullis.cluster.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WaitsTest {
    private final AtomicLong now = new AtomicLong();
    private final History history = new History(now::get);
    private final History.Witness ann = history.witness("ann/0", "ann");
    private final History.Witness ben = history.witness("ben/0", "ben");

    @Test
    void frames_that_wait_behind_others_wait_from_the_last_answer_on() {
        at(0, () -> sent(ann, "a"));
        at(10, () -> sent(ann, "b"));
        at(30, () -> acked(ann, "a"));
        at(50, () -> ann.note(new ClientEvent.Refused("lobby", "b", "unavailable")));
        assertThat(Waits.longest(history)).isEqualTo(Duration.ofNanos(30));
    }

    @Test
    void silence_without_a_frame_under_way_is_no_wait_and_each_client_waits_for_itself() {
        at(0, () -> sent(ann, "a"));
        at(5, () -> acked(ann, "a"));
        at(100, () -> sent(ann, "b"));
        at(101, () -> sent(ben, "c"));
        at(103, () -> acked(ann, "b"));
        at(121, () -> acked(ben, "c"));
        assertThat(Waits.longest(history)).isEqualTo(Duration.ofNanos(20));
    }

    private void at(long nanos, Runnable deed) {
        now.set(nanos);
        deed.run();
    }

    private static void sent(History.Witness who, String id) {
        who.note(new ClientEvent.Sent("lobby", Entry.CHAT, id, id));
    }

    private static void acked(History.Witness who, String id) {
        who.note(new ClientEvent.Acked("lobby", id, "", new Position("e", 1)));
    }
}
