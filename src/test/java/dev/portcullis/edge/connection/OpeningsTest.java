package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import org.junit.jupiter.api.Test;

class OpeningsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    private final Openings openings = new Openings(7);

    @Test
    void user_has_five_and_leaves_others_the_rest() {
        add(5, ANN);
        assertThat(openings.isFull(ANN)).isTrue();
        assertThat(openings.isFull(BEN)).isFalse();
        openings.remove(ANN);
        assertThat(openings.isFull(ANN)).isFalse();
    }

    @Test
    void all_users_together_have_no_more_than_there_are() {
        add(4, ANN);
        add(3, BEN);
        assertThat(openings.size()).isEqualTo(7);
        assertThat(openings.isFull(new UserId("cem"))).isTrue();
        openings.remove(BEN);
        assertThat(openings.isFull(new UserId("cem"))).isFalse();
    }

    private void add(int count, UserId user) {
        for (int i = 0; i < count; i++) {
            assertThat(openings.isFull(user)).isFalse();
            openings.add(user);
        }
    }
}
