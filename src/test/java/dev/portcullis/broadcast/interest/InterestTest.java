package dev.portcullis.broadcast.interest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InterestTest {
    private static final int BITS = 1 << 10;
    private static final long LAPSE = TimeUnit.SECONDS.toNanos(5);
    private static final InterestHash HASH = new InterestHash(BITS);
    private static final StreamName LOBBY = room("lobby");
    private static final StreamName ATTIC = room("attic");

    private final LocalInterest own = new LocalInterest("edge", 1, BITS, () -> {});
    private final RemoteInterest heard = new RemoteInterest(BITS, LAPSE);
    private long now = 1_000;

    @Test
    void who_is_not_known_wants_everything() {
        assertThat(wants(LOBBY)).isTrue();
        assertThat(heard.apply(own.news(), now))
                .as("news alone do not tell what was before")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void a_stream_is_wanted_from_its_beginning_to_its_end() {
        heard.learn(own.whole(), now);
        assertThat(wants(LOBBY)).isFalse();
        own.began(LOBBY);
        assertThat(heard.apply(own.news(), now)).isTrue();
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
        own.ended(LOBBY);
        assertThat(heard.apply(own.news(), now)).isTrue();
        assertThat(wants(LOBBY)).isFalse();
    }

    @Test
    void two_carriers_of_one_bit_are_two_reasons_to_want_it() {
        own.began(LOBBY);
        own.began(LOBBY);
        own.ended(LOBBY);
        heard.learn(own.whole(), now);
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void after_a_lost_change_everything_is_wanted_until_all_is_known_again() {
        heard.learn(own.whole(), now);
        own.began(LOBBY);
        own.news(); // lost
        assertThat(heard.apply(own.news(), now))
                .as("even news of no change tell it")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isTrue();
        heard.learn(own.whole(), now);
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
    }

    @Test
    void silence_makes_everything_wanted() {
        heard.learn(own.whole(), now);
        now += LAPSE;
        assertThat(wants(LOBBY)).isFalse();
        now++;
        assertThat(wants(LOBBY)).isTrue();
        assertThat(heard.apply(own.news(), now))
                .as("what was said meanwhile is not known")
                .isFalse();
    }

    @Test
    void a_node_that_began_anew_under_its_old_name_is_asked_anew() {
        own.began(LOBBY);
        heard.learn(own.whole(), now);
        LocalInterest next = new LocalInterest("edge", 2, BITS, () -> {});
        next.began(ATTIC);
        assertThat(heard.apply(next.news(), now)).isFalse();
        assertThat(wants(ATTIC)).isTrue();
    }

    @Test
    void a_bit_beyond_the_set_is_passed_over() {
        heard.learn(own.whole(), now);
        InterestDelta wild = new InterestDelta("edge", 1, 0, 2, List.of(BITS, -1), List.of(BITS + 7));
        assertThat(heard.apply(wild, now)).isTrue();
        assertThat(IntStream.range(0, BITS)).noneMatch(bit -> heard.wants(bit, now));
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** News are lost, late and told twice; what is carried and was told in time must never be missing. */
    @ParameterizedTest
    @MethodSource("seeds")
    void what_is_carried_is_wanted_whatever_the_bus_does(long seed) {
        Random random = new Random(seed);
        Map<StreamName, Integer> carried = new HashMap<>();
        Deque<InterestDelta> underWay = new ArrayDeque<>();
        for (int step = 0; step < 500; step++) {
            StreamName stream = room("r" + random.nextInt(40));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    own.began(stream);
                    carried.merge(stream, 1, Integer::sum);
                }
                case 2 -> {
                    if (carried.containsKey(stream)) {
                        own.ended(stream);
                        carried.computeIfPresent(stream, (any, count) -> count == 1 ? null : count - 1);
                    }
                }
                case 3 -> underWay.add(own.news());
                case 4 -> {
                    if (!underWay.isEmpty() && random.nextInt(8) > 0) {
                        InterestDelta next = random.nextInt(8) == 0 ? underWay.peek() : underWay.remove();
                        hearOrAsk(next);
                    } else {
                        underWay.poll(); // lost
                    }
                }
                default -> now += TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
            }
        }
        underWay.clear();
        hearOrAsk(own.news());
        assertThat(carried.keySet()).as("seed " + seed).allMatch(this::wants);
    }

    private void hearOrAsk(InterestDelta news) {
        if (!heard.apply(news, now)) {
            heard.learn(own.whole(), now);
        }
    }

    private boolean wants(StreamName stream) {
        return heard.wants(HASH.of(stream), now);
    }

    private static StreamName room(String name) {
        return StreamName.room(new RoomId(name));
    }
}
