package dev.portcullis.client.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendPacerTest {
    private static final Map<String, Long> UNLIMITED = Map.of();

    private final SendPacer pacer = new SendPacer(true);

    private void open(long burst, long minute, long hour) {
        open(0, burst, minute, hour);
    }

    private void open(long now, long burst, long minute, long hour) {
        pacer.opened(Map.of("burst", burst, "minute", minute, "hour", hour), Map.of(), now);
    }

    /** Sends a frame that is answered at once. */
    private void sent(String type, int times, long now) {
        String id = type + now + pacer.hashCode();
        pacer.sent(id, List.of(type), times, now);
        pacer.answered(id, now);
    }

    @Test
    void frames_beyond_a_window_wait_until_it_frees() {
        open(2, 3, 100);
        sent("chat", 1, 0);
        sent("chat", 1, 400);

        assertThat(pacer.waitMs("chat", 400)).isEqualTo(700);
        assertThat(pacer.waitMs("chat", 1_100)).isZero();
        sent("chat", 1, 1_500);
        assertThat(pacer.waitMs("chat", 3_000)).as("the minute").isEqualTo(62_000);
        assertThat(pacer.waitMs("chat", 65_000)).isZero();
    }

    @Test
    void limits_that_shrink_count_what_was_sent_before() {
        open(10, 100, 1_000);
        IntStream.range(0, 5).forEach(i -> sent("chat", 1, 0));

        open(3, 100, 1_000);

        assertThat(pacer.waitMs("chat", 0)).isEqualTo(1_100);
    }

    @Test
    void frame_counts_until_its_window_has_passed_since_its_answer_or_that_of_a_later_one() {
        open(2, 100, 1_000);
        pacer.sent("a", List.of("typing_indicator"), 1, 0);
        pacer.sent("b", List.of("chat"), 1, 0);

        assertThat(pacer.waitMs("chat", 5_000)).as("they may arrive now").isEqualTo(1_100);
        pacer.answered("b", 5_000);
        assertThat(pacer.waitMs("chat", 5_600)).isEqualTo(500);
        assertThat(pacer.waitMs("chat", 6_100)).isZero();
    }

    @Test
    void frame_that_gets_an_answer_is_on_its_way_until_then_however_long_that_takes() {
        pacer.opened(UNLIMITED, Map.of("chat", 1L), 0);
        pacer.sent("a", List.of("chat"), 1, 0);

        assertThat(pacer.waitMs("chat", 600_000)).isEqualTo(65_000);
        assertThat(pacer.free("chat", 600_000)).isZero();
        pacer.answered("a", 600_000);
        assertThat(pacer.waitMs("chat", 664_000)).isEqualTo(1_000);
        assertThat(pacer.waitMs("chat", 665_000)).isZero();
    }

    @Test
    void frame_of_a_connection_that_has_ended_counts_from_the_next_one_on() {
        open(1, 100, 1_000);
        pacer.sent("a", List.of("chat"), 1, 0);
        pacer.sent("", List.of("ack"), 1, 0);

        open(20_000, 1, 100, 1_000);

        assertThat(pacer.isStalled(60_000)).isFalse();
        assertThat(pacer.waitMs("chat", 20_600)).isEqualTo(500);
        assertThat(pacer.waitMs("chat", 21_100)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"'', typing_indicator", "'', read", "'', ack", "a, typing_indicator"})
    void frame_that_gets_no_answer_counts_as_one_that_has_arrived_after_ten_seconds(String id, String type) {
        open(1, 100, 1_000);
        pacer.sent(id, List.of(type), 1, 0);

        assertThat(pacer.waitMs("chat", 10_600)).isEqualTo(500);
        assertThat(pacer.waitMs("chat", 11_100)).isZero();
        assertThat(pacer.isStalled(600_000)).as("no answer is awaited").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0"})
    void frame_that_gets_no_answer_has_not_arrived_as_long_as_an_answer_is_missing(long chatAt, long typingAt) {
        open(1, 100, 1_000);
        if (chatAt < typingAt) {
            pacer.sent("a", List.of("chat"), 1, chatAt);
        }
        pacer.sent("", List.of("typing_indicator"), 1, typingAt);
        if (chatAt > typingAt) {
            pacer.sent("a", List.of("chat"), 1, chatAt);
        }
        assertThat(pacer.waitMs("chat", 14_000)).isEqualTo(1_100);
        pacer.answered("a", 14_000);

        long arrivedAt = chatAt < typingAt ? 24_000 : 14_000; // behind the answer nothing tells of it
        assertThat(pacer.waitMs("chat", arrivedAt + 600)).isEqualTo(500);
        assertThat(pacer.waitMs("chat", arrivedAt + 1_100)).isZero();
    }

    @Test
    void server_is_to_be_asked_once_the_newest_answer_is_missing_for_half_a_minute() {
        open(2, 100, 1_000);
        pacer.sent("a", List.of("chat"), 1, 0);
        pacer.sent("b", List.of("chat"), 1, 10_000);
        pacer.sent("", List.of("typing_indicator"), 1, 30_000);
        assertThat(pacer.isStalled(40_000)).isFalse();
        assertThat(pacer.isStalled(40_001)).isTrue();

        assertThat(pacer.waitMs("ping", 40_001)).isEqualTo(1_100);
        assertThat(pacer.waitOfQuestionMs(40_001)).isZero();
        pacer.sent("q", List.of("ping"), 1, 40_001);
        assertThat(pacer.isStalled(70_001)).as("it was asked").isFalse();
        pacer.answered("q", 70_001);
        assertThat(pacer.isStalled(600_000)).isFalse();
        assertThat(pacer.waitMs("chat", 71_101)).isZero();
    }

    @Test
    void question_waits_for_room_and_for_the_end_of_a_block_like_other_frames() {
        open(1, 100, 1_000);
        sent("chat", 1, 0);
        assertThat(pacer.waitOfQuestionMs(100)).isEqualTo(1_000);
        pacer.refused("user", "burst", "chat", 3_000, 100);
        assertThat(pacer.waitOfQuestionMs(1_100)).isEqualTo(1_900);
    }

    @Test
    void action_has_a_window_of_its_own_in_which_a_join_counts_for_each_room() {
        pacer.opened(UNLIMITED, Map.of("join", 200L, "read", 2L), 0);
        long later = 65_000; // than the part that is left to an earlier run
        sent("join", 150, later);

        assertThat(pacer.free("join", later)).isEqualTo(50);
        assertThat(pacer.waitMs("join", later)).isZero();
        sent("join", 50, later);
        assertThat(pacer.waitMs("join", later)).isEqualTo(65_000);
        assertThat(pacer.waitMs("read", later)).isZero();
        assertThat(pacer.waitMs("history", later)).as("no limit is known").isZero();
    }

    @Test
    void half_of_what_a_program_asks_for_as_it_begins_is_left_to_the_run_before() {
        pacer.opened(UNLIMITED, Map.of("join", 200L, "read", 2L), 0);

        assertThat(pacer.free("join", 0)).isEqualTo(100);
        assertThat(pacer.free("read", 0)).isEqualTo(2);
        assertThat(pacer.free("join", 65_000)).isEqualTo(200);
        pacer.opened(UNLIMITED, Map.of("join", 200L, "read", 2L), 70_000);
        assertThat(pacer.free("join", 70_000)).as("it goes on").isEqualTo(200);
    }

    @Test
    void block_of_an_action_holds_up_that_action_only() {
        pacer.refused("action", "minute", "history", 5_000, 0);

        assertThat(pacer.waitMs("history", 1_000)).isEqualTo(4_000);
        assertThat(pacer.waitMs("chat", 1_000)).isZero();
        pacer.refused("user", "burst", "chat", 3_000, 0);
        assertThat(pacer.waitMs("chat", 1_000)).isEqualTo(2_000);
    }

    @Test
    void event_counts_for_all_events_and_under_its_own_name() {
        pacer.opened(UNLIMITED, Map.of("event", 3L, "vote", 2L), 0);
        List<String> vote =
                SendPacer.countedAs(new JsonObject().put("type", "event").put("event", "vote"));
        List<String> ring =
                SendPacer.countedAs(new JsonObject().put("type", "event").put("event", "ring"));
        pacer.sent("a", vote, 1, 0);
        pacer.sent("b", vote, 1, 0);

        assertThat(pacer.waitMs(vote, 0)).isEqualTo(65_000);
        assertThat(pacer.waitMs(ring, 0)).isZero();
        pacer.sent("c", ring, 1, 0);
        assertThat(pacer.waitMs(ring, 0)).isEqualTo(65_000);
        assertThat(pacer.waitMs("chat", 0)).isZero();
        assertThat(pacer.limiting(vote)).isEqualTo("vote");
        assertThat(pacer.limiting(ring)).isEqualTo("event");
    }

    @Test
    void what_is_of_use_only_now_leaves_half_of_the_limits() {
        open(100, 5, 100);
        sent("chat", 1, 0);
        sent("chat", 1, 0);
        assertThat(pacer.spares(0)).isTrue();
        sent("chat", 1, 0);
        assertThat(pacer.spares(64_999)).isFalse();
        assertThat(pacer.spares(65_000)).isTrue();

        pacer.opened(UNLIMITED, Map.of("event", 2L), 65_000);
        sent("event", 1, 65_000);
        assertThat(pacer.spares(65_000)).isFalse();
    }

    @Test
    void limit_that_another_session_uses_too_is_halved_with_each_block_for_ten_minutes() {
        pacer.opened(UNLIMITED, Map.of("read", 8L), 0);
        pacer.refused("action", "minute", "read", 60_000, 0);
        pacer.refused("action", "minute", "read", 60_000, 10); // which was on its way

        assertThat(pacer.free("read", 60_000)).isEqualTo(4);
        pacer.refused("action", "minute", "read", 200_000, 80_000);
        assertThat(pacer.free("read", 200_000)).isEqualTo(2);
        assertThat(pacer.free("read", 800_000)).isEqualTo(8);
    }

    @Test
    void no_frame_waits_for_limits_that_no_memory_holds_or_where_it_is_off() {
        open(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        IntStream.range(0, 19_999).forEach(i -> sent("chat", 1, 0));
        assertThat(pacer.waitMs("chat", 0)).isZero();

        SendPacer off = new SendPacer(false);
        off.opened(Map.of("burst", 1L), Map.of("chat", 1L), 0);
        off.sent("a", List.of("chat"), 1, 0);
        off.refused("user", "burst", "chat", 1_000, 0);
        assertThat(off.waitMs("chat", 0)).isZero();
        assertThat(off.spares(0)).isTrue();
        assertThat(off.free("chat", 0)).isEqualTo(Integer.MAX_VALUE);
    }

    /** A frame on its way. */
    private record Flight(String id, String type, int times, long arrivesAt, long answeredAt) {}

    /** Frames of random types are sent as soon as the pacer lets them, and are a random while on their way. */
    @ParameterizedTest
    @ValueSource(ints = {10, 300, 4_000, 30_000})
    void windows_of_a_server_are_never_exceeded_however_long_frames_are_on_their_way(int slowest) {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Long> user = Map.of("burst", 10L, "minute", 60L, "hour", 1_000L);
        Map<String, Long> actions = Map.of("join", 200L, "history", 20L);
        pacer.opened(user, actions, 0);
        Map<String, List<Long>> counted = new HashMap<>();
        PriorityQueue<Flight> flights = new PriorityQueue<>((a, b) -> Long.compare(a.answeredAt(), b.answeredAt()));
        long arrival = 0;
        long answer = 0;
        int sent = 0;
        for (long now = 0; now < 3_600_000; now += 20) {
            while (!flights.isEmpty() && flights.peek().answeredAt() <= now) {
                pacer.answered(flights.poll().id(), now);
            }
            if (random.nextInt(20_000) == 0) { // another connection
                flights.clear();
                now += slowest;
                arrival = now;
                pacer.opened(user, actions, now);
            }
            String type = List.of("join", "history", "chat").get(random.nextInt(3));
            int times = type.equals("join") ? 1 + random.nextInt(100) : 1;
            if (random.nextInt(4) == 0 && pacer.waitMs(type, now) == 0 && pacer.free(type, now) >= times) {
                arrival = Math.max(arrival, now + random.nextInt(slowest));
                answer = Math.max(answer, arrival + random.nextInt(slowest));
                String id = "f" + sent++;
                pacer.sent(id, List.of(type), times, now);
                flights.add(new Flight(id, type, times, arrival, answer));
                for (int i = 0; i < times; i++) {
                    counted.computeIfAbsent(type, any -> new ArrayList<>()).add(arrival);
                }
                counted.computeIfAbsent("any", any -> new ArrayList<>()).add(arrival);
            }
        }
        assertWithin(counted.getOrDefault("any", List.of()), 10, 1_000, seed);
        assertWithin(counted.getOrDefault("any", List.of()), 60, 60_000, seed);
        assertWithin(counted.getOrDefault("any", List.of()), 1_000, 3_600_000, seed);
        assertWithin(counted.getOrDefault("history", List.of()), 20, 60_000, seed);
        assertWithin(counted.getOrDefault("join", List.of()), 200, 60_000, seed);
        assertThat(sent).as("seed " + seed).isGreaterThan(500);
    }

    private static void assertWithin(List<Long> times, int limit, long window, long seed) {
        for (int i = limit; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - limit))
                    .as("more than %d in %d ms, seed %d", limit, window, seed)
                    .isGreaterThanOrEqualTo(window);
        }
    }
}
