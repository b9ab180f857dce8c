package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.PendingRequest.Repeat;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
    private final PendingRequests requests = new PendingRequests(3);

    @Test
    void frames_are_written_once_and_in_order() {
        requests.add(pending("a", true));
        requests.add(pending("b", true));

        assertThat(written(0)).containsExactly("a", "b");
        assertThat(written(0)).isEmpty();
    }

    @Test
    void frame_waits_until_the_one_before_it_to_the_same_user_is_answered() {
        requests.add(to("bob", "a"));
        requests.add(to("bob", "b"));
        requests.add(to("carol", "c"));

        assertThat(written(0)).containsExactly("a", "c");
        requests.find("a").orElseThrow().repeatAfter(500);
        assertThat(written(499)).isEmpty();
        assertThat(written(500)).containsExactly("a");
        requests.take("a");
        assertThat(written(500)).containsExactly("b");
    }

    @Test
    void full_queue_holds_up_neither_the_end_of_a_room_nor_a_new_token() {
        List.of("a", "b", "c").forEach(id -> requests.add(pending(id, true)));

        for (String type : List.of("leave", "token_refresh")) {
            JsonObject frame = frame(type).put("type", type);
            assertThat(requests.add(new PendingRequest(frame, Optional.empty(), Repeat.AFTER_LIMIT, 0)))
                    .isTrue();
        }
        assertThat(requests.add(
                        new PendingRequest(frame("d").put("type", "history"), Optional.empty(), Repeat.AFTER_LIMIT, 0)))
                .isFalse();
    }

    @Test
    void frame_waits_until_its_room_is_joined() {
        requests.add(new PendingRequest(frame("a"), Optional.of("lobby"), Repeat.UNTIL_ANSWERED, 0));

        assertThat(requests.due(0, room -> false)).isEmpty();
        assertThat(requests.due(0, room -> room.equals("lobby"))).hasSize(1);
    }

    @Test
    void disconnect_returns_frames_that_are_not_repeatable_and_keeps_the_others() {
        requests.add(pending("read", false));
        requests.add(pending("message", true));
        written(0);

        assertThat(requests.disconnected()).extracting(PendingRequest::id).containsExactly("read");
        assertThat(written(1)).containsExactly("message");
    }

    @Test
    void frame_is_not_repeated_once_the_server_may_have_forgotten_its_id() {
        requests.add(pending("a", true));
        written(1_000);
        requests.disconnected();
        written(500_000);

        assertThat(requests.removeExpired(1_000 + PendingRequests.REPEATABLE_MS))
                .isEmpty();
        assertThat(requests.removeExpired(1_001 + PendingRequests.REPEATABLE_MS))
                .extracting(PendingRequest::id)
                .containsExactly("a");
        assertThat(PendingRequests.REPEATABLE_MS).isLessThan(600_000);
    }

    @Test
    void frame_that_was_never_written_does_not_expire() {
        requests.add(pending("a", true));

        assertThat(requests.removeExpired(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void overdue_frame_is_due_again_if_repeatable_and_returned_otherwise() {
        requests.add(pending("message", true));
        requests.add(pending("read", false));
        written(0);

        assertThat(requests.removeOverdue(9_999, 10_000)).isEmpty();
        assertThat(requests.removeOverdue(10_000, 10_000))
                .extracting(PendingRequest::id)
                .containsExactly("read");
        assertThat(written(10_000)).containsExactly("message");
    }

    @Test
    void full_queue_accepts_no_frame() {
        assertThat(List.of("a", "b", "c", "d").stream().map(id -> requests.add(pending(id, true))))
                .containsExactly(true, true, true, false);
    }

    private List<String> written(long now) {
        List<PendingRequest> due = requests.due(now, any -> true);
        due.forEach(request -> request.markWritten(now));
        return due.stream().map(PendingRequest::id).toList();
    }

    /** Each to a user of its own, so that none waits for another. */
    private static PendingRequest pending(String id, boolean repeatable) {
        return new PendingRequest(
                frame(id).put("recipientId", id),
                Optional.empty(),
                repeatable ? Repeat.UNTIL_ANSWERED : Repeat.AFTER_LIMIT,
                0);
    }

    private static PendingRequest to(String user, String id) {
        return new PendingRequest(frame(id).put("recipientId", user), Optional.empty(), Repeat.UNTIL_ANSWERED, 0);
    }

    private static JsonObject frame(String id) {
        return new JsonObject().put("id", id);
    }
}
