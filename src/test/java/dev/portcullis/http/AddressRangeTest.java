package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "::/0",
                "2000::/3",
                "10.0.0.1 0.0.0.0/0",
                "0.0.0.0/1 128.0.0.0/1",
                "128.0.0.0/2 0.0.0.0/1 192.0.0.0/2",
                "0.0.0.0/2 64.0.0.0/3 96.0.0.0/3 64.0.0.0/2 128.0.0.0/1",
                "2000::/4 3000::/4",
                "8000::/1 ::/1"
            })
    void ranges_that_hold_every_address_are_found_also_as_a_union(String ranges) {
        assertThat(AddressRange.coverAll(of(ranges))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/8",
                "0.0.0.0/1",
                "0.0.0.0/1 128.0.0.0/2",
                "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 224.0.0.0/4 240.0.0.0/5",
                "2001:db8::/32",
                "2000::/4",
                "fd00::/8 10.0.0.0/8",
                "2000::/4 3000::/5 128.0.0.0/1"
            })
    void ranges_that_leave_addresses_out_are_none_of_these(String ranges) {
        assertThat(AddressRange.coverAll(of(ranges))).isFalse();
    }

    private static List<AddressRange> of(String ranges) {
        return Arrays.stream(ranges.split(" "))
                .flatMap(each -> AddressRange.parse(each).stream())
                .toList();
    }
}
