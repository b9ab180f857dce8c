package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.EntryOrderer.Placed;
import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EntryOrdererTest {
    private final EntryOrderer<Long> orderer = new EntryOrderer<>(50);

    /** Drops, repeats and swaps deliveries at random and repairs gaps: each entry must be delivered once, in order. */
    @Test
    void entries_in_random_order_are_delivered_once_and_in_order() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            EntryOrderer<Long> shuffled = new EntryOrderer<>(1 + random.nextInt(20));
            shuffled.startAt(at(0));
            List<Long> out = new ArrayList<>();
            List<Long> arrivals = arrivals(random, 200);
            long head = 0;
            for (long arrival : arrivals) {
                head = Math.max(head, arrival);
                out.addAll(shuffled.offer(entry(arrival)));
                if (shuffled.hasGap() && random.nextInt(4) == 0) {
                    repair(shuffled, head, out);
                }
            }
            repair(shuffled, 200, out);

            assertThat(out)
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 200).boxed().toList());
            assertThat(shuffled.hasGap()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void entry_before_the_first_position_is_held() {
        assertThat(orderer.offer(entry(8))).isEmpty();

        assertThat(orderer.startAt(at(7))).containsExactly(8L);
    }

    @Test
    void entry_of_another_epoch_is_held_until_the_server_has_named_its_start() {
        orderer.startAt(at(5));

        assertThat(orderer.offer(new Placed<>(new Position("new", 6), 6L))).isEmpty();
        assertThat(orderer.hasGap()).isTrue();

        assertThat(orderer.completeAt(new Position("new", 5))).containsExactly(6L);
        assertThat(orderer.hasGap()).isFalse();
    }

    @Test
    void held_entries_over_the_bound_are_dropped_and_known_to_be_missing() {
        orderer.startAt(at(0));

        LongStream.rangeClosed(2, 60).forEach(seq -> orderer.offer(entry(seq)));

        assertThat(orderer.hasGap()).isTrue();
        assertThat(orderer.last()).contains(at(0));
    }

    @Test
    void resume_that_ends_before_its_head_does_not_reach_it() {
        orderer.startAt(at(3));
        orderer.recover(List.of(entry(4), entry(5)));

        assertThat(orderer.reaches(at(5))).isTrue();
        assertThat(orderer.reaches(at(6))).isFalse();
    }

    private static void repair(EntryOrderer<Long> gapped, long head, List<Long> out) {
        long last = gapped.last().orElseThrow().seq();
        out.addAll(gapped.recover(LongStream.rangeClosed(last + 1, head)
                .mapToObj(EntryOrdererTest::entry)
                .toList()));
        out.addAll(gapped.completeAt(at(head)));
    }

    private static List<Long> arrivals(Random random, int count) {
        List<Long> arrivals = new ArrayList<>();
        for (long seq = 1; seq <= count; seq++) {
            int copies = random.nextInt(3);
            for (int i = 0; i < copies; i++) {
                arrivals.add(Math.max(0, arrivals.size() - random.nextInt(5)), seq);
            }
        }
        return arrivals;
    }

    private static Position at(long seq) {
        return new Position("e", seq);
    }

    private static Placed<Long> entry(long seq) {
        return new Placed<>(at(seq), seq);
    }
}
