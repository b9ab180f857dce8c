package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotTest {
    /** The check value of the Redis Cluster specification. */
    @Test
    void it_is_the_crc_that_redis_uses() {
        assertThat(Slot.of("123456789")).isEqualTo(0x31C3);
        assertThat(Slot.of("foo")).isEqualTo(12_182);
    }

    @Test
    void only_a_tag_that_is_not_empty_is_hashed() {
        assertThat(Slot.of("{user1000}.following")).isEqualTo(Slot.of("user1000"));
        assertThat(Slot.of("foo{}{bar}")).isNotEqualTo(Slot.of("bar"));
        assertThat(Slot.of("foo{bar}{zap}")).isEqualTo(Slot.of("bar"));
        assertThat(Slot.of("foo{bar")).isNotEqualTo(Slot.of("bar"));
    }

    @Test
    void all_keys_of_a_lane_lie_together_and_lanes_lie_apart() {
        assertThat(Slot.of(RedisKeys.of(17, "m", "room:lobby"))).isEqualTo(Slot.of(RedisKeys.of(17, "lane")));
        assertThat(IntStream.range(0, Lanes.COUNT)
                        .map(lane -> Slot.of(RedisKeys.of(lane, "lane")))
                        .distinct())
                .hasSize(Lanes.COUNT);
    }
}
