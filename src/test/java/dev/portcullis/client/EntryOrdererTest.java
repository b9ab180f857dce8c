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
    private final EntryOrderer<Long> feed = new EntryOrderer<>(50);

    /** Drops, repeats and swaps deliveries at random, mends whenever the feed is torn: each entry must come once, in order. */
    @Test
    void whatever_order_a_hint_comes_in_each_entry_is_delivered_once_and_in_order() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            EntryOrderer<Long> fed = new EntryOrderer<>(1 + random.nextInt(20));
            fed.startAt(at(0));
            List<Long> out = new ArrayList<>();
            List<Long> hints = hints(random, 200);
            long head = 0;
            for (long hint : hints) {
                head = Math.max(head, hint);
                out.addAll(fed.offer(entry(hint)));
                if (fed.hasGap() && random.nextInt(4) == 0) {
                    mend(fed, head, out);
                }
            }
            mend(fed, 200, out);

            assertThat(out)
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 200).boxed().toList());
            assertThat(fed.hasGap()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void nothing_is_delivered_before_the_place_is_known() {
        assertThat(feed.offer(entry(8))).isEmpty();

        assertThat(feed.startAt(at(7))).containsExactly(8L);
    }

    @Test
    void an_entry_of_another_epoch_waits_until_the_server_has_said_how_the_epochs_meet() {
        feed.startAt(at(5));

        assertThat(feed.offer(new Placed<>(new Position("new", 6), 6L))).isEmpty();
        assertThat(feed.hasGap()).isTrue();

        assertThat(feed.completeAt(new Position("new", 5))).containsExactly(6L);
        assertThat(feed.hasGap()).isFalse();
    }

    @Test
    void more_held_entries_than_allowed_are_given_up_and_known_to_be_missing() {
        feed.startAt(at(0));

        LongStream.rangeClosed(2, 60).forEach(seq -> feed.offer(entry(seq)));

        assertThat(feed.hasGap()).isTrue();
        assertThat(feed.last()).contains(at(0));
    }

    @Test
    void a_resume_that_falls_short_of_its_head_is_noticed() {
        feed.startAt(at(3));
        feed.recover(List.of(entry(4), entry(5)));

        assertThat(feed.reaches(at(5))).isTrue();
        assertThat(feed.reaches(at(6))).isFalse();
    }

    private static void mend(EntryOrderer<Long> torn, long head, List<Long> out) {
        long last = torn.last().orElseThrow().seq();
        out.addAll(torn.recover(LongStream.rangeClosed(last + 1, head)
                .mapToObj(EntryOrdererTest::entry)
                .toList()));
        out.addAll(torn.completeAt(at(head)));
    }

    private static List<Long> hints(Random random, int count) {
        List<Long> hints = new ArrayList<>();
        for (long seq = 1; seq <= count; seq++) {
            int copies = random.nextInt(3);
            for (int i = 0; i < copies; i++) {
                hints.add(Math.max(0, hints.size() - random.nextInt(5)), seq);
            }
        }
        return hints;
    }

    private static Position at(long seq) {
        return new Position("e", seq);
    }

    private static Placed<Long> entry(long seq) {
        return new Placed<>(at(seq), seq);
    }
}
