package dev.portcullis.cluster.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerWaitsTest {
    private final AtomicLong now = new AtomicLong();
    private final History history = new History(now::get);
    private final History.Recorder ann = history.recorder("ann/0", "ann");
    private final History.Recorder ben = history.recorder("ben/0", "ben");

    @Test
    void wait_of_a_queued_frame_starts_at_the_previous_answer() {
        at(0, () -> sent(ann, "a"));
        at(10, () -> sent(ann, "b"));
        at(30, () -> acked(ann, "a"));
        at(50, () -> ann.add(new ClientEvent.Refused("lobby", "b", "unavailable")));
        assertThat(AnswerWaits.longest(history)).isEqualTo(Duration.ofNanos(30));
    }

    @Test
    void time_without_a_frame_in_flight_is_no_wait_and_clients_are_independent() {
        at(0, () -> sent(ann, "a"));
        at(5, () -> acked(ann, "a"));
        at(100, () -> sent(ann, "b"));
        at(101, () -> sent(ben, "c"));
        at(103, () -> acked(ann, "b"));
        at(121, () -> acked(ben, "c"));
        assertThat(AnswerWaits.longest(history)).isEqualTo(Duration.ofNanos(20));
    }

    private void at(long nanos, Runnable event) {
        now.set(nanos);
        event.run();
    }

    private static void sent(History.Recorder who, String id) {
        who.add(new ClientEvent.Sent("lobby", Entry.CHAT, id, id));
    }

    private static void acked(History.Recorder who, String id) {
        who.add(new ClientEvent.Acked("lobby", id, "", new Position("e", 1)));
    }
}
