package dev.portcullis.uploads.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.SharePolicy.Held;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.ticket.SharePolicy.UploadQuota;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users fill a place by the shares of a node as it is shipped. */
class SharePolicyTest {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long PLACE = 10_240 * MIB;
    private static final long FILE = 25 * MIB;
    private static final long DAY = 86_400_000;
    private static final StorageShares SHIPPED = new StorageShares(7 * DAY, 10, 12, 3, 10);

    private final SharePolicy policy =
            new SharePolicy(new UploadQuota(1_024 * MIB, 10), SHIPPED, new Storage(PLACE, false));
    private final Place place = new Place();
    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    /** What is held, as the stores sum it up. */
    private final class Place {
        private final Map<String, Sums> users = new HashMap<>();
        private final Map<String, Sums> networks = new HashMap<>();
        private Sums all = Sums.NONE;

        Optional<Excess> send(String user, boolean isNew, List<String> address, long size) {
            Held held = held(user, address);
            Optional<Excess> excess =
                    policy.judgeTicket(size, isNew, held).or(() -> policy.judgeFile(size, isNew, held));
            if (excess.isEmpty()) {
                Sums file = new Sums(0, size, 0, 1);
                users.merge(user, file, Sums::plus);
                all = all.plus(file);
                if (isNew) {
                    address.forEach(network -> networks.merge(network, file, Sums::plus));
                }
            }
            return excess;
        }

        /** As much as the user gets, in files of the largest size and then of ever smaller ones. */
        long fill(String user, boolean isNew, String... address) {
            long before = all.bytes();
            for (long size = FILE; size > 0; size /= 2) {
                while (send(user, isNew, List.of(address), size).isEmpty()) {}
            }
            return all.bytes() - before;
        }

        /** Leaves the place as it is. */
        void assertGets(long bytes, String user, boolean isNew, String... address) {
            Place copy = new Place();
            copy.users.putAll(users);
            copy.networks.putAll(networks);
            copy.all = all;
            long got = copy.fill(user, isNew, address);
            assertThat(got).as(user).isGreaterThanOrEqualTo(bytes);
        }

        Held held(String user, List<String> address) {
            return new Held(
                    users.getOrDefault(user, Sums.NONE),
                    address.stream()
                            .map(network -> networks.getOrDefault(network, Sums.NONE))
                            .toList(),
                    all);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 100_000, 145, 850", "10, 14_000, 135, 790", "100, 220, 130, 770", "1000, 2, 125, 760"})
    void new_users_of_one_address_leave_most_to_others_and_something_to_each_other(
            int attackers, long colleagueKib, long newMib, long knownMib) {
        for (int i = 0; i < attackers; i++) {
            place.fill("attacker" + i, true, "192.0.2.1");
        }

        assertThat(place.all.bytes()).isLessThan(PLACE * 8 / 100);
        place.assertGets(colleagueKib * KIB, "colleague", true, "192.0.2.1");
        place.assertGets(newMib * MIB, "new", true, "198.51.100.7");
        place.assertGets(knownMib * MIB, "known", false, "192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({"1, 140_000, 850_000", "10, 110_000, 600_000", "100, 25_000, 120_000", "1000, 400, 20_000"})
    void new_users_of_many_addresses_leave_the_reserve_and_more(int attackers, long newKib, long knownKib) {
        for (int i = 0; i < attackers; i++) {
            place.fill("attacker" + i, true, "192.0.2." + i);
        }

        assertThat(PLACE - place.all.bytes()).isGreaterThan(PLACE / 10);
        place.assertGets(newKib * KIB, "new", true, "198.51.100.7");
        place.assertGets(knownKib * KIB, "known", false, "192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({"1, 120_000, 700_000", "10, 38_000, 200_000", "100, 200, 20_000", "1000, 0, 50"})
    void users_who_have_waited_leave_something_for_one_more(int attackers, long newKib, long knownKib) {
        for (int i = 0; i < attackers; i++) {
            place.fill("attacker" + i, false, "192.0.2." + i);
        }

        place.assertGets(newKib * KIB, "new", true, "198.51.100.7");
        place.assertGets(knownKib * KIB, "known", false, "192.0.2.1");
    }

    @Test
    void addresses_of_a_wider_network_share_less_than_half_of_what_is_free() {
        for (int i = 0; i < 1_000; i++) {
            place.fill("attacker" + i, true, "2001:db8:1:" + i + "::/64", "2001:db8:1::/48");
        }

        assertThat(place.all.bytes()).isLessThan(PLACE * 30 / 100);
        place.assertGets(80 * MIB, "new", true, "198.51.100.7");
    }

    @Test
    void more_that_is_held_by_anybody_never_permits_more() {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            boolean isNew = random.nextBoolean();
            long size = 1 + random.nextLong(FILE);
            Held less = new Held(sums(random), List.of(sums(random), sums(random)), sums(random));
            Held more = new Held(
                    less.owner().plus(some(random)),
                    less.address().stream().map(each -> each.plus(some(random))).toList(),
                    less.all().plus(some(random)));

            if (policy.judgeFile(size, isNew, less).isPresent()) {
                assertThat(policy.judgeFile(size, isNew, more)).as(described()).isPresent();
            }
            if (policy.judgeTicket(size, isNew, less).isPresent()) {
                assertThat(policy.judgeTicket(size, isNew, more))
                        .as(described())
                        .isPresent();
            }
            if (policy.judgeFile(size, false, less).isPresent()) {
                assertThat(policy.judgeFile(size, true, less)).as(described()).isPresent();
            }
        }
    }

    @Test
    void any_mix_of_users_leaves_room_and_each_holds_within_their_share() {
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            Place mixed = new Place();
            for (int i = 0; i < 20_000; i++) {
                String user = "u" + random.nextInt(2_000);
                boolean isNew = user.hashCode() % 3 != 0;
                List<String> address = List.of("192.0.2." + user.hashCode() % 50);
                long free = PLACE - mixed.all.bytes();
                long size = 1 + random.nextLong(FILE);
                if (mixed.send(user, isNew, address, size).isEmpty()) {
                    long held = mixed.held(user, List.of()).owner().bytes();
                    assertThat(held).as(described()).isLessThanOrEqualTo(free * (isNew ? 3 : 12) / 100);
                    assertThat(isNew).as(described()).isIn(false, free - size >= PLACE / 10);
                }
            }
            assertThat(mixed.all.bytes()).as(described()).isLessThan(PLACE);
        }
    }

    @Test
    void unused_tickets_count_for_their_user_only() {
        Sums tickets = new Sums(200 * MIB, 0, 9, 9);
        Held own = new Held(tickets, List.of(Sums.NONE), tickets);
        Held ofOthers = new Held(Sums.NONE, List.of(tickets), tickets);

        assertThat(policy.judgeTicket(100 * MIB, true, own)).contains(Excess.SHARE);
        assertThat(policy.judgeTicket(100 * MIB, true, ofOthers)).isEmpty();
    }

    @Test
    void where_the_server_is_not_asked_again_tickets_take_room_at_once() {
        SharePolicy bucket = new SharePolicy(new UploadQuota(PLACE, 1_000), SHIPPED, new Storage(PLACE, true));
        Held full = new Held(Sums.NONE, List.of(), new Sums(PLACE, 0, 400, 400));

        assertThat(bucket.judgeTicket(1, true, full)).contains(Excess.RESERVE);
        assertThat(bucket.judgeFile(1, true, full)).isEmpty();
    }

    @Test
    void quota_is_named_before_a_share() {
        Held pending = new Held(new Sums(1, 0, 10, 10), List.of(), Sums.NONE);

        assertThat(policy.judgeTicket(2_000 * MIB, true, pending)).contains(Excess.BYTES);
        assertThat(policy.judgeTicket(1, true, pending)).contains(Excess.PENDING);
    }

    @Test
    void user_is_new_until_they_are_known_for_long_enough() {
        assertThat(policy.isNew(1_000, 1_000)).isTrue();
        assertThat(policy.isNew(1_000, 999 + 7 * DAY)).isTrue();
        assertThat(policy.isNew(1_000, 1_000 + 7 * DAY)).isFalse();
    }

    private String described() {
        return "portcullis.seed=" + seed;
    }

    private static Sums sums(Random random) {
        List<Long> scales = new ArrayList<>(List.of(1L, MIB, FILE, PLACE));
        long scale = scales.get(random.nextInt(scales.size()));
        return new Sums(random.nextLong(scale), random.nextLong(scale), random.nextInt(12), 1);
    }

    private static Sums some(Random random) {
        return random.nextBoolean() ? Sums.NONE : sums(random);
    }
}
