package dev.portcullis.ratelimit.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTableTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.7, 192.0.2.6, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "128.0.0.0/1, 255.255.255.255, true",
        "128.0.0.0/1, 127.255.255.255, false",
        "0.0.0.0/0, 0.0.0.0, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "255.255.255.255, 255.255.255.255, true",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::7, 2001:db8::7, true",
        "2001:db8::7, 2001:db8::8, false",
        "2001:db8:0:1::/64, 2001:db8:0:1:ffff::, true",
        "2001:db8:0:1::/64, 2001:db8:0:2::, false",
        "2001:db8:0:1:8000::/65, 2001:db8:0:1:8000::1, true",
        "2001:db8:0:1:8000::/65, 2001:db8:0:1:7fff::1, false",
        "ffff::/16, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "192.0.2.7, ::ffff:192.0.2.7, true",
        "192.0.2.7, 64:ff9b::192.0.2.7, true"
    })
    void address_is_in_a_range_or_not(String range, String address, boolean in) {
        assertThat(table(List.of(range)).contains(IpAddress.parse(address).orElseThrow()))
                .isEqualTo(in);
    }

    @Test
    void empty_table_has_no_address() {
        assertThat(AddressTable.EMPTY.contains(IpAddress.parse("0.0.0.0").orElseThrow()))
                .isFalse();
        assertThat(AddressTable.EMPTY.contains(IpAddress.parse("::1").orElseThrow()))
                .isFalse();
    }

    @Test
    void ranges_that_touch_or_overlap_are_one() {
        AddressTable table = table(List.of(
                "10.0.0.0/9",
                "10.128.0.0/9",
                "10.1.2.3",
                "11.0.0.0",
                "2001:db8::/32",
                "2001:db8:1::/48",
                "2001:db8::7"));
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.contains(IpAddress.parse("11.0.0.0").orElseThrow())).isTrue();
        assertThat(table.contains(IpAddress.parse("11.0.0.1").orElseThrow())).isFalse();
        assertThat(table.contains(IpAddress.parse("2001:db8:ffff::").orElseThrow()))
                .isTrue();
    }

    @Test
    void table_says_what_its_ranges_say() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<AddressRange> ranges = new ArrayList<>();
            AddressTable.Builder builder = new AddressTable.Builder();
            for (int i = 0; i < 40; i++) {
                boolean v4 = random.nextBoolean();
                AddressRange range =
                        AddressRange.around(any(random, v4), (v4 ? 96 + 2 : 2) + random.nextInt(v4 ? 31 : 127));
                ranges.add(range);
                builder.add(range);
            }
            AddressTable table = builder.build();
            for (int i = 0; i < 2_000; i++) {
                IpAddress address = i % 4 == 0
                        ? ranges.get(random.nextInt(ranges.size())).base()
                        : any(random, random.nextBoolean());
                boolean expected = ranges.stream()
                        .anyMatch(
                                range -> range.contains(address) && range.base().isV4() == address.isV4());
                assertThat(table.contains(address))
                        .as("seed %d, %s", seed, address)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void million_addresses_are_looked_up_in_microseconds() {
        AddressTable.Builder builder = new AddressTable.Builder();
        Random random = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            builder.add(AddressRange.around(any(random, true), 128));
        }
        AddressTable table = builder.build();
        assertThat(table.size()).isBetween(990_000, 1_000_000);
        int found = 0;
        long begun = System.nanoTime();
        for (int i = 0; i < 1_000_000; i++) {
            found += table.contains(any(random, true)) ? 1 : 0;
        }
        double micros = (System.nanoTime() - begun) / 1e9;
        assertThat(found).isBetween(100, 400); // a million of 2^32
        assertThat(micros).as("microseconds for each").isLessThan(20);
        System.out.printf("%.2f µs for each of a million look-ups%n", micros);
    }

    private static IpAddress any(Random random, boolean v4) {
        return v4
                ? new IpAddress(0, (0xFFFFL << 32) | Integer.toUnsignedLong(random.nextInt()))
                : new IpAddress(random.nextLong() | (1L << 61), random.nextLong());
    }

    private static AddressTable table(List<String> ranges) {
        AddressTable.Builder builder = new AddressTable.Builder();
        ranges.forEach(range -> builder.add(AddressRange.parse(range).orElseThrow()));
        return builder.build();
    }
}
