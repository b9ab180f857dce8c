package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentinelVoteTest {
    private static final HostPort FORMER = new HostPort("former", 1);
    private static final HostPort NEXT = new HostPort("next", 1);

    private final SentinelVote vote = new SentinelVote(3, List.of(FORMER));

    @Test
    void one_that_was_cut_off_is_outvoted_whenever_it_answers() {
        vote.name(FORMER);
        assertThat(vote.chosen().isComplete()).isFalse();
        vote.name(NEXT);
        vote.name(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void a_majority_is_not_made_to_wait_for_the_rest() {
        vote.name(NEXT);
        vote.name(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
        vote.abstain(new StoreOpenException("away"));
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void of_two_that_are_named_as_often_the_newer_wins() {
        vote.name(FORMER);
        vote.abstain(new StoreOpenException("away"));
        vote.name(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void the_only_one_who_answers_is_believed() {
        vote.abstain(new StoreOpenException("away"));
        vote.name(FORMER);
        vote.abstain(new StoreOpenException("away"));
        assertThat(vote.chosen().result()).isEqualTo(FORMER);
    }

    @Test
    void where_nobody_knows_any_the_last_reason_is_told() {
        StoreOpenException last = new StoreOpenException("away");
        vote.abstain(new StoreOpenException("away"));
        vote.abstain(new StoreOpenException("away"));
        vote.abstain(last);
        assertThat(vote.chosen().cause()).isSameAs(last);
    }
}
