package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A response that any page may read can be read by an attacker's page. */
class CorsRuleTest {
    private final CorsRule rule = new CorsRule(new OriginRule(Live.fixed(new OriginConfig(
            List.of(AllowedOrigin.parse("https://chat.example.com").orElseThrow()), OriginConfig.Missing.ALLOW))));

    @Test
    void listed_origin_is_allowed() {
        assertThat(rule.allowed(List.of("https://chat.example.com"))).contains("https://chat.example.com");
    }

    @Test
    void any_other_origin_is_not_allowed() {
        assertThat(rule.allowed(List.of("https://evil.example"))).isEmpty();
        assertThat(rule.allowed(List.of("null"))).isEmpty();
        assertThat(rule.allowed(List.of("https://chat.example.com", "https://evil.example")))
                .isEmpty();
        assertThat(rule.allowed(List.of())).isEmpty();
    }
}
