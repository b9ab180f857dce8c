package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailConfigTest {
    private static final String LINK = "https://chat.example.com/";

    private static Map<String, Object> smtp(Object... settings) {
        Map<String, Object> all = new HashMap<>(Map.of("host", "mail.example.com"));
        for (int at = 0; at < settings.length; at += 2) {
            all.put((String) settings[at], settings[at + 1]);
        }
        return Map.of("link", LINK, "smtp", all);
    }

    @Test
    void no_mail_is_sent_without_a_server_or_a_hook() {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        assertThat(MailConfig.read(Section.root(Map.of(), reading))).isEmpty();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void mails_travel_over_tls_to_a_server_that_is_elsewhere() {
        MailConfig config = Letters.config(smtp());
        assertThat(config.smtp().orElseThrow().tls()).isEqualTo(SmtpConfig.Tls.STARTTLS);
        assertThat(config.smtp().orElseThrow().port()).isEqualTo(587);
        assertThat(Letters.problems(smtp("tls", "off")))
                .singleElement()
                .asString()
                .contains("CWE-319");
        assertThat(Letters.problems(smtp("tls", "off", "host", "127.0.0.1"))).isEmpty();
        assertThat(Letters.problems(smtp("tls", "off", "host", "127.0.0.1.example.com")))
                .hasSize(1);
    }

    @Test
    void whole_mail_has_half_a_minute_and_two_minutes_at_most() {
        assertThat(Letters.config(smtp()).smtp().orElseThrow().timeoutMs()).isEqualTo(30_000);
        assertThat(Letters.problems(smtp("timeoutMs", 999L))).hasSize(1);
        assertThat(Letters.problems(smtp("timeoutMs", 1_000L))).isEmpty();
        assertThat(Letters.problems(smtp("timeoutMs", 120_000L))).isEmpty();
        assertThat(Letters.problems(smtp("timeoutMs", 120_001L))).hasSize(1);
    }

    @Test
    void user_and_password_come_together() {
        assertThat(Letters.problems(smtp("user", "chat"))).hasSize(1);
        assertThat(Letters.problems(smtp("user", "chat", "password", "Mail-password-7")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://chat.example.com/in, true",
        "http://localhost:8080/, true",
        "http://chat.example.com/, false",
        "https://chat.example.com/#in, false",
        "javascript:alert(1), false",
        "/in, false"
    })
    void link_is_of_a_page_that_only_its_reader_sees(String link, boolean good) {
        Map<String, Object> mail = Map.of("link", link, "smtp", Map.of("host", "mail.example.com"));
        assertThat(Letters.problems(mail).isEmpty()).isEqualTo(good);
    }

    @Test
    void mails_go_one_way_and_have_a_link_in_their_text() {
        Map<String, Object> hook =
                Map.of("url", "https://app.example.com/", "secret", "f9a1c4d87b20e63512ac98de4f70b31c");
        assertThat(Letters.problems(Map.of("link", LINK, "smtp", Map.of("host", "mail.example.com"), "hook", hook)))
                .hasSize(1);
        assertThat(Letters.problems(Map.of("link", LINK, "hook", hook))).isEmpty();
        assertThat(Letters.problems(Map.of("link", LINK, "hook", Map.of("url", "https://app.example.com/"))))
                .hasSize(1);
        assertThat(Letters.problems(Map.of("reset", Map.of("text", "Go to our page"))))
                .hasSize(1);
        assertThat(Letters.problems(Map.of("reset", Map.of("subject", "New\r\nBcc: all@example.com"))))
                .hasSize(1);
        assertThat(Letters.problems(Map.of("from", "a@b\r\nBcc: c@d"))).hasSize(1);
    }
}
