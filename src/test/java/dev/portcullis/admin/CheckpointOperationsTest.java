package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointOperationsTest extends AdminVerticleFixture {
    private static final String CHECKPOINTS = "/admin/checkpoints";
    private static final String HELD = CHECKPOINTS + "/" + HeldCheckpoints.ID;

    @Test
    void checkpoint_is_made_and_the_operator_is_recorded() throws Exception {
        HttpResponse<String> made = operator("POST", CHECKPOINTS);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(new JsonObject(made.body()))
                .isEqualTo(new JsonObject()
                        .put("checkpointId", HeldCheckpoints.ID)
                        .put("at", "2026-11-28T23:00:00Z")
                        .put("files", 2)
                        .put("tookMs", 12)
                        .put("keptMs", 60_000));
        assertOneEvent(Map.of("event", "admin.checkpoint.made", "ip", "127.0.0.1"));
    }

    @Test
    void second_checkpoint_is_a_conflict_until_the_first_one_has_ended() throws Exception {
        operator("POST", CHECKPOINTS);
        assertThat(operator("POST", CHECKPOINTS).statusCode()).isEqualTo(409);
        assertThat(operator("PUT", HELD).statusCode()).isEqualTo(204);
        assertThat(operator("DELETE", HELD).statusCode()).isEqualTo(204);
        assertThat(operator("PUT", HELD).statusCode()).isEqualTo(404);
        assertThat(operator("DELETE", HELD).statusCode()).isEqualTo(404);
        assertThat(checkpoints.ended).isEqualTo(List.of(false));
        assertThat(operator("POST", CHECKPOINTS).statusCode()).isEqualTo(201);
    }

    @Test
    void checkpoint_that_was_copied_is_recorded_as_a_backup() throws Exception {
        operator("POST", CHECKPOINTS);
        operator("DELETE", HELD + "?copied=true");
        assertThat(checkpoints.ended).isEqualTo(List.of(true));
        assertThat(events.all())
                .extracting(event -> event.get("event"))
                .containsExactly("admin.checkpoint.made", "admin.backup.made");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2F..%2Fetc", "abc", "0123456789ABCDEF0123456789ABCDEF"})
    void id_that_no_node_gives_is_refused(String id) throws Exception {
        assertThat(operator("DELETE", CHECKPOINTS + "/" + id).statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST " + CHECKPOINTS, "PUT " + HELD, "DELETE " + HELD})
    void call_without_a_key_is_refused(String call) throws Exception {
        List<String> parts = List.of(call.split(" ", 2));
        assertThat(send(request(parts.get(1)).method(parts.get(0), BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);
        assertThat(checkpoints.keep(HeldCheckpoints.ID)).isFalse();
    }
}
