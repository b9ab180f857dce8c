package dev.portcullis.auth.invitation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowForm;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountInvitationTest {
    private static final RowForm<AccountInvitation> FORM = RowForm.of(AccountInvitation.class);
    private static final UserId ANN = new UserId("u:ann");
    private static final UserId BEN = new UserId("u:ben");

    private final AccountInvitation fresh = new AccountInvitation(7, 1_000, Optional.empty());
    private final AccountInvitation used = new AccountInvitation(7, 1_000, Optional.of(ANN));

    @Test
    void invitation_is_taken_once_and_before_its_end() {
        assertThat(fresh.takenBy(ANN, 999)).contains(used);
        assertThat(fresh.takenBy(ANN, 1_000)).isEmpty();
        assertThat(used.takenBy(BEN, 0)).isEmpty();
        assertThat(used.takenBy(ANN, 0)).isEmpty();
    }

    @Test
    void only_the_user_who_took_it_gives_it_back() {
        assertThat(used.givenBackBy(ANN)).contains(fresh);
        assertThat(used.givenBackBy(BEN)).isEmpty();
        assertThat(fresh.givenBackBy(ANN)).isEmpty();
    }

    @Test
    void row_is_read_as_it_was_written() {
        assertThat(FORM.decode(FORM.encode(fresh))).isEqualTo(fresh);
        assertThat(FORM.decode(FORM.encode(used))).isEqualTo(used);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "{}", "[1,\"x\",null]", "[1,2,\"-\"]"})
    void row_of_another_form_is_no_invitation(String row) {
        assertThatThrownBy(() -> FORM.decode(row)).isInstanceOf(StoreFailure.class);
    }
}
