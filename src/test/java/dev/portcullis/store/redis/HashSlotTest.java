package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashSlotTest {
    /** The check value of the Redis Cluster specification. */
    @Test
    void it_is_the_crc_that_redis_uses() {
        assertThat(HashSlot.of("123456789")).isEqualTo(0x31C3);
        assertThat(HashSlot.of("foo")).isEqualTo(12_182);
    }

    @Test
    void only_a_tag_that_is_not_empty_is_hashed() {
        assertThat(HashSlot.of("{user1000}.following")).isEqualTo(HashSlot.of("user1000"));
        assertThat(HashSlot.of("foo{}{bar}")).isNotEqualTo(HashSlot.of("bar"));
        assertThat(HashSlot.of("foo{bar}{zap}")).isEqualTo(HashSlot.of("bar"));
        assertThat(HashSlot.of("foo{bar")).isNotEqualTo(HashSlot.of("bar"));
    }

    @Test
    void all_keys_of_a_lane_lie_together_and_lanes_lie_apart() {
        assertThat(HashSlot.of(RedisKeys.of(17, "m", "room:lobby"))).isEqualTo(HashSlot.of(RedisKeys.of(17, "lane")));
        assertThat(IntStream.range(0, Lanes.COUNT)
                        .map(lane -> HashSlot.of(RedisKeys.of(lane, "lane")))
                        .distinct())
                .hasSize(Lanes.COUNT);
    }
}
