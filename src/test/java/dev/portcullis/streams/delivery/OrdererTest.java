package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.delivery.Orderer.Gap;
import dev.portcullis.streams.delivery.Orderer.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

public class OrdererTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));

    private static final ReorderBuffer.Budget PLENTY = new ReorderBuffer.Budget(Long.MAX_VALUE);

    private final Orderer orderer = orderer(1_000, PLENTY);

    @Test
    void next_entry_is_delivered_at_once() {
        orderer.open(at("a", 5));
        assertThat(seqs(orderer.offer(entry("a", 6)))).containsExactly(6L);
        assertThat(orderer.cursor()).isEqualTo(at("a", 6));
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
    }

    @Test
    void earlier_entry_is_dropped() {
        orderer.open(at("a", 5));
        assertThat(orderer.offer(entry("a", 5))).isEmpty();
        assertThat(orderer.offer(entry("a", 1))).isEmpty();
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
    }

    @Test
    void later_entry_is_held_until_the_gap_is_closed() {
        orderer.open(at("a", 5));
        assertThat(orderer.offer(entry("a", 8))).isEmpty();
        assertThat(orderer.offer(entry("a", 7))).isEmpty();
        assertThat(orderer.gap()).isEqualTo(Gap.MISSING);
        assertThat(seqs(orderer.offer(entry("a", 6)))).containsExactly(6L, 7L, 8L);
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
    }

    @Test
    void read_closes_the_gap_and_releases_held_entries() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 8));
        Position since = orderer.startRead();
        Progress progress = orderer.read(since, slice(at("a", 7), false, entry("a", 6), entry("a", 7)));
        assertThat(progress.lost()).isEmpty();
        assertThat(seqs(progress.entries())).containsExactly(6L, 7L, 8L);
    }

    @Test
    void entries_that_arrived_before_the_stream_was_opened_follow_the_head_that_was_read() {
        orderer.offer(entry("a", 5));
        orderer.offer(entry("a", 7));
        orderer.offer(entry("a", 6));
        assertThat(seqs(orderer.open(at("a", 5)))).containsExactly(6L, 7L);
    }

    @Test
    void entry_of_another_epoch_is_held_and_needs_a_check() {
        orderer.open(at("a", 5));
        assertThat(orderer.offer(entry("b", 6))).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("a", 5));
        assertThat(orderer.gap()).isEqualTo(Gap.UNCONFIRMED);
    }

    @Test
    void entry_of_another_epoch_that_arrived_before_the_stream_was_opened_needs_a_read() {
        orderer.offer(entry("b", 6));
        assertThat(orderer.open(at("a", 5))).isEmpty();
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void read_of_another_epoch_changes_the_epoch() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 7));
        Position since = orderer.startRead();
        Progress progress = orderer.read(since, slice(at("b", 7), false, entry("a", 6), entry("b", 7)));
        assertThat(seqs(progress.entries())).containsExactly(6L, 7L);
        assertThat(orderer.cursor()).isEqualTo(at("b", 7));
        assertThat(seqs(orderer.offer(entry("b", 8)))).containsExactly(8L);
    }

    @Test
    void entry_of_a_new_epoch_is_delivered_once_the_store_confirmed_the_epoch() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 7));
        orderer.offer(entry("b", 6));
        Position since = orderer.startRead();
        orderer.offer(entry("b", 8));
        assertThat(seqs(orderer.check(since, kept(at("b", 7))))).containsExactly(6L, 7L, 8L);
        assertThat(orderer.cursor()).isEqualTo(at("b", 8));
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
    }

    @Test
    void check_with_a_head_above_the_arrived_entries_needs_a_read() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 7));
        assertThat(orderer.check(orderer.startRead(), kept(at("b", 7)))).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("b", 5));
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void check_that_finds_the_position_lost_needs_a_read_and_changes_nothing_else() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 6));
        Position since = orderer.startRead();
        assertThat(orderer.check(since, new Confirmation(at("b", 6), false, 0))).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("a", 5));
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void check_of_a_new_epoch_is_void_if_the_cursor_moved_meanwhile() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 6));
        Position since = orderer.startRead();
        orderer.offer(entry("a", 6));
        assertThat(orderer.check(since, kept(at("b", 6)))).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("a", 6));
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void entry_of_a_dead_epoch_is_dropped_once_the_store_named_another() {
        orderer.open(at("a", 5));
        orderer.offer(entry("dead", 6));
        assertThat(orderer.check(orderer.startRead(), kept(at("a", 5)))).isEmpty();
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
        assertThat(seqs(orderer.offer(entry("a", 6)))).containsExactly(6L);
    }

    @Test
    void more_entries_of_a_new_epoch_than_may_be_held_are_dropped_and_read() {
        Orderer small = orderer(3, PLENTY);
        small.open(at("a", 0));
        for (long seq = 1; seq <= 4; seq++) {
            small.offer(entry("b", seq));
        }
        assertThat(small.gap()).isEqualTo(Gap.BEHIND);
        assertThat(small.check(small.startRead(), kept(at("b", 4)))).isEmpty();
        assertThat(small.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void fork_without_loss_changes_the_epoch_without_a_loss() {
        orderer.open(at("a", 5));
        Position since = orderer.startRead();
        Progress progress = orderer.read(since, slice(at("b", 5), false));
        assertThat(progress.lost()).isEmpty();
        assertThat(progress.entries()).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("b", 5));
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
        assertThat(seqs(orderer.offer(entry("b", 6)))).containsExactly(6L);
    }

    @Test
    void fail_over_that_lost_delivered_entries_gives_a_loss() {
        orderer.open(at("a", 4));
        orderer.offer(entry("a", 5));
        orderer.offer(entry("b", 5));
        Position since = orderer.startRead();
        Progress progress = orderer.read(since, new Slice(at("b", 5), false, List.of(), false));
        assertThat(progress.lost()).contains(at("b", 5));
        assertThat(seqs(orderer.offer(entry("b", 6)))).containsExactly(6L);
    }

    @Test
    void held_entries_of_a_dead_epoch_are_never_delivered() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 8));
        Position since = orderer.startRead();
        orderer.read(since, slice(at("b", 7), false, entry("b", 6), entry("b", 7)));
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
        assertThat(seqs(orderer.offer(entry("b", 8)))).containsExactly(8L);
    }

    @Test
    void entry_of_another_epoch_during_a_read_still_needs_a_check() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 6));
        Position since = orderer.startRead();
        orderer.offer(entry("b", 7));
        orderer.read(since, slice(at("a", 5), false));
        assertThat(orderer.gap()).isEqualTo(Gap.UNCONFIRMED);
    }

    @Test
    void gap_that_cannot_be_closed_gives_a_loss_and_continues_from_the_head() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 21));
        Position since = orderer.startRead();
        Progress progress = orderer.read(since, new Slice(at("a", 20), false, List.of(), false));
        assertThat(progress.lost()).contains(at("a", 20));
        assertThat(seqs(progress.entries())).containsExactly(21L);
    }

    @Test
    void read_with_a_loss_is_void_if_the_cursor_moved_meanwhile() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 7));
        Position since = orderer.startRead();
        orderer.offer(entry("a", 6));
        Progress progress = orderer.read(since, new Slice(at("a", 7), false, List.of(), false));
        assertThat(progress.lost()).isEmpty();
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void read_of_another_epoch_is_void_if_the_cursor_moved_meanwhile() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 6));
        Position since = orderer.startRead();
        assertThat(seqs(orderer.offer(entry("a", 6)))).containsExactly(6L);
        Progress progress = orderer.read(since, slice(at("b", 7), false, entry("b", 6), entry("b", 7)));
        assertThat(progress.entries()).isEmpty();
        assertThat(orderer.cursor()).isEqualTo(at("a", 6));
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    @Test
    void read_and_arrivals_of_one_epoch_are_merged() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 8));
        Position since = orderer.startRead();
        orderer.offer(entry("a", 6));
        Progress progress = orderer.read(since, slice(at("a", 8), false, entry("a", 6), entry("a", 7), entry("a", 8)));
        assertThat(seqs(progress.entries())).containsExactly(7L, 8L);
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
    }

    @Test
    void read_that_was_cut_for_size_is_followed_by_another() {
        orderer.open(at("a", 5));
        orderer.offer(entry("a", 9));
        Position since = orderer.startRead();
        assertThat(seqs(orderer.read(since, slice(at("a", 9), true, entry("a", 6)))
                        .entries()))
                .containsExactly(6L);
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
        assertThat(orderer.cursor()).isEqualTo(at("a", 6));
    }

    @Test
    void more_entries_than_may_be_held_are_dropped_and_read_again() {
        Orderer small = orderer(3, PLENTY);
        small.open(at("a", 0));
        for (long seq = 2; seq <= 5; seq++) {
            assertThat(small.offer(entry("a", seq))).isEmpty();
        }
        assertThat(small.gap()).isEqualTo(Gap.BEHIND);
        assertThat(seqs(small.offer(entry("a", 1)))).as("none is skipped").containsExactly(1L);
    }

    @Test
    void held_entries_of_all_streams_together_are_bounded_in_bytes() {
        ReorderBuffer.Budget budget = new ReorderBuffer.Budget(1_000);
        Orderer one = orderer(10, budget);
        Orderer other = orderer(10, budget);
        one.open(at("a", 0));
        other.open(at("a", 0));
        one.offer(large(2, 600));
        one.offer(large(2, 600));
        assertThat(one.gap()).as("the same entry twice is held once").isEqualTo(Gap.MISSING);
        other.offer(large(2, 600));
        assertThat(one.gap()).isEqualTo(Gap.MISSING);
        assertThat(other.gap()).isEqualTo(Gap.BEHIND);
        assertThat(budget.bytes()).isEqualTo(600);
        assertThat(seqs(one.offer(large(1, 600)))).containsExactly(1L, 2L);
        assertThat(budget.bytes()).isZero();
        Position since = other.startRead();
        other.offer(large(3, 600));
        assertThat(seqs(other.read(since, slice(at("a", 2), false, large(1, 600), large(2, 600)))
                        .entries()))
                .containsExactly(1L, 2L, 3L);
        other.offer(large(9, 600));
        other.end();
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void failed_read_is_needed_again() {
        orderer.open(at("a", 5));
        orderer.offer(entry("b", 6));
        orderer.startRead();
        assertThat(orderer.gap()).isEqualTo(Gap.NONE);
        orderer.readFailed();
        assertThat(orderer.gap()).isEqualTo(Gap.BEHIND);
    }

    /** A fan-out that loses, repeats and reorders entries, and a store whose epoch changes now and then. */
    @Test
    void delivered_entries_are_those_of_the_store_in_order_whatever_arrives() {
        long seed = new Random().nextLong();
        for (int round = 0; round < 2_000; round++) {
            new Chaos(seed + round).run("seed " + seed + " round " + round);
        }
    }

    private static final class Chaos {
        private final Random random;
        private final ReorderBuffer.Budget budget = new ReorderBuffer.Budget(5);
        private final Orderer orderer;
        private final List<StreamEntry> store = new ArrayList<>();
        private final List<StreamEntry> underWay = new ArrayList<>();
        private final List<StreamEntry> delivered = new ArrayList<>();
        private String epoch = "a";
        private Optional<Position> reading = Optional.empty();
        private Optional<Slice> read = Optional.empty();
        private Optional<Confirmation> confirmation = Optional.empty();

        Chaos(long seed) {
            random = new Random(seed);
            orderer = orderer(1 + random.nextInt(8), budget);
            orderer.open(at("a", 0));
        }

        void run(String description) {
            for (int step = 0; step < 300; step++) {
                act();
            }
            finishRead();
            do { // at least one read: only a read shows what the fan-out lost at the end
                startRead();
                finishRead();
            } while (orderer.gap() != Gap.NONE);
            assertThat(delivered).as(description).isEqualTo(store);
            assertThat(budget.bytes()).as(description).isZero();
        }

        private void act() {
            int choice = random.nextInt(10);
            if (choice < 3) {
                StreamEntry next = entry(epoch, store.size() + 1);
                store.add(next);
                Collections.addAll(underWay, next, next);
            } else if (choice == 3 && random.nextInt(10) == 0) {
                epoch = epoch + "x";
            } else if (choice < 8 && !underWay.isEmpty()) {
                StreamEntry arriving = underWay.remove(random.nextInt(underWay.size()));
                if (random.nextInt(3) > 0) {
                    delivered.addAll(orderer.offer(arriving));
                }
            } else if (choice == 8 && random.nextBoolean()) {
                startCheck();
            } else if (choice == 8) {
                startRead();
            } else {
                finishRead();
            }
        }

        private void startRead() {
            if (reading.isEmpty()) {
                Position since = orderer.startRead();
                int end = Math.min(store.size(), (int) since.seq() + 4);
                reading = Optional.of(since);
                read = Optional.of(new Slice(
                        at(epoch, store.size()),
                        true,
                        List.copyOf(store.subList((int) since.seq(), end)),
                        end < store.size()));
            }
        }

        private void startCheck() {
            if (reading.isEmpty()) {
                reading = Optional.of(orderer.startRead());
                confirmation = Optional.of(kept(at(epoch, store.size())));
            }
        }

        private void finishRead() {
            reading.ifPresent(since -> {
                reading = Optional.empty();
                if (confirmation.isPresent()) {
                    delivered.addAll(orderer.check(since, confirmation.get()));
                    confirmation = Optional.empty();
                    return;
                }
                Progress progress = orderer.read(since, read.orElseThrow());
                assertThat(progress.lost()).isEmpty();
                delivered.addAll(progress.entries());
            });
        }
    }

    private static Orderer orderer(int most, ReorderBuffer.Budget budget) {
        return new Orderer(new ReorderBuffer(most, budget), new ReorderBuffer(most, budget));
    }

    private static Confirmation kept(Position head) {
        return new Confirmation(head, true, 0);
    }

    private static Slice slice(Position head, boolean more, StreamEntry... entries) {
        return new Slice(head, true, List.of(entries), more);
    }

    private static StreamEntry entry(String epoch, long seq) {
        return new StreamEntry(LOBBY, at(epoch, seq), 0, new byte[1]);
    }

    private static StreamEntry large(long seq, int bytes) {
        return new StreamEntry(LOBBY, at("a", seq), 0, new byte[bytes]);
    }

    private static Position at(String epoch, long seq) {
        return new Position(epoch, seq);
    }

    private static List<Long> seqs(List<StreamEntry> entries) {
        return entries.stream().map(entry -> entry.position().seq()).toList();
    }

    public static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
