package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TurnQueueTest {
    private final TurnQueue<String> queue = new TurnQueue<>();

    @Test
    void networks_take_turns_and_each_keeps_its_order() {
        for (int i = 1; i <= 3; i++) {
            queue.enter("flood", "flood " + i);
        }
        queue.enter("a", "a 1");
        queue.enter("b", "b 1");
        queue.enter("a", "a 2");
        assertThat(rest()).containsExactly("flood 1", "a 1", "b 1", "flood 2", "a 2", "flood 3");
    }

    @Test
    void one_that_leaves_has_no_turn_and_leaves_once() {
        TurnQueue<String>.Place gone = queue.enter("a", "gone");
        queue.enter("a", "stays");
        assertThat(gone.leave()).isTrue();
        assertThat(gone.leave()).isFalse();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(rest()).containsExactly("stays");
    }

    @Test
    void one_that_had_its_turn_takes_that_of_no_other() {
        TurnQueue<String>.Place served = queue.enter("a", "served");
        queue.enter("a", "waits");
        assertThat(queue.next()).contains("served");
        assertThat(served.leave()).isFalse();
        assertThat(rest()).containsExactly("waits");
    }

    @RepeatedTest(20)
    void each_that_stays_has_one_turn_and_no_later_than_was_told_but_for_networks_that_came_after_it(
            RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        Map<String, Integer> told = new LinkedHashMap<>();
        List<TurnQueue<String>.Place> places = new ArrayList<>();
        int networks = 1 + random.nextInt(5);
        for (int i = 0; i < 200; i++) {
            String network = "network " + random.nextInt(networks);
            int turn = queue.turnOf(network);
            TurnQueue<String>.Place place = queue.enter(network, "client " + i);
            if (random.nextInt(4) == 0) {
                places.add(place);
            } else {
                told.put("client " + i, turn);
            }
        }
        places.forEach(place -> assertThat(place.leave()).isTrue());
        List<String> served = rest();
        assertThat(served).containsExactlyInAnyOrderElementsOf(told.keySet());
        for (int i = 0; i < served.size(); i++) {
            String client = served.get(i);
            assertThat(i + 1).as(client).isLessThanOrEqualTo(told.getOrDefault(client, 0) * networks);
        }
    }

    private List<String> rest() {
        List<String> rest = new ArrayList<>();
        for (Optional<String> next = queue.next(); next.isPresent(); next = queue.next()) {
            rest.add(next.get());
        }
        assertThat(queue.size()).isZero();
        return rest;
    }
}
