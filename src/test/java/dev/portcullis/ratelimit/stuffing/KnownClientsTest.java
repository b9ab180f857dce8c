package dev.portcullis.ratelimit.stuffing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.stuffing.KnownClients.Familiarity;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownClientsTest {
    private static final long DAYS_30 = 2_592_000_000L;
    private static final RowKey ANN = RowKey.of("known_clients", "ann");

    private final AtomicLong clock = new AtomicLong(1_780_000_000_000L);
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private final KnownClients known =
            new KnownClients(rows, new StuffingConfig(Mode.ENFORCE, 20, 10, 300_000, 900_000, 8, 8, DAYS_30, 1_000));

    @Test
    void client_is_known_by_its_device_or_by_its_own_address() throws Exception {
        remember("ann", List.of("2001:db8:1:1::/64", "2001:db8:1::/48"), "laptop");
        assertThat(find("ann", List.of("192.0.2.9"), "laptop")).isEqualTo(Familiarity.DEVICE);
        assertThat(find("ann", List.of("2001:db8:1:1::/64", "2001:db8:1::/48"), "laptop"))
                .isEqualTo(Familiarity.DEVICE);
        assertThat(find("ann", List.of("2001:db8:1:1::/64", "2001:db8:1::/48"), "other"))
                .isEqualTo(Familiarity.ADDRESS);
        assertThat(find("ann", List.of("2001:db8:1:2::/64", "2001:db8:1::/48"), "other"))
                .as("only the network is the same")
                .isEqualTo(Familiarity.NONE);
        assertThat(find("bob", List.of("2001:db8:1:1::/64"), "laptop")).isEqualTo(Familiarity.NONE);
        assertThat(known.find("ann", List.of(), Optional.empty()).await(30, TimeUnit.SECONDS))
                .isEqualTo(Familiarity.NONE);
    }

    @Test
    void account_knows_the_last_eight_devices_and_as_many_addresses() throws Exception {
        for (int i = 0; i < 9; i++) {
            remember("ann", List.of("192.0.2." + i), "device" + i);
            clock.addAndGet(1_000);
        }
        assertThat(find("ann", List.of("192.0.2.0"), "device0")).isEqualTo(Familiarity.NONE);
        assertThat(find("ann", List.of("192.0.2.1"), "none")).isEqualTo(Familiarity.ADDRESS);
        assertThat(find("ann", List.of(), "device1")).isEqualTo(Familiarity.DEVICE);
        assertThat(find("ann", List.of(), "device8")).isEqualTo(Familiarity.DEVICE);
    }

    @Test
    void client_is_known_for_thirty_days_after_its_last_login() throws Exception {
        remember("ann", List.of("192.0.2.1"), "laptop");
        clock.addAndGet(DAYS_30 - 1);
        assertThat(find("ann", List.of("192.0.2.1"), "laptop")).isEqualTo(Familiarity.DEVICE);
        remember("ann", List.of("192.0.2.2"), "laptop");
        clock.addAndGet(1);
        assertThat(find("ann", List.of("192.0.2.1"), "none")).isEqualTo(Familiarity.NONE);
        assertThat(find("ann", List.of("192.0.2.2"), "none")).isEqualTo(Familiarity.ADDRESS);
        assertThat(find("ann", List.of(), "laptop")).isEqualTo(Familiarity.DEVICE);
        clock.addAndGet(DAYS_30);
        assertThat(find("ann", List.of("192.0.2.2"), "laptop")).isEqualTo(Familiarity.NONE);
    }

    @Test
    void client_that_proved_who_it_is_is_the_only_one_known() throws Exception {
        remember("ann", List.of("192.0.2.1"), "laptop");
        known.rememberOnly("ann", List.of("192.0.2.2"), Optional.of("phone")).await(30, TimeUnit.SECONDS);
        assertThat(find("ann", List.of("192.0.2.1"), "laptop")).isEqualTo(Familiarity.NONE);
        assertThat(find("ann", List.of("192.0.2.2"), "none")).isEqualTo(Familiarity.ADDRESS);
        assertThat(find("ann", List.of(), "phone")).isEqualTo(Familiarity.DEVICE);
        known.rememberOnly("ann", List.of(), Optional.empty()).await(30, TimeUnit.SECONDS);
        assertThat(rows.any(any -> true)).isFalse();
    }

    @Test
    void failure_to_remember_fails_no_login_and_a_failure_to_know_does() throws Exception {
        rows.failNext(2);
        known.remember("ann", List.of("192.0.2.1"), Optional.of("laptop")).await(30, TimeUnit.SECONDS);
        known.rememberOnly("ann", List.of("192.0.2.1"), Optional.of("laptop")).await(30, TimeUnit.SECONDS);
        assertThat(rows.failuresLeft()).isZero();
        assertThat(find("ann", List.of("192.0.2.1"), "laptop")).isEqualTo(Familiarity.NONE);
        rows.set(Lanes.of("ann"), ANN, "[");
        assertThatThrownBy(() -> find("ann", List.of("192.0.2.1"), "laptop")).isInstanceOf(StoreFailure.class);
    }

    private void remember(String account, List<String> address, String device) throws Exception {
        known.remember(account, address, Optional.of(device)).await(30, TimeUnit.SECONDS);
    }

    private Familiarity find(String account, List<String> address, String device) throws Exception {
        return known.find(account, address, Optional.of(device)).await(30, TimeUnit.SECONDS);
    }
}
