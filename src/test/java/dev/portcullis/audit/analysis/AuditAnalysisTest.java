package dev.portcullis.audit.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.analysis.AnalysisReport.Finding;
import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.http.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns over lines under a clock of the test, and files of lines. */
class AuditAnalysisTest {
    private static final long BEGIN = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final String ATTACKER = "192.0.2.1";

    @TempDir
    Path folder;

    private final AuditAnalysis analysis = new AuditAnalysis();

    /** One event that counts for a pattern. */
    private record Sample(AttackPattern pattern, String event, String reason, String detail) {
        @Override
        public String toString() {
            return pattern.id() + " " + event + " " + reason + detail;
        }

        AuditLine at(long at, int number) {
            String address = pattern.countsAddresses() ? "192.0.2." + number : ATTACKER;
            return new AuditLine(at, event, "ann", address, reason, detail, 1);
        }
    }

    static Stream<Sample> samples() {
        return Stream.of(
                sample(AttackPattern.CREDENTIAL_STUFFING, EventName.AUTH_LOGIN_FAILURE, "wrong_credentials", ""),
                sample(AttackPattern.SLOW_STUFFING, EventName.AUTH_LOGIN_FAILURE, "wrong_credentials", ""),
                sample(AttackPattern.DISTRIBUTED_STUFFING, EventName.AUTH_LOGIN_FAILURE, "wrong_credentials", ""),
                sample(AttackPattern.FORGED_TOKENS, EventName.WS_AUTH_FAILURE, "invalid_token", "bad_signature"),
                sample(AttackPattern.FORGED_TOKENS, EventName.WS_HANDSHAKE_REFUSED, "unauthorized", "malformed"),
                sample(AttackPattern.PASSWORD_KNOWN, EventName.AUTH_LOGIN_FAILURE, "second_factor_required", ""),
                sample(AttackPattern.CONNECTION_FLOOD, EventName.WS_HANDSHAKE_REFUSED, "attempts", ""),
                sample(AttackPattern.CONNECTION_FLOOD, EventName.HTTP_CONNECTION_EVICTED, "address_rate", ""),
                sample(AttackPattern.CONNECTION_FLOOD, EventName.HTTP_REFUSED, "rate_limited", ""),
                sample(AttackPattern.FRAME_FLOOD, EventName.WS_RATELIMIT, "rate_limited", ""),
                sample(AttackPattern.DISTRIBUTED_FLOOD, EventName.WS_RATELIMIT, "rate_limited", ""),
                sample(AttackPattern.PATH_PROBING, EventName.HTTP_REFUSED, "not_found", ""),
                sample(AttackPattern.ORIGIN_PROBING, EventName.WS_HANDSHAKE_REFUSED, "origin", ""),
                sample(AttackPattern.ORIGIN_PROBING, EventName.WS_CSRF_FAILURE, "csrf_failed", ""),
                sample(AttackPattern.FRAME_PROBING, EventName.WS_FRAME_INVALID, "invalid_json", ""),
                sample(AttackPattern.ACCESS_PROBING, EventName.WS_AUTHZ_DENIED, "forbidden", ""),
                sample(AttackPattern.INJECTION_PROBING, EventName.WS_ANOMALY, "signature", "sql/union"),
                sample(AttackPattern.OPERATOR_PROBING, EventName.ADMIN_REFUSED, "unauthorized", ""),
                sample(AttackPattern.MANY_ADDRESSES, EventName.WS_CONNECT, "", ""),
                sample(AttackPattern.REFRESH_TOKEN_REUSED, EventName.AUTH_REFRESH_REUSE, "", ""),
                new Sample(AttackPattern.LOG_TOUCHED, ChainEvent.GAP.id(), "", ""),
                new Sample(AttackPattern.LOG_TOUCHED, ChainEvent.FOREIGN.id(), "", ""),
                new Sample(AttackPattern.LOG_INCOMPLETE, ChainEvent.DROPPED.id(), "", ""));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void events_below_the_threshold_are_no_finding_and_one_more_is(Sample sample) {
        long threshold = sample.pattern().threshold();
        long pause = sample.pattern().window() / (2 * threshold);
        for (int i = 1; i < threshold; i++) {
            analysis.add(sample.at(BEGIN + i * pause, i));
        }
        assertThat(found(sample.pattern())).isEmpty();
        analysis.add(sample.at(BEGIN + threshold * pause, (int) threshold));

        assertThat(found(sample.pattern())).singleElement().satisfies(finding -> {
            assertThat(finding.peak()).isEqualTo(threshold);
            assertThat(finding.first()).isEqualTo(BEGIN + pause);
            assertThat(finding.last()).isEqualTo(BEGIN + threshold * pause);
            assertThat(finding.timeline().counts().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(finding.count());
        });
    }

    /** One event alone is always within its window. */
    static Stream<Sample> samplesOfMany() {
        return samples().filter(sample -> sample.pattern().threshold() > 1);
    }

    @ParameterizedTest
    @MethodSource("samplesOfMany")
    void as_many_events_over_a_much_longer_time_are_no_finding(Sample sample) {
        for (int i = 1; i <= 3 * sample.pattern().threshold(); i++) {
            analysis.add(sample.at(BEGIN + i * sample.pattern().window(), i));
        }
        assertThat(found(sample.pattern())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOGIN_AFTER_STUFFING") // which needs another one before
    void each_pattern_has_an_event_that_counts(AttackPattern pattern) {
        assertThat(samples()).anyMatch(sample -> sample.pattern() == pattern);
    }

    @Test
    void line_that_stands_for_many_events_counts_as_many() {
        analysis.add(
                new AuditLine(BEGIN, EventName.AUTH_LOGIN_FAILURE.id(), "", ATTACKER, "wrong_credentials", "", 500));

        assertThat(found(AttackPattern.CREDENTIAL_STUFFING))
                .singleElement()
                .satisfies(finding -> assertThat(finding.count()).isEqualTo(500));
    }

    @Test
    void addresses_that_fail_a_little_each_are_not_counted_together() {
        for (int i = 0; i < 100; i++) {
            analysis.add(new AuditLine(
                    BEGIN + i * 100L,
                    EventName.AUTH_LOGIN_FAILURE.id(),
                    "",
                    "192.0.2." + i,
                    "wrong_credentials",
                    "",
                    1));
        }
        assertThat(found(AttackPattern.CREDENTIAL_STUFFING)).isEmpty();
    }

    @Test
    void addresses_that_fail_once_each_and_are_many_are_found_together() {
        for (int i = 0; i < 600; i++) {
            analysis.add(new AuditLine(
                    BEGIN + i * 500L,
                    EventName.AUTH_LOGIN_FAILURE.id(),
                    "",
                    "10.0." + i / 250 + "." + i % 250,
                    "wrong_credentials",
                    "",
                    1));
        }
        assertThat(found(AttackPattern.CREDENTIAL_STUFFING)).isEmpty();
        assertThat(found(AttackPattern.DISTRIBUTED_STUFFING)).hasSize(1);
    }

    /** An attacker with one line of IPv6 has 2^64 addresses. */
    @Test
    void addresses_of_one_network_of_ipv6_are_one_source() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lines.add(failure(i + 1, BEGIN + i * 1_000L, "2001:db8:1:2:" + i + "::" + i));
        }
        write("audit-a-0000000000000001.jsonl", lines);

        assertThat(AuditAnalysis.of(List.of(folder), AuditAnalysisTest::networkOf)
                        .findings())
                .extracting(Finding::pattern, Finding::source)
                .containsExactly(tuple(AttackPattern.CREDENTIAL_STUFFING, "2001:db8:1:2::/64"));
    }

    /** A line of a time or a count that no node writes must neither stop the analysis nor hide what is beside it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"timestamp\":\"+999999999-12-31T23:59:59.999999999Z\"",
                "\"timestamp\":\"-999999999-01-01T00:00:00Z\"",
                "\"timestamp\":\"+292278994-08-17T07:12:55Z\"",
                "\"timestamp\":\"2026-03-01T10:00:00Z\",\"count\":9223372036854775807"
            })
    void line_of_an_impossible_time_or_count_stops_and_hides_nothing(String odd) throws IOException {
        List<String> lines = new ArrayList<>();
        String event = "{\"event\":\"auth.login.failure\",\"ip\":\"" + ATTACKER + "\"," + odd + "}";
        lines.add(event);
        for (int i = 0; i < 30; i++) {
            lines.add(failure(i + 1, BEGIN + i * 1_000L, ATTACKER));
        }
        lines.add(event);
        write("audit-a-0000000000000001.jsonl", lines);

        assertThat(AuditAnalysis.of(List.of(folder), AuditAnalysisTest::networkOf)
                        .findings())
                .filteredOn(each -> each.pattern() == AttackPattern.CREDENTIAL_STUFFING)
                .singleElement()
                .satisfies(finding -> assertThat(finding.count()).isGreaterThanOrEqualTo(30));
    }

    @Test
    void clock_that_was_ahead_for_a_line_makes_no_finding_of_honest_failures() {
        long year = Duration.ofDays(365).toMillis();
        analysis.add(new AuditLine(
                BEGIN + year, EventName.AUTH_LOGIN_FAILURE.id(), "", ATTACKER, "wrong_credentials", "", 1));
        for (int i = 0; i < 100; i++) {
            analysis.add(new AuditLine(
                    BEGIN + Duration.ofMinutes(i).toMillis(),
                    EventName.AUTH_LOGIN_FAILURE.id(),
                    "",
                    ATTACKER,
                    "wrong_credentials",
                    "",
                    1));
        }
        assertThat(found(AttackPattern.CREDENTIAL_STUFFING)).isEmpty();
    }

    @Test
    void login_from_an_address_that_tried_many_before_is_a_takeover() {
        AuditLine login = new AuditLine(BEGIN, EventName.AUTH_LOGIN_SUCCESS.id(), "ann", ATTACKER, "", "", 1);
        analysis.add(login);
        assertThat(found(AttackPattern.LOGIN_AFTER_STUFFING)).isEmpty();
        analysis.add(new AuditLine(
                BEGIN + 1_000, EventName.AUTH_LOGIN_FAILURE.id(), "", ATTACKER, "wrong_credentials", "", 30));
        analysis.add(new AuditLine(BEGIN + 2_000, EventName.AUTH_LOGIN_SUCCESS.id(), "ben", "192.0.2.9", "", "", 1));
        assertThat(found(AttackPattern.LOGIN_AFTER_STUFFING)).isEmpty();
        analysis.add(new AuditLine(
                BEGIN + Duration.ofHours(2).toMillis(),
                EventName.AUTH_LOGIN_SUCCESS.id(),
                "cleo",
                ATTACKER,
                "",
                "",
                1));
        assertThat(found(AttackPattern.LOGIN_AFTER_STUFFING))
                .as("another customer of the provider, hours later")
                .isEmpty();
        analysis.add(new AuditLine(BEGIN + 3_000, EventName.AUTH_LOGIN_SUCCESS.id(), "dave", ATTACKER, "", "", 1));

        assertThat(found(AttackPattern.LOGIN_AFTER_STUFFING)).hasSize(1);
        assertThat(report().findings().get(0).pattern()).isEqualTo(AttackPattern.LOGIN_AFTER_STUFFING);
    }

    @Test
    void user_who_returns_from_the_same_few_addresses_is_no_finding() {
        for (int i = 0; i < 200; i++) {
            analysis.add(
                    new AuditLine(BEGIN + i * 1_000L, EventName.WS_CONNECT.id(), "ann", "192.0.2." + i % 4, "", "", 1));
        }
        assertThat(found(AttackPattern.MANY_ADDRESSES)).isEmpty();
    }

    @Test
    void more_sources_than_are_listed_are_said_and_not_forgotten() {
        for (int i = 0; i < 150; i++) {
            analysis.add(new AuditLine(
                    BEGIN + i, EventName.AUTH_LOGIN_FAILURE.id(), "", "p-" + i, "wrong_credentials", "", 20));
        }
        assertThat(found(AttackPattern.CREDENTIAL_STUFFING)).hasSize(100);
        assertThat(report().full()).containsExactly(AttackPattern.CREDENTIAL_STUFFING);
    }

    @Test
    void chains_of_two_nodes_are_one_log_in_the_order_of_their_times() throws IOException {
        List<String> one = new ArrayList<>();
        List<String> two = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            (i % 2 == 0 ? one : two).add(failure(i + 1, BEGIN + i * 10_000L));
        }
        write("audit-a-0000000000000001.jsonl", one.subList(0, 4));
        write("audit-a-0000000000000005.jsonl", one.subList(4, 10));
        write("audit-b-0000000000000001.jsonl", two);

        AnalysisReport report = AuditAnalysis.of(List.of(folder), AuditAnalysisTest::networkOf);

        assertThat(report.chains()).containsExactly("a", "b");
        assertThat(report.lines()).isEqualTo(20);
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.pattern()).isEqualTo(AttackPattern.CREDENTIAL_STUFFING);
            assertThat(finding.source()).isEqualTo("p-00d1");
            assertThat(finding.peak()).isEqualTo(20);
        });
    }

    @Test
    void line_that_is_none_is_counted_and_the_next_ones_are_read() throws IOException {
        write(
                "audit-a-0000000000000001.jsonl",
                List.of(
                        failure(1, BEGIN),
                        "what is this?",
                        "{\"timestamp\":\"yesterday\",\"event\":\"x\"}",
                        "[]",
                        failure(2, BEGIN)));

        AnalysisReport report = AuditAnalysis.of(List.of(folder), AuditAnalysisTest::networkOf);

        assertThat(report.lines()).isEqualTo(2);
        assertThat(report.unreadable()).isEqualTo(3);
    }

    @Test
    void line_that_is_being_written_is_left_out() throws IOException {
        Path unused = Files.writeString(
                folder.resolve("audit-a-0000000000000001.jsonl"),
                failure(1, BEGIN) + "\n" + failure(2, BEGIN).substring(0, 60));

        AnalysisReport report = AuditAnalysis.of(List.of(folder), AuditAnalysisTest::networkOf);

        assertThat(report.lines()).isEqualTo(1);
        assertThat(report.unreadable()).isZero();
    }

    @Test
    void timeline_keeps_the_counts_of_a_year_in_sixty_parts() {
        Timeline timeline = new Timeline(BEGIN);
        for (int day = 0; day < 365; day++) {
            timeline.add(BEGIN + Duration.ofDays(day).toMillis(), 2);
        }
        timeline.add(BEGIN - 5_000, 1); // a clock that was set back
        Timeline.Drawn drawn = timeline.drawn();

        assertThat(drawn.counts()).hasSizeLessThanOrEqualTo(60);
        assertThat(drawn.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(731);
        assertThat(drawn.end()).isGreaterThan(BEGIN + Duration.ofDays(364).toMillis());
        assertThat(drawn.counts().get(0) % 2)
                .as("what came before the beginning")
                .isEqualTo(1);
    }

    private List<Finding> found(AttackPattern pattern) {
        return report().findings().stream()
                .filter(each -> each.pattern() == pattern)
                .toList();
    }

    private AnalysisReport report() {
        return analysis.report(List.of("node-a"), 0);
    }

    private static Sample sample(AttackPattern pattern, EventName event, String reason, String detail) {
        return new Sample(pattern, event.id(), reason, detail);
    }

    private static String failure(int n, long at) {
        return failure(n, at, "p-00d1");
    }

    private static String networkOf(String address) {
        return IpAddress.parse(address).map(parsed -> parsed.keys().own()).orElse(address);
    }

    private static String failure(int n, long at, String address) {
        return String.format(
                Locale.ROOT,
                "{\"n\":%d,\"prev\":\"\",\"timestamp\":\"%s\",\"severity\":\"WARN\",\"node\":\"x\",\"event\":\"auth.login.failure\","
                        + "\"ip\":\"%s\",\"reason\":\"wrong_credentials\"}",
                n,
                Instant.ofEpochMilli(at),
                address);
    }

    private void write(String name, List<String> lines) throws IOException {
        Path unused = Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }
}
