package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailPaceTest {
    private static final String HOME = "192.0.2.1";
    private static final String ANN = "ann@example.com";
    private static final String ANN_AT_CHAT = "ann+chat@example.com";
    private static final long NOW = 1_700_000_000_000L;
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);

    private final MailPace pace = new MailPace();

    private boolean take(String network, String address, long now) {
        boolean free = pace.waitMs(network, address, now) == 0;
        if (free) {
            pace.mailed(network, address, now);
        }
        return free;
    }

    private int take(String network, int spellings, long now) {
        int taken = 0;
        for (int each = 0; each < spellings; each++) {
            taken += take(network, spelling(each), now) ? 1 : 0;
        }
        return taken;
    }

    private static String spelling(int number) {
        return "ann+" + number + "@example.com";
    }

    /** A stranger at the same network, who takes each mail's turn. */
    @Test
    void user_whose_address_has_a_plus_has_each_mail_beside_a_stranger_with_another_spelling() {
        long now = NOW;
        for (long pause : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            assertThat(take(HOME, spelling(1), now)).isTrue();
            assertThat(take(HOME, ANN_AT_CHAT, now)).isTrue();
            assertThat(pace.waitMs(HOME, ANN_AT_CHAT, now)).isEqualTo(pause * MINUTE);
            now += pause * MINUTE;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 6", "100, 6"})
    void spellings_of_a_mailbox_beyond_the_first_share_a_pause(int spellings, int mails) {
        assertThat(take(HOME, spellings, NOW)).isEqualTo(mails);
        assertThat(take(HOME, spellings, NOW)).isZero();
        assertThat(take(HOME, spellings, NOW + MINUTE)).isEqualTo(mails);
        assertThat(take(HOME, spellings, NOW + 2 * MINUTE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_who_was_there_first_has_each_mail_beside_any_number_of_spellings(int spellings) {
        assertThat(take(HOME, ANN_AT_CHAT, NOW)).isTrue();
        take(HOME, spellings, NOW);
        assertThat(take(HOME, ANN_AT_CHAT, NOW + MINUTE)).isTrue();
        take(HOME, spellings, NOW + MINUTE);
        assertThat(take(HOME, ANN_AT_CHAT, NOW + 3 * MINUTE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void address_without_a_plus_has_no_part_in_what_its_spellings_share(int spellings) {
        take(HOME, spellings, NOW);
        assertThat(take(HOME, ANN, NOW)).isTrue();
        assertThat(take(HOME, ANN, NOW)).isFalse();
        assertThat(take("198.51.100.1", spelling(0), NOW)).as("elsewhere").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "4, true", "5, false"})
    void customer_of_a_provider_has_the_own_mails_beside_up_to_four_others_of_the_network(int others, boolean mailed) {
        for (int other = 0; other < others; other++) {
            String narrow = "2001:db8:1:" + Integer.toHexString(256 * other);
            assertThat(take(narrow + "::/64", ANN, NOW)).isTrue();
            assertThat(take(narrow + "::/64", ANN, NOW)).isFalse();
        }
        assertThat(take("2001:db8:1:fe00::/64", ANN, NOW)).isTrue();
        assertThat(take("2001:db8:1:ff00::/64", ANN, NOW)).isEqualTo(mailed);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 6", "100, 6"})
    void client_with_a_wide_network_has_as_many_mails_as_one_with_many_spellings(int networks, int mails) {
        int taken = 0;
        for (int each = 0; each < networks; each++) {
            taken += take("2001:db8:1:" + Integer.toHexString(256 * each) + "::/64", ANN, NOW) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(mails);
    }

    @Test
    void narrow_networks_of_one_customer_have_one_pause() {
        assertThat(take("2001:db8:1:0::/64", ANN, NOW)).isTrue();
        assertThat(take("2001:db8:1:ff::/64", ANN, NOW)).isFalse();
        assertThat(take("2001:db8:2:0::/64", ANN, NOW)).isTrue();
    }

    @Test
    void spelling_has_its_own_pause_again_once_others_have_rested_for_a_day() {
        assertThat(take(HOME, 10, NOW)).isEqualTo(6);
        assertThat(take(HOME, ANN_AT_CHAT, NOW)).isFalse();
        long later = NOW + TimeUnit.DAYS.toMillis(1);
        assertThat(take(HOME, ANN_AT_CHAT, later)).isTrue();
        assertThat(take(HOME, 4, later)).isEqualTo(4);
        assertThat(take(HOME, 10, later)).as("the shared one").isEqualTo(1);
        assertThat(take(HOME, ANN_AT_CHAT, later + MINUTE)).isTrue();
    }

    @Test
    void mail_that_was_not_sent_is_given_back_where_it_was_taken() {
        assertThat(take(HOME, 6, NOW)).isEqualTo(6);
        pace.giveBack(HOME, spelling(5), NOW);
        assertThat(take(HOME, spelling(6), NOW)).as("the shared one").isTrue();
        assertThat(take(HOME, spelling(7), NOW)).isFalse();
        pace.giveBack(HOME, spelling(0), NOW);
        assertThat(take(HOME, spelling(7), NOW)).as("the place of the first").isTrue();
        assertThat(take(HOME, spelling(0), NOW)).isFalse();
        pace.giveBack("198.51.100.1", spelling(0), NOW);
    }
}
