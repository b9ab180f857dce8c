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
    private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(5);
    private static final InterestHash HASH = new InterestHash(BITS);
    private static final StreamName LOBBY = room("lobby");
    private static final StreamName ATTIC = room("attic");

    private final LocalInterest local = new LocalInterest("edge", 1, BITS, () -> {});
    private final RemoteInterest remote = new RemoteInterest(BITS, MAX_AGE);
    private long now = 1_000;

    @Test
    void who_is_not_known_wants_everything() {
        assertThat(wants(LOBBY)).isTrue();
        assertThat(remote.apply(local.takeDelta(), now))
                .as("news alone do not tell what was before")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void a_stream_is_wanted_from_its_beginning_to_its_end() {
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isFalse();
        local.began(LOBBY);
        assertThat(remote.apply(local.takeDelta(), now)).isTrue();
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
        local.ended(LOBBY);
        assertThat(remote.apply(local.takeDelta(), now)).isTrue();
        assertThat(wants(LOBBY)).isFalse();
    }

    @Test
    void two_carriers_of_one_bit_are_two_reasons_to_want_it() {
        local.began(LOBBY);
        local.began(LOBBY);
        local.ended(LOBBY);
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void after_a_lost_change_everything_is_wanted_until_all_is_known_again() {
        remote.replace(local.snapshot(), now);
        local.began(LOBBY);
        local.takeDelta(); // lost
        assertThat(remote.apply(local.takeDelta(), now))
                .as("even news of no change tell it")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isTrue();
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
    }

    @Test
    void silence_makes_everything_wanted() {
        remote.replace(local.snapshot(), now);
        now += MAX_AGE;
        assertThat(wants(LOBBY)).isFalse();
        now++;
        assertThat(wants(LOBBY)).isTrue();
        assertThat(remote.apply(local.takeDelta(), now))
                .as("what was said meanwhile is not known")
                .isFalse();
    }

    @Test
    void a_node_that_began_anew_under_its_old_name_is_asked_anew() {
        local.began(LOBBY);
        remote.replace(local.snapshot(), now);
        LocalInterest next = new LocalInterest("edge", 2, BITS, () -> {});
        next.began(ATTIC);
        assertThat(remote.apply(next.takeDelta(), now)).isFalse();
        assertThat(wants(ATTIC)).isTrue();
    }

    @Test
    void a_bit_beyond_the_set_is_passed_over() {
        remote.replace(local.snapshot(), now);
        InterestDelta wild = new InterestDelta("edge", 1, 0, 2, List.of(BITS, -1), List.of(BITS + 7));
        assertThat(remote.apply(wild, now)).isTrue();
        assertThat(IntStream.range(0, BITS)).noneMatch(bit -> remote.wants(bit, now));
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
                    local.began(stream);
                    carried.merge(stream, 1, Integer::sum);
                }
                case 2 -> {
                    if (carried.containsKey(stream)) {
                        local.ended(stream);
                        carried.computeIfPresent(stream, (any, count) -> count == 1 ? null : count - 1);
                    }
                }
                case 3 -> underWay.add(local.takeDelta());
                case 4 -> {
                    if (!underWay.isEmpty() && random.nextInt(8) > 0) {
                        InterestDelta next = random.nextInt(8) == 0 ? underWay.peek() : underWay.remove();
                        applyOrReplace(next);
                    } else {
                        underWay.poll(); // lost
                    }
                }
                default -> now += TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
            }
        }
        underWay.clear();
        applyOrReplace(local.takeDelta());
        assertThat(carried.keySet()).as("seed " + seed).allMatch(this::wants);
    }

    private void applyOrReplace(InterestDelta news) {
        if (!remote.apply(news, now)) {
            remote.replace(local.snapshot(), now);
        }
    }

    private boolean wants(StreamName stream) {
        return remote.wants(HASH.of(stream), now);
    }

    private static StreamName room(String name) {
        return StreamName.room(new RoomId(name));
    }
}
