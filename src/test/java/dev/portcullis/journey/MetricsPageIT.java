package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.kit.TestNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each metric of a node is on the page of the metrics with its label. */
class MetricsPageIT {
    private static final String KEY = "a key for operators";
    private static final Pattern SAMPLE =
            Pattern.compile("(portcullis_\\w+?)(?:_(?:bucket|count|sum|max))?(?:\\{(.*)})? \\S+");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(portcullis_[^`]*)`");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    @Test
    void each_metric_of_a_node_has_its_row_on_the_page() throws Exception {
        Set<String> counted = new TreeSet<>();
        try (TestNode node = TestNode.start("admin.apiKey=" + KEY)) {
            scrape(node).lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> {
                String labels = LABEL.matcher(String.valueOf(sample.group(2)))
                        .results()
                        .map(each -> each.group(1))
                        .filter(label -> !label.equals("le")) // of histogram buckets, added by the library
                        .collect(Collectors.joining(","));
                counted.add(sample.group(1) + (labels.isEmpty() ? "" : "{" + labels + "}"));
            });
        }
        List<String> rows =
                ROW.matcher(Metric.page()).results().map(row -> row.group(1)).toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(counted);
    }

    /** Dashboards show the description of a metric. */
    @Test
    void each_metric_of_a_node_has_a_description() throws Exception {
        try (TestNode node = TestNode.start("admin.apiKey=" + KEY)) {
            List<String> lines = scrape(node).lines().toList();
            List<String> names = lines.stream()
                    .filter(line -> line.startsWith("# TYPE portcullis_"))
                    .map(line -> line.split(" ", -1)[2])
                    .toList();
            assertThat(names)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(
                            name -> assertThat(lines).anyMatch(line -> line.matches("# HELP " + name + " \\S.{5,}")));
        }
    }

    private static String scrape(TestNode node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                .header("Authorization", "Bearer " + KEY)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
