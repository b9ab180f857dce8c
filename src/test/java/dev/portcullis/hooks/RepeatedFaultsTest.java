package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatedFaultsTest {
    private final RepeatedFaults authors = new RepeatedFaults();
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    @Test
    void author_is_faulty_for_ten_minutes_after_events_of_two_keys() {
        authors.add("ann", "room:one", now);
        assertThat(authors.contains("ann", now)).as("one may be an accident").isFalse();
        authors.add("ann", "room:one", now);
        assertThat(authors.contains("ann", now))
                .as("an answer to an event that the application has not")
                .isFalse();
        authors.add("ann", "room:two", now);
        assertThat(authors.contains("ann", now)).isTrue();
        authors.add("ann", "room:two", now);
        assertThat(authors.contains("ann", now)).isTrue();
        assertThat(authors.contains("ben", now)).isFalse();
        now += TimeUnit.MINUTES.toNanos(10) - 1;
        assertThat(authors.contains("ann", now)).isTrue();
        assertThat(authors.isNone(now)).isFalse();
        now += 1;
        assertThat(authors.contains("ann", now)).isFalse();
        assertThat(authors.isNone(now)).as("no event need be read for it").isTrue();
        authors.add("ann", "room:one", now);
        assertThat(authors.contains("ann", now))
                .as("what was before counts no more")
                .isFalse();
    }

    @Test
    void thousand_authors_are_remembered_and_the_one_of_longest_ago_is_forgotten() {
        for (int i = 0; i <= 1_000; i++) {
            authors.add("user-" + i, "room:one", now);
            authors.add("user-" + i, "room:two", now);
        }
        assertThat(authors.contains("user-0", now)).isFalse();
        assertThat(authors.contains("user-1", now)).isTrue();
        assertThat(authors.contains("user-1000", now)).isTrue();
    }
}
