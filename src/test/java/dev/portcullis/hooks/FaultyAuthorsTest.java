package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.hooks.outbox.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultyAuthorsTest {
    private final FaultyAuthors authors = new FaultyAuthors();
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    @Test
    void author_is_faulty_for_ten_minutes_after_two_events_that_were_given_up() {
        authors.gaveUp(by("ann"), now);
        assertThat(authors.wrote(by("ann"), now)).as("one may be an accident").isFalse();
        authors.gaveUp(by("ann"), now);
        assertThat(authors.wrote(by("ann"), now)).isTrue();
        assertThat(authors.wrote(by("ben"), now)).isFalse();
        now += TimeUnit.MINUTES.toNanos(10) - 1;
        assertThat(authors.wrote(by("ann"), now)).isTrue();
        now += 1;
        assertThat(authors.wrote(by("ann"), now)).isFalse();
        authors.gaveUp(by("ann"), now);
        assertThat(authors.wrote(by("ann"), now))
                .as("what was before counts no more")
                .isFalse();
    }

    @Test
    void event_without_an_author_is_no_fault_of_any() {
        StoredEvent event = event("{\"id\":\"e\",\"data\":{}}");
        authors.gaveUp(event, now);
        authors.gaveUp(event, now);
        assertThat(authors.wrote(event, now)).isFalse();
        assertThat(authors.wrote(event("{\"id\":\"e\"}"), now)).isFalse();
    }

    @Test
    void thousand_authors_are_remembered_and_the_one_of_longest_ago_is_forgotten() {
        for (int i = 0; i <= 1_000; i++) {
            authors.gaveUp(by("user-" + i), now);
            authors.gaveUp(by("user-" + i), now);
        }
        assertThat(authors.wrote(by("user-0"), now)).isFalse();
        assertThat(authors.wrote(by("user-1"), now)).isTrue();
        assertThat(authors.wrote(by("user-1000"), now)).isTrue();
    }

    private static StoredEvent by(String user) {
        return event("{\"id\":\"e\",\"data\":{\"userId\":\"" + user + "\"}}");
    }

    private static StoredEvent event(String json) {
        return new StoredEvent("message.published", "room:tea", "e", 1, json.getBytes(StandardCharsets.UTF_8));
    }
}
