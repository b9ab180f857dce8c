package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.hooks.outbox.StoredEvent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CulpritsTest {
    private final Culprits culprits =
            new Culprits(event -> Optional.of(event.id().split("-", 2)[0]));
    private int ids;

    @Test
    void key_of_which_two_events_were_set_aside_goes_aside_with_the_events_of_all() {
        culprits.setAside(written("ann", "room:one"), 0);
        assertThat(leading(written("ann", "room:one"))).isZero();
        culprits.setAside(written("ann", "room:one"), 0);
        assertThat(leading(written("ben", "room:one"), written("ann", "room:two")))
                .isEqualTo(1);
    }

    /** Else one who joins a room has its messages wait for what others have aside. */
    @Test
    void user_of_whom_events_of_two_keys_were_set_aside_takes_along_what_they_write_and_not_that_they_came() {
        culprits.setAside(written("ann", "room:one"), 0);
        culprits.setAside(written("ann", "room:two"), 0);
        assertThat(leading(written("ann", "room:three"), written("ben", "room:three")))
                .isEqualTo(1);
        assertThat(leading(event("room.joined", "ann", "room:three"))).isZero();
    }

    @Test
    void author_of_one_key_is_faulty_there_and_one_of_two_keys_everywhere() {
        culprits.gaveUp(written("ann", "room:one"), 0);
        assertThat(culprits.isFaulty(written("ann", "room:one"), 0)).isFalse();
        culprits.gaveUp(written("ann", "room:one"), 0);
        assertThat(culprits.isFaulty(written("ann", "room:one"), 0)).isTrue();
        assertThat(culprits.isFaulty(written("ben", "room:one"), 0)).isFalse();
        assertThat(culprits.isFaulty(written("ann", "room:own"), 0))
                .as("they may have answered there to what the application has not")
                .isFalse();
        culprits.gaveUp(written("ann", "room:two"), 0);
        assertThat(culprits.isFaulty(written("ann", "room:own"), 0)).isTrue();
        assertThat(leading(written("ann", "room:own"))).isEqualTo(1);
    }

    private int leading(StoredEvent... events) {
        return culprits.leading(List.of(events), 0);
    }

    private StoredEvent written(String author, String key) {
        return event("message.published", author, key);
    }

    private StoredEvent event(String type, String author, String key) {
        return new StoredEvent(type, key, author + "-" + ids++, 0, new byte[0]);
    }
}
