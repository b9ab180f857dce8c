package dev.portcullis.auth.invitation;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.invitation.AccountInvitationStore.Kept;
import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountInvitationsTest {
    private static final UserId ANN = new UserId("u:ann");
    private static final UserId BEN = new UserId("u:ben");
    private static final long HOUR = 3_600_000;

    final AtomicLong clock = new AtomicLong(System.currentTimeMillis());

    private final MemoryRowStore rows = new MemoryRowStore(clock::get);

    private AccountInvitations invitations() {
        return new AccountInvitations(new AccountInvitationStore(rows), clock::get);
    }

    @Test
    void invitation_lets_one_user_in_and_no_second_one() throws Exception {
        Made made = done(invitations().make(HOUR));
        assertThat(made.code()).matches("[A-Za-z0-9_-]{43}");
        assertThat(made.expiresAt()).isEqualTo(clock.get() + HOUR);
        assertThat(made.toString()).doesNotContain(made.code());
        assertThat(done(invitations().take(made.code(), ANN))).isTrue();
        assertThat(done(invitations().take(made.code(), ANN))).isFalse();
        assertThat(done(invitations().take(made.code(), BEN))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void of_any_number_at_once_exactly_one_gets_it(int strangers) throws Exception {
        Made made = done(invitations().make(HOUR));
        List<Future<Boolean>> all = IntStream.range(0, strangers)
                .mapToObj(each -> invitations().take(made.code(), new UserId("u:" + each)))
                .toList();
        done(Future.all(all));
        assertThat(all.stream().filter(Future::result)).hasSize(1);
    }

    @Test
    void invitation_that_is_over_or_was_never_made_is_refused() throws Exception {
        Made made = done(invitations().make(HOUR));
        assertThat(done(invitations().take("A".repeat(43), ANN))).isFalse();
        clock.addAndGet(HOUR);
        assertThat(done(invitations().take(made.code(), ANN))).isFalse();
    }

    @Test
    void invitation_that_was_given_back_is_good_for_another_user() throws Exception {
        Made made = done(invitations().make(HOUR));
        done(invitations().take(made.code(), ANN));
        done(invitations().giveBack(made.code(), BEN));
        assertThat(done(invitations().take(made.code(), BEN))).isFalse();
        done(invitations().giveBack(made.code(), ANN));
        assertThat(done(invitations().take(made.code(), BEN))).isTrue();
    }

    @Test
    void invitations_that_are_over_leave_nothing_and_others_stay() throws Exception {
        Made shortOne = done(invitations().make(HOUR));
        Made longOne = done(invitations().make(3 * HOUR));
        clock.addAndGet(2 * HOUR);
        done(invitations().make(HOUR));
        assertThat(isKept(shortOne.code())).isFalse();
        assertThat(done(invitations().take(longOne.code(), ANN))).isTrue();
    }

    @Test
    void invitations_are_listed_without_their_codes_and_those_that_end_first_come_first() throws Exception {
        Made later = done(invitations().make(3 * HOUR));
        clock.addAndGet(1);
        Made first = done(invitations().make(HOUR));
        done(invitations().take(first.code(), ANN));

        Listing listing = done(invitations().list(""));
        assertThat(listing.next()).isEmpty();
        assertThat(listing.invitations())
                .containsExactly(
                        new Kept(Sha256.base64Url(first.code()), clock.get(), clock.get() + HOUR, true),
                        new Kept(Sha256.base64Url(later.code()), clock.get() - 1, clock.get() - 1 + 3 * HOUR, false));
        clock.addAndGet(HOUR);
        assertThat(done(invitations().list("")).invitations())
                .as("what is over is not listed")
                .extracting(Kept::id)
                .containsExactly(Sha256.base64Url(later.code()));
    }

    @Test
    void each_page_goes_on_where_the_one_before_ended() throws Exception {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 205; i++) {
            made.add(Sha256.base64Url(done(invitations().make(HOUR + i / 3)).code()));
        }
        List<Kept> listed = new ArrayList<>();
        String from = "";
        do {
            Listing page = done(invitations().list(from));
            assertThat(page.invitations()).hasSizeLessThanOrEqualTo(100);
            listed.addAll(page.invitations());
            from = page.next();
        } while (!from.isEmpty());

        assertThat(listed).hasSize(205).isSortedAccordingTo(Comparator.comparingLong(Kept::expiresAt));
        assertThat(listed).extracting(Kept::id).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void withdrawn_invitation_lets_no_user_in_and_is_not_listed() throws Exception {
        Made made = done(invitations().make(HOUR));
        Made other = done(invitations().make(HOUR));
        String id = Sha256.base64Url(made.code());
        assertThat(done(invitations().withdraw(id))).isTrue();
        assertThat(done(invitations().withdraw(id))).isFalse();
        assertThat(done(invitations().take(made.code(), ANN))).isFalse();
        assertThat(done(invitations().list("")).invitations())
                .extracting(Kept::id)
                .containsExactly(Sha256.base64Url(other.code()));
        assertThat(done(invitations().withdraw("A".repeat(43)))).isFalse();
    }

    @Test
    void invitation_that_is_withdrawn_while_it_is_used_is_not_given_back() throws Exception {
        Made made = done(invitations().make(HOUR));
        done(invitations().take(made.code(), ANN));
        done(invitations().withdraw(Sha256.base64Url(made.code())));
        done(invitations().giveBack(made.code(), ANN));
        assertThat(done(invitations().take(made.code(), BEN))).isFalse();
    }

    private boolean isKept(String code) {
        String hash = Sha256.base64Url(code);
        return rows.any(row -> row.key().contains(hash));
    }

    @Test
    void code_is_kept_nowhere() throws Exception {
        Made made = done(invitations().make(HOUR));
        assertThat(isKept(made.code())).isTrue();
        assertThat(rows.any(row -> row.key().contains(made.code()))).isFalse();
    }
}
