package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer that any page may read is an answer that the visitor's enemies may read. */
class CorsRuleTest {
    private final CorsRule rule = new CorsRule(new OriginRule(new OriginConfig(
            List.of(AllowedOrigin.parse("https://chat.example.com").orElseThrow()), OriginConfig.Missing.ALLOW)));

    @Test
    void a_listed_page_may_read_and_is_named() {
        assertThat(rule.allowed(List.of("https://chat.example.com"))).contains("https://chat.example.com");
    }

    @Test
    void nobody_else_is_named() {
        assertThat(rule.allowed(List.of("https://evil.example"))).isEmpty();
        assertThat(rule.allowed(List.of("null"))).isEmpty();
        assertThat(rule.allowed(List.of("https://chat.example.com", "https://evil.example")))
                .isEmpty();
        assertThat(rule.allowed(List.of())).isEmpty();
    }
}
