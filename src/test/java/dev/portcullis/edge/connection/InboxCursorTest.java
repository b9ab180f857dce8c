package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import org.junit.jupiter.api.Test;

class InboxCursorTest {
    private final InboxCursor inbox = new InboxCursor();

    @Test
    void acknowledgement_counts_up_to_what_was_sent_and_once() {
        assertThat(inbox.upTo(1)).as("nothing was sent").isEmpty();
        inbox.reached(new Position("e", 5));
        assertThat(inbox.upTo(9)).contains(new Position("e", 5));
        inbox.acknowledged(new Position("e", 3));
        assertThat(inbox.upTo(3)).isEmpty();
        assertThat(inbox.upTo(4)).contains(new Position("e", 4));
    }

    @Test
    void inbox_that_counts_from_the_beginning_again_has_nothing_acknowledged() {
        inbox.reached(new Position("e", 500));
        inbox.acknowledged(new Position("e", 500));
        inbox.reached(new Position("f", 3));
        assertThat(inbox.upTo(2)).contains(new Position("f", 2));
        inbox.acknowledged(new Position("e", 400)); // it was under way meanwhile
        assertThat(inbox.upTo(2)).contains(new Position("f", 2));
        assertThat(inbox.upTo(499)).as("the client named it before it knew").isEmpty();
    }
}
