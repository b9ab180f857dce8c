package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.mail.OpenLinks.Link;
import dev.portcullis.store.rows.RowForm;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLinksTest {
    private static final RowForm<OpenLinks> FORM = RowForm.of(OpenLinks.class);
    private static final long NOW = 1_795_132_800_000L;
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    @Test
    void pause_between_mails_doubles_up_to_half_an_hour_and_ends_with_a_day_of_rest() {
        OpenLinks links = OpenLinks.NONE;
        long now = NOW;
        for (long minutes : new long[] {0, 1, 2, 4, 8, 16, 30, 30, 30}) {
            assertThat(links.waitMs(now)).isEqualTo(minutes * MINUTE);
            now += minutes * MINUTE;
            assertThat(links.waitMs(now)).isZero();
            links = links.with(new Link("hash", now + DAY), now);
        }
        assertThat(links.with(new Link("hash", now + DAY), now + DAY).waitMs(now + DAY))
                .isEqualTo(MINUTE);
    }

    /** Strangers ask as often as they can: the mailbox has a link of the user's that is good, and gets few mails. */
    @Test
    void user_who_asks_finds_a_good_link_in_the_mailbox_however_often_strangers_ask() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        OpenLinks links = OpenLinks.NONE;
        long now = NOW;
        int mails = 0;
        while (now < NOW + DAY) {
            now += random.nextInt(20_000);
            if (links.waitMs(now) == 0) {
                links = links.with(new Link("hash-" + mails, now + LinkPurpose.RESET.lifetimeMs()), now);
                mails++;
            }
            assertThat(links.opens("hash-" + (mails - 1), now))
                    .as("the newest mail's link is good, seed %d", seed)
                    .isTrue();
        }
        assertThat(mails).as("seed %d", seed).isBetween(40, 54);
    }

    @Test
    void link_is_good_until_its_end_or_until_one_was_used() {
        OpenLinks links = OpenLinks.NONE.with(new Link("one", NOW + 10), NOW).with(new Link("two", NOW + 20), NOW);
        assertThat(links.opens("one", NOW + 9)).isTrue();
        assertThat(links.opens("one", NOW + 10)).isFalse();
        assertThat(links.opens("two", NOW + 10)).isTrue();
        assertThat(links.opens("three", NOW)).isFalse();
        assertThat(links.used().opens("two", NOW)).isFalse();
        assertThat(links.used().waitMs(NOW))
                .as("there is no good link to wait with")
                .isEqualTo(MINUTE);
    }

    @Test
    void six_links_are_kept_and_read_back_from_their_row() {
        OpenLinks links = OpenLinks.NONE;
        for (int number = 0; number < 9; number++) {
            links = links.with(new Link("hash-" + number, NOW + DAY), NOW + number);
        }
        assertThat(links.links())
                .extracting(Link::hash)
                .containsExactly("hash-3", "hash-4", "hash-5", "hash-6", "hash-7", "hash-8");
        assertThat(FORM.decode(FORM.encode(links))).isEqualTo(links);
        assertThat(FORM.decode(FORM.encode(OpenLinks.NONE))).isEqualTo(OpenLinks.NONE);
    }

    @Test
    void clock_that_went_back_makes_no_pause_longer() {
        OpenLinks links = OpenLinks.NONE.with(new Link("hash", NOW + DAY), NOW);
        assertThat(links.waitMs(NOW - DAY)).isEqualTo(MINUTE);
    }

    @Test
    void mail_that_was_not_sent_leaves_the_pause_as_it_was_before_it() {
        OpenLinks first = OpenLinks.NONE.with(new Link("one", NOW + DAY), NOW);
        assertThat(first.without("one", NOW)).isEqualTo(OpenLinks.NONE);
        OpenLinks second = first.with(new Link("two", NOW + DAY), NOW + MINUTE);
        assertThat(second.waitMs(NOW + MINUTE)).isEqualTo(2 * MINUTE);
        assertThat(second.without("two", NOW + MINUTE)).isEqualTo(first);
        assertThat(second.without("one", NOW).waitMs(NOW + MINUTE))
                .as("a later one was sent")
                .isEqualTo(MINUTE);
        assertThat(second.without("other", NOW)).isEqualTo(second);
        OpenLinks used = second.used();
        assertThat(used.without("two", NOW + MINUTE)).isEqualTo(used);
    }
}
