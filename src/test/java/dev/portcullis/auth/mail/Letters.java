package dev.portcullis.auth.mail;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.kit.MailServer;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mails and settings of tests. */
final class Letters {
    static final String ANN = "ann@example.com";

    private static final LinkTokens TOKENS = new LinkTokens("a key of these tests".getBytes(StandardCharsets.US_ASCII));

    private Letters() {}

    static Letter letter(LinkPurpose purpose) {
        return letter(purpose, Long.MAX_VALUE);
    }

    static Letter letter(LinkPurpose purpose, long expiresAt) {
        return letter(ANN, purpose, expiresAt);
    }

    static Letter letterTo(String address) {
        return letter(address, LinkPurpose.VERIFY, Long.MAX_VALUE);
    }

    /** To a user who has shown that the mailbox is theirs. */
    static Letter letterToProved(String address) {
        return letter(address, true, LinkPurpose.RESET, Long.MAX_VALUE);
    }

    private static Letter letter(String to, LinkPurpose purpose, long expiresAt) {
        return letter(to, false, purpose, expiresAt);
    }

    private static Letter letter(String to, boolean proved, LinkPurpose purpose, long expiresAt) {
        return new Letter(new UserId("u:ann"), to, proved, TOKENS.make("A".repeat(22), purpose), expiresAt);
    }

    static MailConfig config(Map<String, Object> mail) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        Optional<MailConfig> config = MailConfig.read(Section.root(mail, reading));
        if (!reading.problems().isEmpty()) {
            throw new AssertionError(reading.problems().found().toString());
        }
        return config.orElseThrow();
    }

    /** Settings for a server without TLS. */
    static Map<String, Object> plain(MailServer server, long timeoutMs) {
        Map<String, Object> smtp =
                Map.of("host", "127.0.0.1", "port", (long) server.port(), "tls", "off", "timeoutMs", timeoutMs);
        return Map.of("link", "https://chat.example.com/in", "smtp", smtp);
    }

    static List<String> problems(Map<String, Object> mail) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        MailConfig.read(Section.root(mail, reading));
        return reading.problems().found().stream().map(Problem::toString).toList();
    }
}
