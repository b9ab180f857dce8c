package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.AuditEvent.AuditField;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalAggregatorTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final RefusalAggregator aggregator = new RefusalAggregator(new AuditConfig(10_000, 16), now::get);

    @Test
    void first_refusal_is_written_at_once_and_its_repeats_as_one_line_after_ten_seconds() {
        assertThat(aggregator.admit(refusal("1.2.3.4"))).isPresent();
        for (int i = 0; i < 500; i++) {
            assertThat(aggregator.admit(refusal("1.2.3.4"))).isEmpty();
        }
        now.addAndGet(9_999);
        assertThat(aggregator.due()).isEmpty();
        now.addAndGet(1);
        assertThat(counts(aggregator.due())).containsExactly(500L);
        assertThat(aggregator.due()).isEmpty();
        assertThat(aggregator.admit(refusal("1.2.3.4"))).isPresent();
    }

    @Test
    void single_refusal_is_one_line_only() {
        assertThat(aggregator.admit(refusal("1.2.3.4"))).isPresent();
        now.addAndGet(10_000);
        assertThat(aggregator.due()).isEmpty();
    }

    @Test
    void event_source_reason_and_detail_are_distinguished() {
        AuditEvent event = AuditEvent.of(EventName.WS_RATELIMIT).ip("1.2.3.4").reason("a");
        assertThat(aggregator.admit(event)).isPresent();
        assertThat(aggregator.admit(event.reason("b"))).isPresent();
        assertThat(aggregator.admit(event.detail("d"))).isPresent();
        assertThat(aggregator.admit(event.ip("1.2.3.5"))).isPresent();
        assertThat(aggregator.admit(event.user(new UserId("ann")))).isPresent();
        assertThat(aggregator.admit(event.user(new UserId("ann")).ip("9.9.9.9")))
                .isEmpty();
        assertThat(aggregator.admit(
                        AuditEvent.of(EventName.WS_AUTHZ_DENIED).ip("1.2.3.4").reason("a")))
                .isPresent();
    }

    @Test
    void ipv6_addresses_of_one_network_are_one_source() {
        assertThat(aggregator.admit(refusal("2001:db8:0:1::1"))).isPresent();
        assertThat(aggregator.admit(refusal("2001:db8:0:1:ffff::2"))).isEmpty();
        assertThat(aggregator.admit(refusal("2001:db8:0:2::1"))).isPresent();
        assertThat(aggregator.admit(refusal("::1"))).isPresent();
        assertThat(aggregator.admit(refusal("no address"))).isPresent();
    }

    @Test
    void event_that_is_no_refusal_is_never_suppressed() {
        AuditEvent connect = AuditEvent.of(EventName.WS_CONNECT).ip("1.2.3.4");
        assertThat(aggregator.admit(connect)).isPresent();
        assertThat(aggregator.admit(connect)).isPresent();
    }

    @Test
    void sources_beyond_the_limit_are_counted_together() {
        long written = IntStream.range(0, 1_000)
                .filter(i -> aggregator.admit(refusal("10.0.0." + i)).isPresent())
                .count();
        assertThat(written).isEqualTo(16);
        now.addAndGet(10_000);
        List<AuditEvent> lines = aggregator.due();
        assertThat(counts(lines)).containsExactly(984L);
        assertThat(lines.get(0).reason()).isEqualTo("other_sources");
    }

    @Test
    void flood_of_refused_requests_does_not_hide_whose_login_was_refused() {
        IntStream.range(0, 1_000).forEach(i -> aggregator.admit(refusal("10.0.0." + i)));

        AuditEvent login = AuditEvent.of(EventName.AUTH_LOGIN_FAILURE).ip("192.0.2.7");
        assertThat(aggregator.admit(login)).contains(login);
        AuditEvent reuse = AuditEvent.of(EventName.AUTH_REFRESH_REUSE).user(new UserId("ann"));
        assertThat(aggregator.admit(reuse)).contains(reuse);
    }

    @Test
    void remaining_counts_are_returned_at_the_end() {
        aggregator.admit(refusal("1.2.3.4"));
        aggregator.admit(refusal("1.2.3.4"));
        assertThat(counts(aggregator.remaining())).containsExactly(1L);
        assertThat(aggregator.remaining()).isEmpty();
    }

    @Test
    void concurrent_refusals_are_all_counted() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(new Thread(() -> IntStream.range(0, 1_000).forEach(n -> aggregator.admit(refusal("1.2.3.4")))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counts(aggregator.remaining())).containsExactly(7_999L);
    }

    private static List<Object> counts(List<AuditEvent> lines) {
        return lines.stream().map(line -> line.fields().get(AuditField.COUNT)).toList();
    }

    private static AuditEvent refusal(String ip) {
        return AuditEvent.of(EventName.WS_HANDSHAKE_REFUSED).ip(ip).reason("origin");
    }
}
