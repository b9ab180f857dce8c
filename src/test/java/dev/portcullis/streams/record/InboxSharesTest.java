package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.record.InboxShares.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxSharesTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final UserId DELETED = new UserId("deleted");
    private static final InboxShares SHARES =
            new InboxShares(9, List.of(new Share(ANN, 3, 2, true), new Share(BEN, 2, 1, false)));

    @Test
    void entries_with_another_author_count_for_that_one_as_of_a_stranger() {
        InboxShares after = SHARES.given(ANN, DELETED, 2, 4);
        assertThat(after.shares())
                .containsExactlyInAnyOrder(
                        new Share(BEN, 2, 1, false), new Share(ANN, 1, 2, true), new Share(DELETED, 2, 4, false));
        assertThat(after.areOf(9, 5)).isTrue();
    }

    @Test
    void share_of_the_other_author_grows_and_begins_where_the_first_entry_is() {
        InboxShares after = SHARES.given(ANN, DELETED, 3, 2).given(BEN, DELETED, 2, 1);
        assertThat(after.shares()).containsExactly(new Share(DELETED, 5, 1, false));
    }

    @Test
    void shares_that_do_not_fit_are_counted_again() {
        assertThat(SHARES.given(ANN, DELETED, 4, 2).areOf(9, 5)).isFalse();
        assertThat(SHARES.given(new UserId("eve"), DELETED, 1, 2).areOf(9, 5)).isFalse();
    }
}
