package dev.portcullis.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the tables of the protocol page, and of the page of the metrics, to compare them with those in the code. */
public final class ProtocolPage {
    /** The heading of the table of all metrics. */
    public static final String METRICS = "# Metrics";

    private static final Path FILE = Path.of("src/docs/protocol.md");
    private static final Path OF_METRICS = Path.of("src/docs/metrics.md");
    private static final Pattern CELLS = Pattern.compile(" (?<!\\\\)\\| ");

    private ProtocolPage() {}

    /** One cell of each row. */
    public static List<String> column(String heading, int index) throws IOException {
        return rows(heading).stream().map(row -> row.get(index)).toList();
    }

    /** The rows of the table under a heading, without its header row. */
    public static List<List<String>> rows(String heading) throws IOException {
        List<String> lines = Files.readAllLines(heading.equals(METRICS) ? OF_METRICS : FILE);
        int start = lines.indexOf(heading);
        assertThat(start).as("a heading %s", heading).isNotNegative();
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> List.of(CELLS.split(line.substring(2, line.length() - 2), -1)))
                .toList();
    }

    /** A word in the notation of the page. */
    public static String code(Object word) {
        return "`" + word + "`";
    }
}
