package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BanRulesTest {
    private static final BansConfig CONFIG = BanFixture.config("""
            {"sharedRanges": ["198.51.100.0/24", "2001:db8:5:6:7::/80"],
             "allowed": {"users": ["bot"], "ranges": ["203.0.113.7"]}}
            """);

    private final BanRules rules = new BanRules(
            Live.fixed(CONFIG), List.of(AddressRange.parse("10.0.0.0/8").orElseThrow()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.9",
                "::1",
                "::ffff:127.0.0.1",
                "10.1.2.3",
                "::ffff:10.1.2.3",
                "64:ff9b::10.1.2.3",
                "198.51.100.77",
                "203.0.113.7",
                "203.0.113.0/24",
                "0.0.0.0/0",
                "2001:db8:5:6::1",
                "::/0"
            })
    void rule_bans_no_address_that_stands_for_others_and_an_operator_may(String range) {
        assertThat(rules.permitted(ban(range, Origin.RULE))).isEmpty();
        assertThat(rules.permitted(ban(range, Origin.OPERATOR))).contains(ban(range, Origin.OPERATOR));
    }

    @Test
    void rule_bans_any_other_address_and_of_ipv6_its_network() {
        assertThat(banned("203.0.113.8")).contains("203.0.113.8");
        assertThat(banned("2001:db8:1:2:3:4:5:6")).contains("2001:db8:1:2::/64");
        assertThat(banned("2001:db8:1:2::/64")).contains("2001:db8:1:2::/64");
        assertThat(banned("2001:db8:1::/48")).contains("2001:db8:1::/48");
    }

    @Test
    void operator_bans_a_single_address_of_ipv6() {
        Ban asked = ban("2001:db8:1:2:3:4:5:6", Origin.OPERATOR);

        assertThat(rules.permitted(asked)).contains(asked);
    }

    @Test
    void rule_bans_no_allowed_user_and_an_operator_may() {
        assertThat(rules.permitted(ban(new UserId("bot"), Origin.RULE))).isEmpty();
        assertThat(rules.permitted(ban(new UserId("bot"), Origin.OPERATOR))).isPresent();
        assertThat(rules.permitted(ban(new UserId("ann"), Origin.RULE))).isPresent();
    }

    private Optional<String> banned(String range) {
        return rules.permitted(ban(range, Origin.RULE))
                .flatMap(ban -> ban.target().fold(user -> Optional.empty(), found -> Optional.of(found.toString())));
    }

    private static Ban ban(String range, Origin origin) {
        return new Ban(
                new BanTarget.OfAddresses(AddressRange.parse(range).orElseThrow()), origin, "test", Ban.FOREVER, 0);
    }

    private static Ban ban(UserId user, Origin origin) {
        return new Ban(new BanTarget.OfUser(user), origin, "test", Ban.FOREVER, 0);
    }
}
