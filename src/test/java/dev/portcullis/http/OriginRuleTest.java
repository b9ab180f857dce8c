package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginRuleTest {
    private static final Verdict REFUSED = Verdict.refused(Reason.FORBIDDEN);

    private final OriginRule rule = rule(
            Missing.REJECT,
            "https://chat.example.com",
            "https://*.example.org",
            "http://localhost:*",
            "http://app.test:8080",
            "https://xn--mnchen-3ya.de");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://chat.example.com",
                "https://CHAT.Example.com",
                "https://chat.example.com:443",
                "https://a.example.org",
                "https://a.b.c.example.org",
                "http://localhost",
                "http://localhost:3000",
                "http://app.test:8080",
                "https://xn--mnchen-3ya.de"
            })
    void listed_origin_may_connect(String origin) {
        assertThat(rule.judge(List.of(origin), false)).isEqualTo(Verdict.GRANTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "http://chat.example.com",
                "https://chat.example.com:8443",
                "https://chat.example.com.",
                "https://chat.example.com/",
                "https://chat.example.com/path",
                "https://chat.example.com?x",
                "https://chat.example.com#x",
                " https://chat.example.com",
                "https://chat.example.com ",
                "https://chat.example.com https://evil.example",
                "https://chat.example.com, https://evil.example",
                "https://user@chat.example.com",
                "https://chat.example.com@evil.example",
                "https://chat.example.com.evil.example",
                "https://evilchat.example.com",
                "https://example.org",
                "https://evilexample.org",
                "https://.example.org",
                "https://a..example.org",
                "https://a.example.org.",
                "https://a.example.org:444",
                "http://a.example.org",
                "https://*.example.org",
                "https://a.example.org.evil.example",
                "https://evil.example/.example.org",
                "https://evil.example#.example.org",
                "https://evil.example\\.example.org",
                "https://evil.example%00.example.org",
                "https://evil.example\t.example.org",
                "https://münchen.de",
                "https://chat.example.\u212Com",
                "https://localhost",
                "http://localhost.evil.example",
                "http://localhost:0",
                "http://localhost:",
                "http://localhost:65536",
                "http://localhost:080",
                "http://localhost:*",
                "http://127.0.0.1:3000",
                "http://app.test",
                "//chat.example.com",
                "chat.example.com",
                "https:chat.example.com",
                "file://",
                "https://"
            })
    void any_other_origin_may_not_connect(String origin) {
        assertThat(rule.judge(List.of(origin), true)).isEqualTo(REFUSED);
    }

    @Test
    void two_origin_headers_are_refused_even_if_both_are_listed() {
        assertThat(rule.judge(List.of("https://chat.example.com", "https://chat.example.com"), true))
                .isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "REJECT, false, false",
        "REJECT, true, false",
        "ALLOW_WITH_BEARER, false, false",
        "ALLOW_WITH_BEARER, true, true",
        "ALLOW, false, true",
        "ALLOW, true, true"
    })
    void missing_origin_is_decided_by_the_mode(Missing missing, boolean bearer, boolean granted) {
        assertThat(rule(missing).judge(List.of(), bearer)).isEqualTo(granted ? Verdict.GRANTED : REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "https://evil.example"})
    void mode_for_a_missing_origin_admits_no_foreign_origin(String origin) {
        assertThat(rule(Missing.ALLOW).judge(List.of(origin), true)).isEqualTo(REFUSED);
    }

    @Test
    void empty_list_allows_no_origin() {
        assertThat(rule(Missing.REJECT).judge(List.of("http://localhost"), true))
                .isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "https://*",
                "https://*.com",
                "https://*.1.2.3.4",
                "https://a.*.example.com",
                "https://**.example.com",
                "https://example.com:*",
                "https://*.example.com:*",
                "https://example.com/",
                "example.com",
                "null",
                "https://münchen.de",
                "https://a@example.com",
                "http://[zz]",
                "http://[::1]:*/"
            })
    void row_that_would_allow_every_origin_or_none_is_refused(String row) {
        assertThat(AllowedOrigin.parse(row)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://[::1]:*", "http://127.0.0.1:*", "https://*.example.com:8443", "tauri://localhost"})
    void rows_for_loopback_and_native_schemes_are_accepted(String row) {
        assertThat(AllowedOrigin.parse(row)).isPresent();
    }

    private static OriginRule rule(Missing missing, String... allowed) {
        return new OriginRule(Live.fixed(new OriginConfig(
                Stream.of(allowed)
                        .map(each -> AllowedOrigin.parse(each).orElseThrow())
                        .toList(),
                missing)));
    }

    /** A response that any page may read can be read by an attacker's page. */
    @Test
    void page_may_read_answers_only_if_its_one_origin_is_listed() {
        CrossOrigin cors = new CrossOrigin(rule(Missing.ALLOW, "https://chat.example.com"));
        assertThat(cors.allowed(List.of("https://chat.example.com"))).contains("https://chat.example.com");
        assertThat(Stream.of(
                                List.of("https://evil.example"),
                                List.of("null"),
                                List.of("https://chat.example.com", "https://evil.example"),
                                List.<String>of())
                        .filter(lines -> cors.allowed(lines).isPresent()))
                .isEmpty();
    }
}
