package dev.portcullis.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.BodyLimiter.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyLimiterTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final int BYTES = 10;

    private long used;

    private final BodyLimiter limiter = new BodyLimiter(
            new BodyLimiter.Memory() {
                @Override
                public boolean tryReserve(long bytes) {
                    if (used + bytes > 100) {
                        return false;
                    }
                    used += bytes;
                    return true;
                }

                @Override
                public void release(long bytes) {
                    used -= bytes;
                }
            },
            2);

    private final List<String> gone = new ArrayList<>();

    @Test
    void one_more_body_of_an_address_ends_the_one_that_is_longest_on_its_way() {
        Place first = ofAddress(HOME, "first");
        Place second = ofAddress(HOME, "second");
        Place third = ofAddress(HOME, "third");
        for (Place each : List.of(first, second, third)) {
            assertThat(each.take()).isEmpty();
        }
        assertThat(gone).containsExactly("first");
        Place other = ofAddress(List.of("192.0.2.2"), "other");
        assertThat(other.take()).isEmpty();
        assertThat(gone).hasSize(1);
        List.of(first, second, third, other).forEach(Place::release);
        assertThat(used).isZero();
        assertThat(limiter.payers()).isZero();
    }

    @Test
    void wider_network_has_eight_times_as_many() {
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                take(List.of("2001:db8:0:" + (4 * i + j) + "::/64", "2001:db8::/48"), i + "." + j);
            }
            used = 0;
        }
        take(List.of("2001:db8:0:77::/64", "2001:db8::/48"), "next");
        assertThat(gone).containsExactly("0.0");
    }

    @Test
    void one_more_body_of_a_caller_is_refused_and_ends_none() {
        Place first = limiter.ofCaller("ann", BYTES);
        Place second = limiter.ofCaller("ann", BYTES);
        assertThat(first.take()).isEmpty();
        assertThat(second.take()).isEmpty();
        assertThat(limiter.ofCaller("ann", BYTES).take()).contains(HttpRefusal.RATE_LIMITED);
        Place ben = limiter.ofCaller("ben", BYTES);
        assertThat(ben.take()).isEmpty();
        first.release();
        assertThat(limiter.ofCaller("ann", BYTES).take()).isEmpty();
    }

    @Test
    void body_without_memory_takes_no_place() {
        assertThat(ofAddress(HOME, 51, "large").take()).contains(HttpRefusal.UNAVAILABLE);
        assertThat(limiter.payers()).isZero();
        assertThat(used).isZero();
    }

    private void take(List<String> keys, String name) {
        assertThat(ofAddress(keys, name).take()).as(name).isEmpty();
    }

    private Place ofAddress(List<String> keys, String name) {
        return ofAddress(keys, BYTES, name);
    }

    private Place ofAddress(List<String> keys, int bytes, String name) {
        return limiter.ofAddress(keys, bytes, () -> gone.add(name));
    }
}
