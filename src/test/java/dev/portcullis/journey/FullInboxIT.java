package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FullInboxIT extends FullInboxContract {
    @Override
    TestServer site() {
        return TestNode.generous(
                Stream.concat(Stream.of(SETTINGS), Stream.of("archive.kind=none", "admin.apiKey=" + Gauges.KEY))
                        .toArray(String[]::new));
    }

    @Test
    void messages_that_go_are_counted() {
        long before = trimmed();
        long went = flood(11, 10);
        assertThat(trimmed() - before).isEqualTo(went);
    }

    private long trimmed() {
        return Gauges.scrape((TestNode) node)
                .lines()
                .filter(line -> line.startsWith("portcullis_inbox_trimmed_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
