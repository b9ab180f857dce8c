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
    void sentinel_that_is_cut_off_is_outvoted() {
        vote.voteFor(FORMER);
        assertThat(vote.chosen().isComplete()).isFalse();
        vote.voteFor(NEXT);
        vote.voteFor(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void majority_decides_before_the_other_votes() {
        vote.voteFor(NEXT);
        vote.voteFor(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
        vote.abstain(new StoreOpenException("away"));
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void new_master_wins_a_tie() {
        vote.voteFor(FORMER);
        vote.abstain(new StoreOpenException("away"));
        vote.voteFor(NEXT);
        assertThat(vote.chosen().result()).isEqualTo(NEXT);
    }

    @Test
    void single_vote_decides_if_the_others_abstain() {
        vote.abstain(new StoreOpenException("away"));
        vote.voteFor(FORMER);
        vote.abstain(new StoreOpenException("away"));
        assertThat(vote.chosen().result()).isEqualTo(FORMER);
    }

    @Test
    void vote_without_any_master_fails_with_the_last_failure() {
        StoreOpenException last = new StoreOpenException("away");
        vote.abstain(new StoreOpenException("away"));
        vote.abstain(new StoreOpenException("away"));
        vote.abstain(last);
        assertThat(vote.chosen().cause()).isSameAs(last);
    }
}
