package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.chain.EventQueue.Kind;
import dev.portcullis.kit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventQueueTest {
    private final List<Kind> dropped = new ArrayList<>();
    private final EventQueue queue = new EventQueue(4, 8, dropped::add);

    @Test
    void events_leave_in_the_order_in_which_they_came() throws Exception {
        offer(EventName.WS_CONNECT, "1");
        offer(EventName.ADMIN_REVOKED, "2");
        offer(EventName.WS_CONNECT, "3");

        assertThat(taken()).containsExactly("1", "2", "3");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void flood_of_ordinary_events_leaves_the_reserve_free() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            offer(EventName.WS_FRAME_INVALID, "flood");
        }
        for (int i = 0; i < 8; i++) {
            offer(EventName.ADMIN_REVOKED, "evidence");
        }

        assertThat(taken()).filteredOn("evidence"::equals).hasSize(8);
        assertThat(dropped).hasSize(996).containsOnly(Kind.ORDINARY);
        assertThat(queue.takeDropped()).isEqualTo(Map.of(Kind.ORDINARY, 996L));
        assertThat(queue.takeDropped()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTH_LOGIN_FAILURE", "ADMIN_REFUSED", "WS_AUTH_FAILURE"})
    void flood_of_refused_logins_leaves_half_of_the_reserve_to_what_was_done(EventName flood) throws Exception {
        for (int i = 0; i < 1_000; i++) {
            offer(flood, "flood");
        }
        for (EventName fact : List.of(
                EventName.WS_BAN,
                EventName.WS_SESSION_REVOKED,
                EventName.AUTH_LOGIN_SUCCESS,
                EventName.ADMIN_REVOKED)) {
            offer(fact, "evidence");
        }

        assertThat(taken()).filteredOn("evidence"::equals).hasSize(4);
        assertThat(dropped).hasSize(996).containsOnly(Kind.RESERVED);
    }

    @Test
    void room_of_what_was_taken_is_free_again() throws Exception {
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 4; i++) {
                offer(EventName.WS_CONNECT, "1");
                offer(EventName.ADMIN_REVOKED, "2");
            }
            assertThat(taken()).hasSize(8);
        }
        assertThat(dropped).isEmpty();
    }

    @Test
    void what_the_files_have_no_room_for_is_dropped_and_counted() throws Exception {
        queue.admit(Set.of(Priority.FACT));
        offer(EventName.WS_CONNECT, "ordinary");
        offer(EventName.AUTH_LOGIN_FAILURE, "refusal");
        offer(EventName.ADMIN_REVOKED, "fact");

        assertThat(taken()).containsExactly("fact");
        assertThat(dropped).containsExactly(Kind.ORDINARY, Kind.RESERVED);
        assertThat(queue.drops(1_000_000)).hasSize(2);
        offer(EventName.WS_CONNECT, "ordinary");
        assertThat(queue.drops(1_009_999)).isEmpty();
        assertThat(queue.drops(1_010_000)).hasSize(1);

        queue.admit(Set.of());
        assertThat(queue.admits()).isFalse();
        queue.admit(Set.of(Priority.values()));
        offer(EventName.WS_CONNECT, "ordinary");
        assertThat(taken()).containsExactly("ordinary");
    }

    /** Otherwise a node that stops waits for the next look at its files. */
    @Test
    void wait_for_events_ends_when_it_is_woken_up() throws Exception {
        queue.wakeUp();
        assertThat(queue.take(100, Long.MAX_VALUE)).isEmpty();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();

        offer(EventName.WS_CONNECT, "1");
        queue.wakeUp();
        assertThat(queue.size()).isOne();
        assertThat(taken()).containsExactly("1");
    }

    @Test
    void ordinary_events_gather_until_evidence_comes() throws Exception {
        Thread gathering = new Thread(() -> {
            try {
                queue.gather(Long.MAX_VALUE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        gathering.start();
        offer(EventName.WS_CONNECT, "1");
        offer(EventName.WS_FRAME_INVALID, "2");
        assertThat(Await.until(() -> gathering.getState() == Thread.State.TIMED_WAITING))
                .isTrue();

        offer(EventName.ADMIN_REVOKED, "3");
        gathering.join();
        assertThat(taken()).containsExactly("1", "2", "3");
    }

    @Test
    void events_that_gather_are_woken_up() throws Exception {
        queue.wakeUp();
        queue.gather(Long.MAX_VALUE);
        assertThat(taken()).isEmpty();
    }

    private void offer(EventName name, String requestId) {
        queue.offer(Priority.of(name), ChainEntry.of(AuditEvent.of(name).requestId(requestId), 0));
    }

    private List<String> taken() throws InterruptedException {
        return queue.take(100, 0).stream()
                .map(entry -> String.valueOf(entry.fields().get("requestId")))
                .toList();
    }
}
