package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.kit.ProtocolPage;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.streams.AppendResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks every refusal of the code: each has one metric, one audit event, and one row of the protocol page. What a
 * connection or a call does with it is shown where it happens, as in {@code RefusalsTest}.
 */
class RefusalWalkTest {
    private static final String REASON = "reason";

    /** Constants that no client is told by themselves: each becomes one of those below. */
    private static final Set<Class<?>> INNER =
            Set.of(GrantRefusal.class, AddressGate.Refusal.class, RoomRefusal.class, AppendResult.Refusal.class);

    /**
     * One refusal.
     *
     * @param of the constant
     * @param row the first cells of its row
     */
    record Refusal(Enum<?> of, String metric, String label, String value, EventName event, String heading, String row) {
        @Override
        public String toString() {
            return of.getDeclaringClass().getSimpleName() + "." + of;
        }
    }

    static List<Refusal> refusals() {
        List<Refusal> all = new ArrayList<>();
        all.addAll(of(
                Reason.values(),
                "portcullis.refusals",
                Reason::id,
                each -> EventName.of(Rejection.of(each)),
                "## Reasons of an error",
                each -> ProtocolPage.code(each.id())));
        all.addAll(of(
                AuthRefusal.values(),
                "portcullis.auth.failures",
                AuthRefusal::id,
                each -> EventName.WS_AUTH_FAILURE,
                "## Reasons of an auth failure",
                each -> ProtocolPage.code(each.id())));
        all.addAll(of(
                TokenDefect.values(),
                "portcullis.auth.failures",
                each -> each.refusal().id(),
                each -> each == TokenDefect.CSRF_MISMATCH ? EventName.WS_CSRF_FAILURE : EventName.WS_AUTH_FAILURE,
                "### Details of a refused token",
                each -> ProtocolPage.code(each.id())));
        all.addAll(of(
                HandshakeRefusal.values(),
                "portcullis.handshakes.refused",
                HandshakeRefusal::id,
                each -> EventName.WS_HANDSHAKE_REFUSED,
                "### Refusals of a handshake",
                each -> ProtocolPage.code(each.id())));
        all.addAll(of(
                PendingEnd.values(),
                "portcullis.pending.connections.closed",
                PendingEnd::id,
                each -> EventName.HTTP_CONNECTION_EVICTED,
                ProtocolPage.METRICS,
                each -> "`portcullis_pending_connections_closed_total{reason}`"));
        Stream.of(HttpRefusal.values())
                .forEach(each -> all.add(new Refusal(
                        each,
                        "portcullis.audit.events",
                        "event",
                        EventName.HTTP_REFUSED.id(),
                        EventName.HTTP_REFUSED,
                        "### Reasons over HTTP",
                        ProtocolPage.code(each.id()) + " | " + each.status() + " | " + each.sentence())));
        Stream.of(CloseCode.values())
                .forEach(each -> all.add(new Refusal(
                        each,
                        "portcullis.connections.closed",
                        "code",
                        Short.toString(each.code()),
                        EventName.WS_DISCONNECT,
                        "## Close codes",
                        each.code() + " | " + each.phrase())));
        return all;
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusal_has_a_metric_of_its_own(Refusal refusal) {
        SimpleMeterRegistry registry = registry();

        assertThat(registry.find(refusal.metric())
                        .tag(refusal.label(), refusal.value())
                        .meters())
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusal_has_an_event_that_is_on_the_page_and_counted(Refusal refusal) throws IOException {
        assertThat(ProtocolPage.column("## Events", 0))
                .contains(ProtocolPage.code(refusal.event().id()));
        assertThat(registry()
                        .find("portcullis.audit.events")
                        .tag("event", refusal.event().id())
                        .meters())
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusal_has_one_row_on_the_page(Refusal refusal) throws IOException {
        assertThat(ProtocolPage.rows(refusal.heading()))
                .filteredOn(row -> (String.join(" | ", row) + " |").startsWith(refusal.row() + " |"))
                .hasSize(1);
    }

    /** What the page promises, the code has. */
    @ParameterizedTest
    @MethodSource("refusals")
    void page_has_no_other_rows_than_those_of_the_code(Refusal refusal) throws IOException {
        if (refusal.heading().equals(ProtocolPage.METRICS)) {
            return; // the table of all metrics, which MetricsPageIT compares
        }
        List<Refusal> ofTable = refusals().stream()
                .filter(each -> each.heading().equals(refusal.heading()))
                .toList();
        assertThat(ProtocolPage.rows(refusal.heading())).hasSameSizeAs(ofTable);
    }

    @Test
    void way_that_a_connection_ends_before_its_upgrade_is_named_in_the_row_of_its_metric() throws IOException {
        String row = ProtocolPage.rows(ProtocolPage.METRICS).stream()
                .map(cells -> String.join(" | ", cells))
                .filter(cells -> cells.startsWith("`portcullis_pending_connections_closed_total"))
                .collect(Collectors.joining());
        for (PendingEnd end : PendingEnd.values()) {
            assertThat(row).contains(ProtocolPage.code(end.id()));
        }
    }

    @Test
    void reached_limit_has_its_metric_its_event_and_its_row() throws IOException {
        assertThat(registry()
                        .find("portcullis.refusals")
                        .tag(REASON, "rate_limited")
                        .meters())
                .hasSize(1);
        assertThat(EventName.of(Rejection.limited(Rejection.Scope.USER, Rejection.Window.BURST, 1)))
                .isEqualTo(EventName.WS_RATELIMIT);
        assertThat(ProtocolPage.column("### From the server", 0)).contains("`rate_limited`");
    }

    /** So that a kind of refusal that is added later is walked too. */
    @Test
    void no_kind_of_refusal_is_left_out() throws Exception {
        Set<String> walked = refusals().stream()
                .map(each -> each.of().getDeclaringClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        INNER.forEach(each -> walked.add(each.getName()));

        assertThat(classesNamed(".*(?:Refusal|Reason|Defect|CloseCode|PendingEnd)"))
                .filteredOn(Class::isEnum)
                .extracting(Class::getName)
                .containsExactlyInAnyOrderElementsOf(walked);
    }

    /** The product's classes with such a name. ArchUnit would read all classes, which takes seconds. */
    private static List<Class<?>> classesNamed(String pattern) throws Exception {
        Path root = Path.of(Metrics.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve("dev/portcullis"))) {
            for (Path file : files.toList()) {
                String name = root.relativize(file).toString();
                if (name.matches(pattern + "\\.class")) {
                    found.add(Class.forName(
                            name.substring(0, name.lastIndexOf('.')).replace(File.separatorChar, '.')));
                }
            }
        }
        return found;
    }

    private static <E extends Enum<E>> List<Refusal> of(
            E[] values,
            String metric,
            Function<E, String> label,
            Function<E, EventName> event,
            String heading,
            Function<E, String> row) {
        return Stream.of(values)
                .map(each -> new Refusal(
                        each, metric, REASON, label.apply(each), event.apply(each), heading, row.apply(each)))
                .toList();
    }

    /** As a node registers them. */
    private static SimpleMeterRegistry registry() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Metrics metrics = new Metrics(registry);
        var unused = List.of(
                metrics.counters(Metric.HANDSHAKES_REFUSED, HandshakeRefusal.class, HandshakeRefusal::id),
                metrics.counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id),
                metrics.counters(Metric.AUDIT_EVENTS, EventName.class, EventName::id));
        return registry;
    }
}
