package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashSlotTest {
    /** The check value of the Redis Cluster specification. */
    @Test
    void slot_of_the_published_examples_is_the_published_one() {
        assertThat(HashSlot.of("123456789")).isEqualTo(0x31C3);
        assertThat(HashSlot.of("foo")).isEqualTo(12_182);
    }

    @Test
    void key_with_a_non_empty_tag_is_hashed_by_its_tag() {
        assertThat(HashSlot.of("{user1000}.following")).isEqualTo(HashSlot.of("user1000"));
        assertThat(HashSlot.of("foo{}{bar}")).isNotEqualTo(HashSlot.of("bar"));
        assertThat(HashSlot.of("foo{bar}{zap}")).isEqualTo(HashSlot.of("bar"));
        assertThat(HashSlot.of("foo{bar")).isNotEqualTo(HashSlot.of("bar"));
    }

    @Test
    void keys_of_one_lane_share_a_slot_and_lanes_have_different_slots() {
        assertThat(HashSlot.of(RedisKeys.of(17, "m", "room:lobby"))).isEqualTo(HashSlot.of(RedisKeys.of(17, "lane")));
        assertThat(IntStream.range(0, Lanes.COUNT)
                        .map(lane -> HashSlot.of(RedisKeys.of(lane, "lane")))
                        .distinct())
                .hasSize(Lanes.COUNT);
    }
}
