package dev.portcullis.uploads.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.transfer.TransferPlaces.TransferShares;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferPlacesTest {
    private static final TransferConfig CONFIG = new TransferConfig(30_000, 32_768, 10_000);

    private final TransferPlaces places =
            new TransferPlaces(new TransferShares(16, 4, 8), CONFIG, any -> false, () -> now());
    /** With the shares of the defaults. */
    private final TransferPlaces shipped =
            new TransferPlaces(new TransferShares(64, 8, 32), CONFIG, any -> false, () -> now());

    private long now = 1_000;

    @Test
    void user_gets_no_more_than_their_share() {
        assertThat(fill("ann", "a", 4)).hasSize(4);

        assertThat(enter("ann", "a")).isEmpty();
        assertThat(enter("ben", "a")).isPresent();
    }

    /** Each progresses well and never ends by itself. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 10})
    void who_broke_off_gets_a_place_from_users_with_many(int others) {
        UserId phone = new UserId("phone");
        List<String> address = List.of("a");
        TransferPlace broken = shipped.enter(phone, address).orElseThrow();
        for (int i = 0; i < 8 * others; i++) {
            shipped.enter(new UserId("u" + i / 8), address);
        }

        for (int i = 0; i < 3; i++) {
            shipped.leave(broken, false);
            broken = shipped.enter(phone, address).orElseThrow();
        }
        assertThat(broken.isDisplaced()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void users_who_break_off_again_and_again_leave_two_to_each_other_user(int breaking) {
        List<TransferPlace> two = fill("ann", "a", 2);
        fill("ben", "b", 4);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < breaking; i++) {
                enter("u" + i, "c" + i).ifPresent(place -> places.leave(place, false));
            }
        }

        assertThat(two).noneMatch(TransferPlace::isDisplaced);
    }

    @Test
    void place_is_free_again_after_it_was_left() {
        List<TransferPlace> all = fill("ann", "a", 4);

        places.leave(all.get(0), true);

        assertThat(places.count()).isEqualTo(3);
        assertThat(enter("ann", "a")).isPresent();
    }

    @Test
    void last_quarter_is_for_users_who_have_none() {
        fill("ann", "a", 4);
        fill("ben", "b", 4);
        fill("cleo", "c", 3);
        assertThat(enter("dora", "d")).isPresent();

        assertThat(enter("cleo", "c")).isEmpty();
        assertThat(enter("eve", "e")).isPresent();
    }

    @Test
    void address_gets_no_more_than_its_share_but_for_users_who_have_none() {
        fill("ann", "a", 4);
        fill("ben", "a", 3);
        assertThat(enter("cleo", "a")).isPresent();

        assertThat(enter("ben", "a")).isEmpty();
        assertThat(enter("ben", "b")).isPresent();
        assertThat(enter("dora", "a")).isPresent();
    }

    @Test
    void wider_network_has_eight_times_the_share_of_an_address() {
        TransferPlaces few = new TransferPlaces(new TransferShares(100, 4, 1), CONFIG, any -> false, () -> now);
        for (int i = 0; i < 8; i++) {
            assertThat(few.enter(new UserId("u" + i), List.of("net" + i, "wide")))
                    .isPresent();
        }

        assertThat(few.enter(new UserId("u7"), List.of("net9", "wide"))).isEmpty();
        assertThat(few.enter(new UserId("u7"), List.of("net9", "other"))).isPresent();
    }

    /** Behind the NAT of a provider, with the shares of the defaults: others there are no reason to refuse a user. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 40, 60})
    void users_of_an_address_that_many_share_do_not_pay_for_each_other(int others) {
        List<String> address = List.of("2001:db8:0:1::/64", "2001:db8::/48");
        AddressRange provider = AddressRange.parse("2001:db8:0:1::/64").orElseThrow();
        TransferShares defaults = new TransferShares(64, 8, 32);
        TransferPlaces named = new TransferPlaces(defaults, CONFIG, provider::overlaps, () -> now);
        TransferPlaces ordinary = new TransferPlaces(defaults, CONFIG, any -> false, () -> now);
        for (int i = 0; i < others; i++) {
            assertThat(named.enter(new UserId("u" + i), address)).isPresent();
            ordinary.enter(new UserId("u" + i), address);
        }

        assertThat(named.enter(new UserId("u0"), address).isPresent())
                .as("a second one, while there are places for that")
                .isEqualTo(others < 48);
        assertThat(ordinary.enter(new UserId("u0"), address).isPresent())
                .as("where it is not said that many share it")
                .isEqualTo(others < 32);
        assertThat(named.enter(new UserId("new"), address)).isPresent();
        assertThat(ordinary.enter(new UserId("new"), address).isPresent()).isEqualTo(others < 56);
    }

    @Test
    void users_of_one_address_leave_half_of_the_last_quarter_to_others() {
        each(14, "u", i -> "a");

        assertThat(enter("u14", "a")).isEmpty();
        assertThat(enter("v", "b")).isPresent();
        assertThat(enter("w", "c")).isPresent();
        assertThat(places.count()).isEqualTo(16);
    }

    @Test
    void user_gets_a_free_place_where_all_of_their_crowded_address_were_there_first() {
        List<TransferPlace> all = new ArrayList<>(each(8, "u", i -> "a"));
        all.addAll(each(6, "far", i -> "b" + i));

        now += CONFIG.baseMs();
        TransferPlace place = enter("new", "a").orElseThrow();
        assertThat(all).as("a place was free").noneMatch(TransferPlace::isDisplaced);
        assertThat(enter("next", "a")).as("it has one of the reserve now").isEmpty();
        now += CONFIG.baseMs();
        assertThat(enter("next", "a")).isPresent();
        assertThat(place.isDisplaced()).isTrue();
        assertThat(all).noneMatch(TransferPlace::isDisplaced);
    }

    @Test
    void user_gets_one_of_the_reserve_in_time_where_all_of_their_crowded_address_were_there_first() {
        List<TransferPlace> all = new ArrayList<>(each(8, "u", i -> "a"));
        all.addAll(each(8, "far", i -> "b" + i));

        now += CONFIG.baseMs() - 1;
        assertThat(enter("new", "a")).isEmpty();
        now++;
        assertThat(enter("new", "a")).isPresent();
        assertThat(enter("next", "a")).as("one for a crowded address").isEmpty();
        assertThat(all.stream().filter(TransferPlace::isDisplaced)).containsExactly(all.get(12));
    }

    /** Users of one address with one transfer each that progresses well, and never ends by itself. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_gets_a_place_in_time_beside_one_address_with_many_users(int attackers) {
        for (int i = 0; i < attackers; i++) {
            shipped.enter(new UserId("u" + i), List.of("a"));
        }

        assertThat(shipped.enter(new UserId("elsewhere"), List.of("b"))).isPresent();
        if (attackers == 100) {
            assertThat(shipped.enter(new UserId("there"), List.of("a"))).isEmpty();
            now += CONFIG.baseMs();
        }
        assertThat(shipped.enter(new UserId("there"), List.of("a"))).isPresent();
    }

    @Test
    void slowest_transfer_goes_for_a_user_who_has_none() {
        List<TransferPlace> all = fullNode();
        all.forEach(place -> stall(place));
        TransferPlace slowest = all.get(5);
        all.stream()
                .filter(place -> place != slowest)
                .forEach(place -> place.pace().moved(1_000));

        Optional<TransferPlace> place = enter("new", "n");

        assertThat(place).isPresent();
        assertThat(all.stream().filter(TransferPlace::isDisplaced)).containsExactly(slowest);
        assertThat(places.count()).isEqualTo(16);
    }

    @Test
    void transfer_that_progresses_well_or_is_new_goes_for_no_other() {
        List<TransferPlace> all = fullNode();
        all.stream().limit(8).forEach(place -> {
            stall(place);
            place.pace().moved(1_000_000);
        });

        assertThat(enter("new", "n")).isEmpty();
        assertThat(all).noneMatch(TransferPlace::isDisplaced);
    }

    @Test
    void newest_transfer_of_the_user_who_has_most_goes_for_one_who_has_none_where_all_progress_well() {
        fill("ann", "a", 2);
        List<TransferPlace> most = fill("ben", "b", 3);
        each(11, "other", i -> "c" + i);

        assertThat(enter("new", "n")).isPresent();
        assertThat(most.stream().filter(TransferPlace::isDisplaced)).containsExactly(most.get(2));
        assertThat(enter("another", "m")).isPresent();
        assertThat(enter("third", "m")).as("two each are left").isPresent();
        assertThat(enter("fourth", "m")).as("one each is left").isEmpty();
        assertThat(enter("ben", "b")).as("they take none from others").isEmpty();
    }

    @Test
    void user_whose_further_transfers_went_for_others_is_a_newcomer_again() {
        List<TransferPlace> own = fill("ann", "a", 3);
        each(13, "other", i -> "c" + i);
        assertThat(enter("new", "n")).isPresent();
        assertThat(enter("another", "m")).isPresent();
        assertThat(own).filteredOn(TransferPlace::isDisplaced).hasSize(2);
        places.leave(own.get(2), false);
        places.leave(own.get(1), false);
        places.leave(own.get(0), true);

        assertThat(enter("ann", "a")).isPresent();
    }

    /** Users with one transfer each that progresses well, and never ends by itself, as many as get one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 64, 100})
    void user_who_has_none_gets_a_place_in_time_beside_users_with_one_good_transfer_each(int attackers) {
        List<TransferPlace> held = new ArrayList<>();
        for (int i = 0; i < attackers; i++) {
            shipped.enter(new UserId("u" + i), List.of("a" + i % 4)).ifPresent(held::add);
        }
        List<TransferPlace> first = List.copyOf(held.subList(0, Math.min(attackers, 48)));

        long began = now;
        Optional<TransferPlace> place = shipped.enter(new UserId("honest"), List.of("h"));
        while (place.isEmpty()) {
            now += 1_000;
            place = shipped.enter(new UserId("honest"), List.of("h"));
        }

        assertThat(now - began).isEqualTo(attackers < 64 ? 0 : CONFIG.baseMs());
        now += 10 * CONFIG.baseMs();
        for (int i = 0; i < 100; i++) {
            shipped.enter(new UserId("later" + i), List.of("l" + i));
        }
        assertThat(first).as("who was there first").noneMatch(TransferPlace::isDisplaced);
    }

    /**
     * The finding: users with eight good transfers each, others who come and go, and one on a slow line who was there first. Two
     * million bytes take a minute there.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_at_the_least_speed_who_was_there_first_is_not_ended_by_users_with_several(int attackers) {
        TransferPlace honest = shipped.enter(new UserId("honest"), List.of("h")).orElseThrow();
        List<TransferPlace> others = new ArrayList<>();
        int displaced = 0;
        for (int second = 0; second < 62; second++) {
            displaced += attack(attackers, others, second);
            goOn(honest, second);
            assertThat(honest.isDisplaced()).as("after %d s", second).isFalse();
        }
        assertThat(displaced).as("others").isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_at_the_least_speed_who_comes_last_has_a_place_in_time_and_for_its_time(int attackers) {
        List<TransferPlace> others = new ArrayList<>();
        attack(attackers, others, 0);

        long began = now;
        Optional<TransferPlace> honest = shipped.enter(new UserId("honest"), List.of("h"));
        while (honest.isEmpty()) {
            now += 1_000;
            honest = shipped.enter(new UserId("honest"), List.of("h"));
        }
        assertThat(now - began).isEqualTo(attackers < 64 ? 0 : CONFIG.baseMs());

        int sure = attackers < 64 ? 62 : 30;
        for (int second = 1; second < sure; second++) {
            attack(attackers, others, second);
            goOn(honest.get(), second);
            assertThat(honest.get().isDisplaced()).as("after %d s", second).isFalse();
        }
    }

    @Test
    void user_who_had_their_time_in_the_reserve_gets_a_free_place_at_once_and_ends_no_other_there_for_a_minute() {
        List<TransferPlace> all = fullNode();
        now += CONFIG.baseMs();
        assertThat(enter("new", "n")).isPresent();
        assertThat(all.get(12).isDisplaced()).isTrue();

        assertThat(enter("taken12", "c12")).as("the others there are due").isEmpty();
        assertThat(enter("another", "m")).isPresent();
        places.leave(all.get(0), true);
        assertThat(enter("taken12", "c12")).as("a free place").isPresent();
    }

    @Test
    void sole_transfer_goes_for_no_newcomer_while_a_user_has_several_however_slow_it_is() {
        List<TransferPlace> several = fill("several", "s", 2);
        List<TransferPlace> sole = each(14, "u", i -> "a" + i);
        sole.forEach(TransferPlacesTest::stall);

        assertThat(enter("new", "n")).isPresent();
        assertThat(several.get(1).isDisplaced()).isTrue();
        assertThat(sole).noneMatch(TransferPlace::isDisplaced);
        assertThat(enter("next", "m")).isPresent();
        assertThat(sole.stream().filter(TransferPlace::isDisplaced)).hasSize(1);
    }

    @Test
    void slow_transfer_of_the_user_who_has_most_goes_before_their_newest() {
        List<TransferPlace> most = fill("most", "m", 3);
        each(13, "u", i -> "a" + i);
        stall(most.get(1));

        assertThat(enter("new", "n")).isPresent();
        assertThat(most.stream().filter(TransferPlace::isDisplaced)).containsExactly(most.get(1));
    }

    @Test
    void user_at_an_address_of_many_users_gets_a_place_of_that_address_in_time() {
        List<TransferPlace> near = each(14, "u", i -> "a");
        TransferPlace far = enter("far", "b").orElseThrow();
        now += CONFIG.baseMs() - 1;
        assertThat(enter("new", "a")).isEmpty();
        now++;
        assertThat(enter("new", "a")).isPresent();
        assertThat(near.stream().filter(TransferPlace::isDisplaced)).containsExactly(near.get(8));
        assertThat(far.isDisplaced()).isFalse();
        assertThat(enter("u8", "a")).as("no newcomer for a minute").isEmpty();
    }

    @Test
    void transfer_in_the_reserve_moves_up_when_an_earlier_one_ends() {
        List<TransferPlace> all = each(16, "u", i -> "a" + i);
        now += CONFIG.baseMs();
        places.leave(all.get(0), true);
        assertThat(enter("one", "b")).as("a free place").isPresent();
        assertThat(enter("two", "c")).isPresent();
        assertThat(all.get(12).isDisplaced()).as("moved up").isFalse();
        assertThat(all.get(13).isDisplaced()).isTrue();
    }

    @Test
    void slow_transfer_of_the_same_address_goes_where_that_has_its_share() {
        List<TransferPlace> far = fill("far", "b", 4);
        List<TransferPlace> near = each(10, "u", i -> "a");
        far.forEach(TransferPlacesTest::stall);
        assertThat(enter("new", "a")).isEmpty();
        near.forEach(TransferPlacesTest::stall);

        assertThat(enter("new", "a")).isPresent();

        assertThat(near.stream().filter(TransferPlace::isDisplaced)).hasSize(1);
        assertThat(far).noneMatch(TransferPlace::isDisplaced);
    }

    @Test
    void user_who_has_some_gets_a_further_one_from_a_user_who_has_more() {
        List<TransferPlace> many = fill("many", "m", 4);
        List<TransferPlace> all = new ArrayList<>(many);
        all.addAll(each(12, "u", i -> "a" + i));
        all.forEach(TransferPlacesTest::stall);

        assertThat(enter("u0", "a0")).isPresent();
        assertThat(enter("u0", "a0")).as("has two now, and the other three").isEmpty();

        assertThat(many.stream().filter(TransferPlace::isDisplaced)).hasSize(1);
    }

    /** Else many users would hold all places by coming again and again, each time by the right of a user who has none. */
    @Test
    void user_whose_transfer_broke_off_is_no_newcomer_for_a_minute() {
        places.leave(enter("ann", "a").orElseThrow(), false);
        fullNode().forEach(TransferPlacesTest::stall);

        assertThat(enter("ann", "a")).isEmpty();
        assertThat(enter("ben", "a")).isPresent();
        now += 59_999;
        assertThat(enter("ann", "a")).isEmpty();
        now++;
        assertThat(enter("ann", "a")).isPresent();
    }

    @Test
    void user_whose_transfer_was_displaced_is_no_newcomer_either() {
        List<TransferPlace> all = fullNode();
        all.forEach(TransferPlacesTest::stall);
        enter("new", "n");
        TransferPlace displaced =
                all.stream().filter(TransferPlace::isDisplaced).findFirst().orElseThrow();

        assertThat(places.enter(displaced.user(), displaced.address())).isEmpty();
        places.leave(displaced, false);
        assertThat(places.count()).isEqualTo(16);
    }

    @Test
    void all_transfers_of_a_node_ask_a_hundred_times_a_second_at_most() {
        TransferPlaces many =
                new TransferPlaces(new TransferShares(1_000, 1_000, 1_000), CONFIG, any -> false, () -> now);
        for (int count = 1; count <= 750; count++) {
            many.enter(new UserId("u"), List.of());
            assertThat(count * 1_000.0 / many.checkMs()).isLessThanOrEqualTo(100);
            assertThat(many.checkMs()).isGreaterThanOrEqualTo(500);
        }
        assertThat(many.checkMs()).isEqualTo(7_500);
    }

    private long now() {
        return now;
    }

    /**
     * In one second: as many transfers as each gets, all at a good speed, and twelve newcomers more who stay for five seconds.
     * Returns how many were displaced.
     */
    private int attack(int attackers, List<TransferPlace> held, int second) {
        for (int i = 0; i < attackers; i++) {
            for (int each = 0; each < 8; each++) {
                shipped.enter(new UserId("s" + i), List.of("a" + i % 13)).ifPresent(held::add);
            }
        }
        for (int i = 0; i < 12; i++) {
            shipped.enter(new UserId("n" + i + "at" + second), List.of("n" + i)).ifPresent(held::add);
        }
        List<TransferPlace> displaced =
                held.stream().filter(TransferPlace::isDisplaced).toList();
        displaced.forEach(place -> shipped.leave(place, false));
        held.removeAll(displaced);
        List<TransferPlace> finished = held.stream()
                .filter(place -> place.user().value().endsWith("at" + (second - 5)))
                .toList();
        finished.forEach(place -> shipped.leave(place, true));
        held.removeAll(finished);
        held.forEach(place -> move(place, 75_000));
        return displaced.size();
    }

    /** A second at the least speed, in steps of two. */
    private void goOn(TransferPlace place, int second) {
        move(place, second % 2 == 0 ? 0 : 2 * 32_768);
        now += 1_000;
    }

    private static void move(TransferPlace place, long bytes) {
        for (int i = 0; i < 10; i++) {
            place.pace().waited(TimeUnit.MILLISECONDS.toNanos(100));
        }
        place.pace().moved(bytes);
    }

    /** Sixteen users and addresses with a transfer each: all places. */
    private List<TransferPlace> fullNode() {
        return each(16, "taken", i -> "c" + i);
    }

    /** Users with one transfer each. */
    private List<TransferPlace> each(int users, String name, IntFunction<String> address) {
        return IntStream.range(0, users)
                .mapToObj(i -> enter(name + i, address.apply(i)).orElseThrow())
                .toList();
    }

    private List<TransferPlace> fill(String user, String address, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> enter(user, address).orElseThrow())
                .toList();
    }

    private Optional<TransferPlace> enter(String user, String address) {
        return places.enter(new UserId(user), List.of(address));
    }

    private static void stall(TransferPlace place) {
        for (int i = 0; i < 100; i++) {
            place.pace().waited(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
