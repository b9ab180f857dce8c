package dev.portcullis.client.selfaudit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.StandardEvidence.Extent;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report and its three forms, over results that no server gave. */
class SelfAuditReportTest {
    private static final ProbeOutcome PASSED = ProbeOutcome.passed("refused");
    private static final ProbeOutcome FOUND = ProbeOutcome.found("accepted");
    private static final ProbeOutcome UNCHECKED = ProbeOutcome.unchecked("no token");

    private static ProbeResult result(String id, Grade worst, ProbeOutcome outcome) {
        return new ProbeResult(
                Probe.known(id, ProbeArea.ORIGIN, worst, "asked", "do this", List.of(Standard.ASVS_4_4_2), outcome),
                outcome);
    }

    private static SelfAuditReport report(ProbeResult... results) {
        return new SelfAuditReport(
                "wss://chat.example.com:443/ws",
                Instant.EPOCH,
                Duration.ofSeconds(3),
                List.of(results),
                Optional.of(new LoadFigures(2, List.of(4.0, 2.0), List.of(1.0, 3.0, 2.0))),
                List.of(),
                true,
                true);
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, SUCCESS, 0",
        "SUCCESS, INFO, 0",
        "SUCCESS, WARNING, 1",
        "INFO, FAILURE, 3",
        "FAILURE, WARNING, 3",
        "WARNING, FAILURE, 3"
    })
    void exit_code_is_that_of_the_worst_line(Grade first, Grade second, int code) {
        assertThat(report(graded("a", first), graded("b", second)).exitCode()).isEqualTo(code);
    }

    /** A run that learnt nothing must not look like one that found nothing, in a pipeline that reads the code. */
    @ParameterizedTest
    @CsvSource({"INFO, true, 2", "SUCCESS, false, 2", "WARNING, false, 2", "FAILURE, false, 3"})
    void exit_code_of_a_run_that_learnt_nothing_of_the_server_is_no_success(Grade only, boolean isHeard, int code) {
        SelfAuditReport report = new SelfAuditReport(
                "ws://127.0.0.1:1/ws",
                Instant.EPOCH,
                Duration.ZERO,
                List.of(graded("a", only)),
                Optional.empty(),
                List.of(),
                true,
                isHeard);

        assertThat(report.exitCode()).isEqualTo(code);
        assertThat(TextReport.end(report, false)).anyMatch(line -> line.contains("nothing could be learnt"));
        assertThat(HtmlReport.of(report)).contains("Nothing could be learnt");
        assertThat(JsonReport.of(report).getBoolean("learnt")).isFalse();
    }

    @Test
    void token_that_a_server_repeats_is_in_no_report() {
        String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

        assertThat(ProbeOutcome.found("agreed on x=" + token + "; y").text()).isEqualTo("agreed on x=[token]; y");
        assertThat(ProbeOutcome.passed("b".repeat(290) + token).text()).doesNotContain("eyJ");
    }

    private static ProbeResult graded(String id, Grade grade) {
        return switch (grade) {
            case SUCCESS -> result(id, Grade.FAILURE, PASSED);
            case INFO -> result(id, Grade.FAILURE, UNCHECKED);
            case WARNING, FAILURE -> result(id, grade, FOUND);
        };
    }

    @Test
    void outcome_that_could_not_be_told_is_info_and_says_why() {
        ProbeResult result = result("origin.foreign", Grade.FAILURE, UNCHECKED);

        assertThat(TextReport.line(result, false)).isEqualTo("[INFO] origin.foreign: not checked: no token");
        assertThat(TextReport.line(result, true)).endsWith("(asked: asked)");
    }

    @Test
    void findings_are_told_worst_first_with_what_to_do() {
        SelfAuditReport report = report(
                result("mild", Grade.WARNING, FOUND),
                result("bad", Grade.FAILURE, FOUND),
                graded("good", Grade.SUCCESS));

        assertThat(TextReport.end(report, false))
                .containsSubsequence("  bad: do this", "  mild: do this")
                .last()
                .asString()
                .contains("1 failures, 1 warnings, 1 passed, 0 not checked");
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, SUCCESS, SHOWN",
        "SUCCESS, INFO, PARTLY",
        "INFO, INFO, NONE",
        "SUCCESS, WARNING, CONTRADICTED",
        "INFO, FAILURE, CONTRADICTED"
    })
    void standard_is_shown_only_as_far_as_its_probes_passed(Grade first, Grade second, Extent extent) {
        assertThat(report(graded("a", first), graded("b", second)).evidence())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.standard()).isEqualTo(Standard.ASVS_4_4_2);
                    assertThat(row.extent()).isEqualTo(extent);
                    assertThat(row.probes()).containsExactly("a", "b");
                });
    }

    @Test
    void json_has_each_result_with_its_grade_and_fix() {
        JsonObject json = JsonReport.of(report(graded("a", Grade.WARNING), graded("b", Grade.SUCCESS)));

        assertThat(json.getJsonObject("counts").getMap())
                .containsEntry("warning", 1L)
                .containsEntry("success", 1L)
                .containsEntry("failure", 0L);
        assertThat(json.getJsonArray("results").getJsonObject(0).getMap())
                .containsEntry("id", "a")
                .containsEntry("grade", "warning")
                .containsEntry("fix", "do this");
        assertThat(json.getJsonArray("results").getJsonObject(1).getString("fix"))
                .isNull();
        assertThat(json.getJsonObject("load").getJsonObject("pingMs").getDouble("p50"))
                .isEqualTo(2.0);
        assertThat(json.getBoolean("complete")).isTrue();
    }

    @Test
    void html_is_one_file_with_pictures_in_which_no_text_of_the_server_is_markup() {
        ProbeOutcome hostile = ProbeOutcome.found("<script>alert('1')</script>\u001b[2J\u202e\"");
        String html = HtmlReport.of(report(result("origin.foreign", Grade.FAILURE, hostile)));

        assertThat(html)
                .startsWith("<!doctype html>")
                .contains("<svg", "default-src 'none'", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;?[2J?&quot;")
                .doesNotContain("<script", "http://", "src=", "\u001b", "\u202e");
    }

    @Test
    void stopped_run_says_so_in_each_form() {
        SelfAuditReport stopped = new SelfAuditReport(
                "ws://127.0.0.1:1/ws",
                Instant.EPOCH,
                Duration.ZERO,
                List.of(),
                Optional.empty(),
                List.of("/api/rooms/x"),
                false,
                true);

        assertThat(TextReport.end(stopped, false))
                .anyMatch(line -> line.contains("stopped before the end"))
                .anyMatch(line -> line.contains("left at the server, remove it: /api/rooms/x"));
        assertThat(JsonReport.of(stopped).getBoolean("complete")).isFalse();
        assertThat(HtmlReport.of(stopped)).contains("stopped before its end", "/api/rooms/x");
    }

    @Test
    void control_characters_and_the_end_of_a_long_text_never_reach_a_terminal() {
        String text = ProbeOutcome.passed("a\r\n\u009b31m" + "b".repeat(1_000)).text();

        assertThat(text).startsWith("a???31mb").hasSize(300);
    }

    @Test
    void histogram_has_each_value_once() {
        List<Double> values = List.of(0.0, 1.0, 1.1, 9.9, 10.0);

        assertThat(LoadFigures.histogram(values, 10)).containsExactly(1, 2, 0, 0, 0, 0, 0, 0, 0, 2);
        assertThat(LoadFigures.quantile(values, 0.5)).isEqualTo(1.1);
        assertThat(LoadFigures.quantile(List.of(), 0.5)).isZero();
        assertThat(Arrays.stream(Grade.values()).map(Grade::exitCode)).containsExactly(0, 0, 1, 3);
    }
}
