package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
    private final PendingRequests outgoing = new PendingRequests(3);

    @Test
    void frames_go_out_once_and_in_order() {
        outgoing.add(pending("a", true));
        outgoing.add(pending("b", true));

        assertThat(written(0)).containsExactly("a", "b");
        assertThat(written(0)).isEmpty();
    }

    @Test
    void a_frame_waits_until_its_room_is_joined() {
        outgoing.add(new PendingRequest("a", Optional.of("lobby"), true, ""));

        assertThat(outgoing.due(0, room -> false)).isEmpty();
        assertThat(outgoing.due(0, room -> room.equals("lobby"))).hasSize(1);
    }

    @Test
    void a_cut_gives_back_what_may_not_be_repeated_and_keeps_the_rest_for_the_next_connection() {
        outgoing.add(pending("read", false));
        outgoing.add(pending("message", true));
        written(0);

        assertThat(outgoing.disconnected()).extracting(PendingRequest::id).containsExactly("read");
        assertThat(written(1)).containsExactly("message");
    }

    @Test
    void a_message_is_not_repeated_once_the_server_may_have_forgotten_its_id() {
        outgoing.add(pending("a", true));
        written(1_000);
        outgoing.disconnected();
        written(500_000);

        assertThat(outgoing.removeExpired(1_000 + PendingRequests.REPEATABLE_MS)).isEmpty();
        assertThat(outgoing.removeExpired(1_001 + PendingRequests.REPEATABLE_MS))
                .extracting(PendingRequest::id)
                .containsExactly("a");
        assertThat(PendingRequests.REPEATABLE_MS).isLessThan(600_000);
    }

    @Test
    void a_message_that_never_left_is_never_forgotten() {
        outgoing.add(pending("a", true));

        assertThat(outgoing.removeExpired(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void an_unanswered_message_is_due_again_and_an_unanswered_question_is_given_back() {
        outgoing.add(pending("message", true));
        outgoing.add(pending("read", false));
        written(0);

        assertThat(outgoing.removeOverdue(9_999, 10_000)).isEmpty();
        assertThat(outgoing.removeOverdue(10_000, 10_000))
                .extracting(PendingRequest::id)
                .containsExactly("read");
        assertThat(written(10_000)).containsExactly("message");
    }

    @Test
    void a_full_queue_refuses() {
        assertThat(List.of("a", "b", "c", "d").stream().map(id -> outgoing.add(pending(id, true))))
                .containsExactly(true, true, true, false);
    }

    private List<String> written(long now) {
        List<PendingRequest> due = outgoing.due(now, any -> true);
        due.forEach(request -> request.markWritten(now));
        return due.stream().map(PendingRequest::id).toList();
    }

    private static PendingRequest pending(String id, boolean repeatable) {
        return new PendingRequest(id, Optional.empty(), repeatable, "");
    }
}
