package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ProtocolPage;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventNameTest {
    private static final Pattern WORD = Pattern.compile("\"([a-z]+(?:\\.[a-z]+)+)\"");

    @ParameterizedTest
    @EnumSource(Reason.class)
    void each_reason_has_a_refusal_event(Reason reason) {
        assertThat(EventName.of(Rejection.of(reason)).isRefusal()).isTrue();
    }

    @Test
    void rate_limit_has_its_own_event() {
        assertThat(EventName.of(Rejection.limited(Rejection.Scope.IP, Rejection.Window.MINUTE, 1)))
                .isEqualTo(EventName.WS_RATELIMIT);
    }

    @Test
    void each_audit_event_has_its_row_on_the_protocol_page() throws IOException {
        assertThat(ProtocolPage.column("## Events", 0))
                .containsExactlyElementsOf(Stream.of(EventName.values())
                        .map(EventName::id)
                        .map(ProtocolPage::code)
                        .toList());
    }

    @Test
    void each_operational_event_has_its_row_on_the_protocol_page() throws IOException {
        Set<String> logged = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.contains("addKeyValue(\"event\""))
                        .flatMap(line -> WORD.matcher(line).results())
                        .forEach(word -> logged.add(ProtocolPage.code(word.group(1))));
            }
        }
        assertThat(logged).isNotEmpty();
        assertThat(ProtocolPage.column("### Of the machinery", 0)).containsExactlyInAnyOrderElementsOf(logged);
    }

    @Test
    void request_ids_are_short_and_differ() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = RequestId.next();
            assertThat(id).matches("[0-9a-z]{12}");
            ids.add(id);
        }
        assertThat(ids).hasSize(10_000);
    }
}
