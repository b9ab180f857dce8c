package dev.portcullis.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StalledFeedTest {
    private static final long LATE = StalledFeed.STALLED_MS + 1;

    private final StalledFeed feed = new StalledFeed();

    @Test
    void feed_of_which_the_archive_gets_nothing_is_stalled_after_a_while() {
        feed.see(true, "a 1", 5);
        feed.see(true, "a 1", LATE + 4);
        assertThat(feed.isThere()).isFalse();
        feed.see(true, "a 1", LATE + 5);
        assertThat(feed.isThere()).isTrue();
        feed.see(true, "a 2", LATE + 6);
        assertThat(feed.isThere()).isFalse();
    }

    @Test
    void feed_is_not_stalled_where_something_waits_each_time_and_the_archive_gets_it() {
        for (int second = 0; second * 1_000L <= 2 * LATE; second++) {
            feed.see(true, "a " + second, second * 1_000L);
            assertThat(feed.isThere()).isFalse();
        }
    }

    @Test
    void feed_for_which_nothing_waits_begins_again() {
        feed.see(true, "a 1", 5);
        feed.see(false, "a 1", LATE + 5);
        feed.see(true, "a 1", 3 * LATE);
        assertThat(feed.isThere()).isFalse();
    }
}
