package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.RetentionConfig.Bound;
import dev.portcullis.streams.RetentionConfig.OfRooms;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionConfigTest {
    private static final RetentionConfig CONFIG = new RetentionConfig(
            bound(1_000, 500),
            List.of(
                    new OfRooms("support-gold", bound(9, 0)),
                    new OfRooms("support-*", bound(0, 7)),
                    new OfRooms("*", bound(Retention.FOREVER, 0))),
            bound(2_000, 0));
    private static final StreamName GOLD = StreamName.room(new RoomId("support-gold"));
    private static final StreamName SUPPORT = StreamName.room(new RoomId("support-1"));
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName INBOX = StreamName.inbox(new UserId("support-gold"));

    @Test
    void first_pattern_that_matches_a_room_counts_and_the_rest_is_that_of_all_rooms() {
        assertThat(CONFIG.standard(GOLD)).isEqualTo(new Retention(9, 500));
        assertThat(CONFIG.standard(SUPPORT)).isEqualTo(new Retention(1_000, 7));
        assertThat(CONFIG.standard(LOBBY)).isEqualTo(new Retention(Retention.FOREVER, 500));
    }

    @Test
    void inbox_has_the_retention_of_all_whatever_the_patterns_say() {
        assertThat(CONFIG.standard(INBOX)).isEqualTo(new Retention(1_000, 500));
        StreamWindow window = CONFIG.within(INBOX, new StreamWindow(5_000, 100_000));
        assertThat(window.entries()).isEqualTo(1_000);
        assertThat(window.ageMs()).isEqualTo(500);
        assertThat(window.retention(OwnRetention.NONE).kept()).isEqualTo(new Retention(Retention.FOREVER, 500));
    }

    @Test
    void owner_may_set_as_much_as_the_most_and_without_one_as_much_as_the_room_has() {
        assertThat(CONFIG.most(GOLD)).isEqualTo(new Retention(2_000, 500));
        assertThat(CONFIG.of(GOLD, new OwnRetention(1_500, 400)).kept()).isEqualTo(new Retention(1_500, 400));
        assertThat(CONFIG.of(GOLD, new OwnRetention(3_000, 900)).kept()).isEqualTo(new Retention(2_000, 500));
        assertThat(CONFIG.of(GOLD, new OwnRetention(0, 3)).kept()).isEqualTo(new Retention(9, 3));
    }

    /** The store applies the rule in the step that appends, the archive and the API by the configuration. */
    @Test
    void window_of_a_stream_has_the_same_retention_as_the_configuration() {
        Random random = new Random(31);
        for (int i = 0; i < 2_000; i++) {
            RetentionConfig config = new RetentionConfig(
                    any(random), List.of(new OfRooms("lob*", any(random)), new OfRooms("*", any(random))), any(random));
            OwnRetention own = new OwnRetention(random.nextInt(20), random.nextInt(20));
            StreamWindow raw = new StreamWindow(1 + random.nextInt(20), 1 + random.nextInt(20));
            StreamWindow window = config.within(LOBBY, raw);
            StreamRetention kept = config.of(LOBBY, own);
            assertThat(window.retention(own)).isEqualTo(kept);
            assertThat(window.of(own).entries())
                    .isEqualTo((int) Math.min(raw.entries(), kept.kept().entries()));
            assertThat(window.of(own).ageMs())
                    .isEqualTo(Math.min(raw.ageMs(), kept.kept().ageMs()));
            assertThat(kept.kept().and(config.most(LOBBY)))
                    .as("what an owner has set is within the most")
                    .satisfies(within -> {
                        assertThat(own.entries() == 0
                                        || within.entries() == kept.kept().entries())
                                .isTrue();
                        assertThat(own.ageMs() == 0
                                        || within.ageMs() == kept.kept().ageMs())
                                .isTrue();
                    });
        }
    }

    @Test
    void entry_ends_when_it_is_too_far_behind_the_head_or_too_old() {
        Retention kept = new Retention(3, TimeUnit.HOURS.toMillis(1));
        assertThat(kept.ends(7, 1_000, 10, 1_000)).isTrue();
        assertThat(kept.ends(8, 1_000, 10, 1_000)).isFalse();
        assertThat(kept.ends(8, 1_000, 10, 1_000 + kept.ageMs())).isFalse();
        assertThat(kept.ends(8, 1_000, 10, 1_001 + kept.ageMs())).isTrue();
        assertThat(Retention.UNBOUNDED.ends(1, 0, Long.MAX_VALUE, Long.MAX_VALUE))
                .isFalse();
    }

    private static Bound any(Random random) {
        return bound(
                random.nextBoolean() ? 0 : 1 + random.nextInt(20), random.nextBoolean() ? 0 : 1 + random.nextInt(20));
    }

    /** @param entries 0 for none, as is an age of 0 */
    private static Bound bound(long entries, long ageMs) {
        return new Bound(
                Optional.of(entries).filter(bound -> bound > 0),
                Optional.of(ageMs).filter(bound -> bound > 0));
    }
}
