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
    void unknown_node_wants_every_stream() {
        assertThat(wants(LOBBY)).isTrue();
        assertThat(remote.apply(local.takeDelta(), now))
                .as("a delta alone does not contain earlier changes")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void stream_is_wanted_while_it_is_followed() {
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
    void stream_followed_twice_is_wanted_until_both_end() {
        local.began(LOBBY);
        local.began(LOBBY);
        local.ended(LOBBY);
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isTrue();
    }

    @Test
    void every_stream_is_wanted_after_a_lost_delta_until_the_next_snapshot() {
        remote.replace(local.snapshot(), now);
        local.began(LOBBY);
        local.takeDelta(); // lost
        assertThat(remote.apply(local.takeDelta(), now))
                .as("even a delta without changes reveals it")
                .isFalse();
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isTrue();
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
    }

    /** Else what is never stored would be held back until the next delta, and found by no tail check. */
    @Test
    void every_stream_is_wanted_if_a_delta_overtook_an_older_snapshot() {
        remote.apply(local.takeDelta(), now);
        InterestSnapshot older = local.snapshot();
        local.began(LOBBY);
        remote.apply(local.takeDelta(), now);
        remote.replace(older, now);
        assertThat(wants(LOBBY)).isTrue();
        assertThat(remote.apply(local.takeDelta(), now)).isFalse();
        remote.replace(local.snapshot(), now);
        assertThat(wants(LOBBY)).isTrue();
        assertThat(wants(ATTIC)).isFalse();
    }

    @Test
    void every_stream_is_wanted_when_deltas_stop() {
        remote.replace(local.snapshot(), now);
        now += MAX_AGE;
        assertThat(wants(LOBBY)).isFalse();
        now++;
        assertThat(wants(LOBBY)).isTrue();
        assertThat(remote.apply(local.takeDelta(), now))
                .as("deltas in between may have been lost")
                .isFalse();
    }

    @Test
    void node_restarted_under_its_old_name_needs_a_new_snapshot() {
        local.began(LOBBY);
        remote.replace(local.snapshot(), now);
        LocalInterest next = new LocalInterest("edge", 2, BITS, () -> {});
        next.began(ATTIC);
        assertThat(remote.apply(next.takeDelta(), now)).isFalse();
        assertThat(wants(ATTIC)).isTrue();
    }

    @Test
    void bit_out_of_range_is_ignored() {
        remote.replace(local.snapshot(), now);
        InterestDelta outOfRange = new InterestDelta("edge", 1, 0, 2, List.of(BITS, -1), List.of(BITS + 7));
        assertThat(remote.apply(outOfRange, now)).isTrue();
        assertThat(IntStream.range(0, BITS)).noneMatch(bit -> remote.wants(bit, now));
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** Deltas are lost, late and repeated; a followed stream whose delta arrived must always be wanted. */
    @ParameterizedTest
    @MethodSource("seeds")
    void followed_streams_are_wanted_although_deltas_are_lost_late_or_repeated(long seed) {
        Random random = new Random(seed);
        Map<StreamName, Integer> followed = new HashMap<>();
        Deque<InterestDelta> inTransit = new ArrayDeque<>();
        for (int step = 0; step < 500; step++) {
            StreamName stream = room("r" + random.nextInt(40));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    local.began(stream);
                    followed.merge(stream, 1, Integer::sum);
                }
                case 2 -> {
                    if (followed.containsKey(stream)) {
                        local.ended(stream);
                        followed.computeIfPresent(stream, (any, count) -> count == 1 ? null : count - 1);
                    }
                }
                case 3 -> inTransit.add(local.takeDelta());
                case 4 -> {
                    if (!inTransit.isEmpty() && random.nextInt(8) > 0) {
                        InterestDelta next = random.nextInt(8) == 0 ? inTransit.peek() : inTransit.remove();
                        applyOrReplace(next);
                    } else {
                        inTransit.poll(); // lost
                    }
                }
                default -> now += TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
            }
        }
        inTransit.clear();
        applyOrReplace(local.takeDelta());
        assertThat(followed.keySet()).as("seed " + seed).allMatch(this::wants);
    }

    private void applyOrReplace(InterestDelta delta) {
        if (!remote.apply(delta, now)) {
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
