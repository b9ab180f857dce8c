package dev.portcullis.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.refresh.RefreshChoice.Issued;
import dev.portcullis.auth.refresh.RefreshChoice.SeveralUsers;
import dev.portcullis.auth.refresh.RefreshChoice.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefreshChoiceTest {
    private static final long DAY = 86_400_000;
    private static final long T = 1_795_132_800_000L;

    private final RefreshPolicy policy = new RefreshPolicy(new RefreshConfig(7 * DAY, 30 * DAY, 10_000));
    private final RefreshFamily ofAnn = family("ann-login", T);
    private final RefreshFamily ofEve = family("eve-login", T);

    /** Whose page refreshed three times. */
    private static RefreshFamily family(String id, long begunAt) {
        return RefreshFamily.begin(id, "seed", false, LoginDevice.UNKNOWN, begunAt)
                .rotate(LoginDevice.UNKNOWN, begunAt + 100_000)
                .rotate(LoginDevice.UNKNOWN, begunAt + 200_000)
                .rotate(LoginDevice.UNKNOWN, begunAt + 300_000);
    }

    private Issued issued(String account, RefreshFamily family, long generation) {
        return new Issued(
                new RefreshToken(account, family.id(), generation, "secret"),
                family,
                policy.exchange(family, generation, LoginDevice.UNKNOWN, T + 400_000));
    }

    private static Tokens only(Issued... expected) {
        return new Tokens(
                List.of(expected).stream().map(each -> each.token().text()).toList());
    }

    @Test
    void good_token_hides_used_tokens_of_any_user_before_and_behind_it() {
        Issued good = issued("ann", ofAnn, 3);
        Issued usedByEve = issued("eve", ofEve, 0);
        Issued used = issued("ann", ofAnn, 1);

        assertThat(RefreshChoice.among(List.of(usedByEve, used, good), List.of()))
                .isEqualTo(only(good));
        assertThat(RefreshChoice.among(List.of(good, used, usedByEve), List.of()))
                .isEqualTo(only(good));
    }

    @Test
    void good_tokens_of_two_users_are_a_conflict() {
        assertThat(RefreshChoice.among(List.of(issued("ann", ofAnn, 3), issued("eve", ofEve, 3)), List.of()))
                .isEqualTo(new SeveralUsers());
    }

    @Test
    void newest_of_the_good_tokens_of_one_user_is_chosen() {
        RefreshFamily later = family("later-login", T + 1_000);
        Issued newest = issued("ann", later, 3);
        RefreshFamily justRotated = ofAnn.rotate(LoginDevice.UNKNOWN, T + 399_000);
        Issued inGrace = issued("ann", justRotated, 3);
        Issued current = issued("ann", justRotated, 4);

        assertThat(RefreshChoice.among(List.of(issued("ann", ofAnn, 3), newest, issued("ann", ofAnn, 3)), List.of()))
                .isEqualTo(only(newest));
        assertThat(RefreshChoice.among(List.of(inGrace, current), List.of())).isEqualTo(only(current));
    }

    @Test
    void used_tokens_are_exchanged_where_none_is_good() {
        Issued used = issued("ann", ofAnn, 1);
        Issued usedByEve = issued("eve", ofEve, 0);
        Issued ended = issued("eve", ofEve.end(T + 350_000), 3);

        assertThat(RefreshChoice.among(List.of(ended, usedByEve, used), List.of()))
                .isEqualTo(only(usedByEve, used));
        assertThat(RefreshChoice.among(List.of(ended), List.of())).isEqualTo(only());
        assertThat(RefreshChoice.among(List.of(), List.of())).isEqualTo(only());
    }

    @Test
    void token_that_was_not_looked_at_is_exchanged_where_none_is_surely_good() {
        RefreshToken unread = issued("ann", family("busy-login", T), 3).token();
        Issued used = issued("ann", ofAnn, 1);
        Issued good = issued("ann", ofAnn, 3);

        assertThat(RefreshChoice.among(List.of(used), List.of(unread)))
                .as("a used one ends its login only where none may be good")
                .isEqualTo(new Tokens(List.of(unread.text())));
        assertThat(RefreshChoice.among(List.of(used, good), List.of(unread))).isEqualTo(only(good));
    }

    @Test
    void token_that_was_not_looked_at_does_not_give_way_to_that_of_another_user() {
        RefreshToken unread = issued("ann", ofAnn, 3).token();
        RefreshToken unreadOfEve = issued("eve", ofEve, 3).token();

        assertThat(RefreshChoice.among(List.of(issued("eve", ofEve, 3)), List.of(unread)))
                .isEqualTo(new SeveralUsers());
        assertThat(RefreshChoice.among(List.of(), List.of(unread, unreadOfEve))).isEqualTo(new SeveralUsers());
    }
}
