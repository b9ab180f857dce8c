package dev.portcullis.http.routing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.BodyLimiter.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyLimiterTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final List<String> OTHER = List.of("192.0.2.2");
    private static final int LIMIT = 100;
    private static final long MOMENT = TimeUnit.SECONDS.toNanos(2);

    private final BodyMemory memory = new BodyMemory(LIMIT);
    private final AtomicLong nanos = new AtomicLong();
    private final BodyLimiter limiter = new BodyLimiter(memory, 2, 0, () -> nanos.addAndGet(MOMENT));
    private final List<String> gone = new ArrayList<>();

    @Test
    void one_more_body_of_an_address_ends_the_one_that_is_longest_on_its_way() {
        Place first = ofAddress(HOME, "first");
        Place second = ofAddress(HOME, "second");
        first.grow(10);
        Place third = ofAddress(HOME, "third");
        assertThat(gone).containsExactly("first RATE_LIMITED");
        assertThat(first.grow(10)).contains(HttpRefusal.RATE_LIMITED);
        assertThat(first.arrive()).contains(HttpRefusal.RATE_LIMITED);
        Place other = ofAddress(OTHER, "other");
        assertThat(gone).hasSize(1);
        assertThat(memory.used()).as("until its buffer is gone").isEqualTo(20);
        assertNoneIsLeft(first, second, third, other);
    }

    /** A body may come a round trip behind its head, also beside a flood at its address. */
    @Test
    void body_has_a_moment_before_it_gives_way_while_there_are_not_very_many() {
        BodyLimiter quick = new BodyLimiter(memory, 16, 0, nanos::get);
        List<Place> flood = new ArrayList<>();
        Place honest = taken(quick, "honest");
        for (int i = 1; i < 1_000; i++) {
            flood.add(taken(quick, "flood"));
            nanos.addAndGet(MOMENT / 1_000);
        }
        assertThat(gone).isEmpty();
        assertThat(honest.grow(10)).isEmpty();
        flood.add(taken(quick, "flood"));
        assertThat(gone).as("there are very many").containsExactly("honest RATE_LIMITED");
        nanos.addAndGet(MOMENT);
        flood.remove(999).release();
        flood.add(taken(quick, "late"));
        assertThat(gone).as("its moment is over").containsExactly("honest RATE_LIMITED", "flood RATE_LIMITED");
        assertNoneIsLeft(honest);
        flood.forEach(Place::release);
        assertThat(quick.payers()).isZero();
    }

    private Place taken(BodyLimiter from, String name) {
        Place place = from.place(Optional.empty(), HOME, why -> gone.add(name + " " + why));
        assertThat(place.take()).isEmpty();
        return place;
    }

    @Test
    void wider_network_has_eight_times_as_many() {
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                ofAddress(List.of("2001:db8:0:" + (4 * i + j) + "::/64", "2001:db8::/48"), i + "." + j);
            }
        }
        ofAddress(List.of("2001:db8:0:77::/64", "2001:db8::/48"), "next");
        assertThat(gone).containsExactly("0.0 RATE_LIMITED");
    }

    @Test
    void one_more_body_of_a_caller_is_refused_and_ends_none() {
        Place first = ofCaller("ann", "first");
        ofCaller("ann", "second");
        assertThat(limiter.place(Optional.of("ann"), List.of(), any -> {}).take())
                .contains(HttpRefusal.RATE_LIMITED);
        ofCaller("ben", "other");
        first.release();
        ofCaller("ann", "third");
        assertThat(gone).isEmpty();
    }

    @Test
    void body_takes_memory_for_what_has_arrived_until_it_is_released() {
        Place body = ofCaller("ann", "body");
        assertThat(memory.used()).as("announced").isZero();
        assertThat(body.grow(10)).isEmpty();
        assertThat(body.grow(5)).isEmpty();
        assertThat(memory.used()).as("as received, and as parsed").isEqualTo(30);
        assertThat(body.arrive()).isEmpty();
        assertThat(memory.used()).isEqualTo(30);
        assertNoneIsLeft(body);
    }

    @Test
    void body_that_does_not_fit_is_refused_and_ends_none_of_a_payer_who_has_less() {
        Place little = grown("ben", "little", 10);
        Place large = grown("ann", "large", 20);
        assertThat(large.grow(21)).contains(HttpRefusal.UNAVAILABLE);
        assertThat(gone).isEmpty();
        assertThat(large.arrive()).as("it has ended").contains(HttpRefusal.UNAVAILABLE);
        large.release();
        assertThat(memory.used()).isEqualTo(20);
        assertNoneIsLeft(little);
    }

    @Test
    void body_of_a_payer_who_has_little_gets_the_memory_of_the_largest_body_of_the_one_who_has_most() {
        Place small = grown("ann", "small", 12);
        Place large = grown("ann", "large", 18);
        Place whole = grown("cleo", "whole", 19);
        Place mine = ofCaller("ben", "mine");
        assertThat(mine.grow(10)).isEmpty();
        assertThat(gone).containsExactly("large UNAVAILABLE");
        assertThat(memory.used()).isEqualTo(2 * (12 + 19 + 10));
        assertThat(large.grow(1)).contains(HttpRefusal.UNAVAILABLE);
        assertThat(large.arrive()).contains(HttpRefusal.UNAVAILABLE);
        assertThat(mine.arrive()).isEmpty();
        assertNoneIsLeft(small, large, whole, mine);
    }

    @Test
    void as_many_bodies_give_way_as_are_needed() {
        BodyLimiter many = new BodyLimiter(memory, 16);
        List<Place> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "slow " + i;
            Place each = many.place(Optional.of("ann"), List.of(), why -> gone.add(name));
            assertThat(each.take()).isEmpty();
            assertThat(each.grow(9)).isEmpty();
            all.add(each);
        }
        Place mine = many.place(Optional.of("ben"), List.of(), any -> {});
        assertThat(mine.take()).isEmpty();
        assertThat(mine.grow(20)).isEmpty();
        assertThat(gone).as("beside the ten bytes that were free").containsExactly("slow 0", "slow 1");
        assertThat(memory.used()).isEqualTo(3 * 18 + 40);
        all.add(mine);
        assertNoneIsLeft(all.toArray(Place[]::new));
    }

    @Test
    void body_that_has_arrived_does_not_give_way() {
        Place parsed = grown("ann", "parsed", 30);
        parsed.arrive();
        Place slow = grown("cleo", "slow", 20);
        Place mine = ofCaller("ben", "mine");
        assertThat(mine.grow(10)).isEmpty();
        assertThat(gone).containsExactly("slow UNAVAILABLE");
        assertThat(mine.grow(30)).as("none can end").contains(HttpRefusal.UNAVAILABLE);
        assertNoneIsLeft(parsed, slow, mine);
    }

    @Test
    void small_body_behind_a_crowded_address_gets_the_memory_of_a_large_one_there() {
        Place large = ofAddress(HOME, "large");
        large.grow(40);
        Place filling = grown("ann", "filling", 10);
        Place mine = ofAddress(HOME, "mine");
        assertThat(mine.grow(5)).isEmpty();
        assertThat(gone).containsExactly("large UNAVAILABLE");
        assertNoneIsLeft(large, filling, mine);
    }

    @Test
    void growth_beyond_all_other_bodies_of_an_address_ends_none_of_them() {
        Place first = ofAddress(HOME, "first");
        first.grow(25);
        Place second = ofAddress(HOME, "second");
        second.grow(25);
        assertThat(second.grow(1)).contains(HttpRefusal.UNAVAILABLE);
        assertThat(gone).isEmpty();
        assertNoneIsLeft(first, second);
    }

    @Test
    void wider_network_has_eight_times_the_share_of_an_address() {
        List<Place> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Place each = ofAddress(List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), "narrow " + i);
            each.grow(i == 7 ? 2 : 5);
            all.add(each);
        }
        Place alone = grown("ann", "alone", 13);
        Place mine = ofCaller("ben", "mine");
        assertThat(mine.grow(4)).isEmpty();
        assertThat(gone).as("all of the network have 9.25 of its eight").containsExactly("alone UNAVAILABLE");
        assertThat(mine.grow(10)).as("most, beside the network and its parts").contains(HttpRefusal.UNAVAILABLE);
        all.addAll(List.of(alone, mine));
        assertNoneIsLeft(all.toArray(Place[]::new));
    }

    @Test
    void bodies_without_an_address_are_one_payer() {
        Place first = ofAddress(List.of(), "first");
        Place second = ofAddress(List.of(), "second");
        Place third = ofAddress(List.of(), "third");
        assertThat(gone).containsExactly("first RATE_LIMITED");
        assertNoneIsLeft(first, second, third);
    }

    @Test
    void bytes_that_do_not_count_take_no_memory() {
        BodyLimiter generous = new BodyLimiter(memory, 2, 10);
        Place large = generous.place(Optional.of("ann"), List.of(), any -> {});
        large.take();
        assertThat(large.grow(8)).isEmpty();
        assertThat(memory.used()).isZero();
        assertThat(large.grow(52)).isEmpty();
        assertThat(memory.used()).isEqualTo(LIMIT);
        Place small = generous.place(Optional.of("ben"), List.of(), any -> {});
        small.take();
        assertThat(small.grow(10)).isEmpty();
        assertThat(small.grow(51)).contains(HttpRefusal.UNAVAILABLE);
        large.release();
        small.release();
        assertThat(memory.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void payer_within_an_equal_part_of_the_memory_is_served_and_keeps_its_bodies(int others) {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        BodyMemory node = new BodyMemory(20_000);
        BodyLimiter shared = new BodyLimiter(node, 1_000);
        long equal = node.max() / (others + 1);
        List<Body> bodies = new ArrayList<>();
        long most = 0;
        for (int step = 0; step < 10_000; step++) {
            if (bodies.isEmpty() || random.nextInt(5) == 0) {
                bodies.add(new Body(shared, "user " + random.nextInt(others + 1)));
            }
            Body grown = bodies.get(random.nextInt(bodies.size()));
            int by = 1 + random.nextInt(random.nextInt(10) == 0 ? 5_000 : 50);
            grown.bytes += 2L * by;
            Map<String, Long> wanted = totals(bodies);
            Optional<HttpRefusal> refusal = grown.place.grow(by);
            most = Math.max(most, node.used());
            List<Body> ended =
                    bodies.stream().filter(each -> each.ended.isPresent()).toList();
            assertThat(ended).as("seed %d", seed).allMatch(each -> wanted.getOrDefault(each.payer, 0L) > equal);
            bodies.removeAll(ended);
            if (refusal.isPresent()) {
                assertThat(refusal).contains(HttpRefusal.UNAVAILABLE);
                assertThat(ended).as("seed %d: for nothing", seed).isEmpty();
                assertThat(wanted.getOrDefault(grown.payer, 0L))
                        .as("seed %d", seed)
                        .isGreaterThan(equal);
            }
            if (refusal.isPresent() || random.nextInt(20) == 0) {
                assertThat(grown.place.arrive()).isEqualTo(refusal);
                grown.place.release();
                bodies.remove(grown);
            }
            assertThat(node.used())
                    .as("seed %d", seed)
                    .isEqualTo(bodies.stream().mapToLong(each -> each.bytes).sum());
        }
        bodies.forEach(each -> each.place.release());
        assertThat(node.used()).as("seed %d", seed).isZero();
        assertThat(most).as("seed %d", seed).isGreaterThan(node.max() / 2);
        assertThat(shared.payers()).as("seed %d", seed).isZero();
    }

    @Test
    void all_memory_is_free_after_bodies_of_many_threads() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        BodyMemory node = new BodyMemory(2_000);
        BodyLimiter shared = new BodyLimiter(node, 4);
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                            Random random = new Random(seed + thread);
                            for (int i = 0; i < 2_000; i++) {
                                Body body = new Body(
                                        shared, List.of("192.0.2." + random.nextInt(6), "wide"), random.nextInt(3) > 0);
                                Optional<HttpRefusal> refusal = body.taken;
                                for (int j = random.nextInt(8); j > 0 && refusal.isEmpty(); j--) {
                                    refusal = body.place.grow(1 + random.nextInt(200));
                                }
                                refusal = refusal.or(body.place::arrive);
                                (refusal.isEmpty() ? arrived : refused).incrementAndGet();
                                body.place.release();
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(node.used()).as("seed %d", seed).isZero();
        assertThat(shared.payers()).as("seed %d", seed).isZero();
        assertThat(arrived).as("seed %d", seed).hasPositiveValue();
        assertThat(refused).as("seed %d", seed).hasPositiveValue();
    }

    private static Map<String, Long> totals(List<Body> bodies) {
        return bodies.stream().collect(groupingBy(each -> each.payer, summingLong(each -> each.bytes)));
    }

    private Place grown(String caller, String name, int size) {
        Place place = ofCaller(caller, name);
        assertThat(place.grow(size)).as(name).isEmpty();
        return place;
    }

    private Place ofCaller(String caller, String name) {
        return taken(limiter.place(Optional.of(caller), List.of(), why -> gone.add(name + " " + why)), name);
    }

    private Place ofAddress(List<String> keys, String name) {
        return taken(limiter.place(Optional.empty(), keys, why -> gone.add(name + " " + why)), name);
    }

    private static Place taken(Place place, String name) {
        assertThat(place.take()).as(name).isEmpty();
        return place;
    }

    private void assertNoneIsLeft(Place... places) {
        List.of(places).forEach(Place::release);
        List.of(places).forEach(Place::release);
        assertThat(memory.used()).isZero();
        assertThat(limiter.payers()).isZero();
    }

    /** A body of the random tests. */
    private static final class Body {
        private final String payer;
        private final Place place;
        private final Optional<HttpRefusal> taken;
        private long bytes;
        private volatile Optional<HttpRefusal> ended = Optional.empty();

        Body(BodyLimiter limiter, String payer) {
            this(limiter, List.of(payer), false);
        }

        Body(BodyLimiter limiter, List<String> keys, boolean ofAddress) {
            this.payer = keys.get(0);
            this.place = limiter.place(
                    ofAddress ? Optional.empty() : Optional.of(payer), keys, why -> ended = Optional.of(why));
            this.taken = place.take();
        }
    }
}
