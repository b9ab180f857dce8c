package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminVerticleTest extends AdminVerticleFixture {
    @Test
    void liveness_is_answered_without_a_token() throws Exception {
        HttpResponse<String> response = get("/health/live");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void readiness_lists_its_checks() throws Exception {
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"up\",\"checks\":{\"stages\":\"up\",\"store\":\"up\"}}");
    }

    @Test
    void failed_and_recovered_store_are_detected_without_a_request() throws Exception {
        store = Health.State.DOWN;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDOWN");
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"down\",\"checks\":{\"stages\":\"up\",\"store\":\"down\"}}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        store = Health.State.UP;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeUP");
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void node_with_a_degraded_store_is_ready_and_reports_it() throws Exception {
        store = Health.State.DEGRADED;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDEGRADED");
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"degraded\",\"checks\":{\"stages\":\"up\",\"store\":\"degraded\"}}");
    }

    @Test
    void messages_beyond_the_bound_of_unanswered_ones_are_refused_with_429() throws Exception {
        int most = ServerCallsConfig.STANDARD.inFlight();
        String body = Json.write(Map.of("messages", Collections.nCopies(100, Map.of("content", "x"))));
        for (int sent = 100; sent <= most; sent += 100) {
            int expected = sent;
            var unused = client.sendAsync(publishing(body).build(), BodyHandlers.discarding());
            assertThat(Await.until(() -> published.get() == expected)).isTrue();
        }
        HttpResponse<String> refused = send(publishing("{\"content\":\"x\"}"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("\"reason\":\"rate_limited\"");
        assertThat(published.get()).isEqualTo(most);
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void deletion_beyond_the_bound_is_refused_with_429_and_one_that_broke_off_with_503() throws Exception {
        HttpResponse<String> refused = operator("DELETE", "/admin/users/one-too-many");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(operator("DELETE", "/admin/users/ann").statusCode()).isEqualTo(503);
    }

    /** What the receipt says is checked as an operator would: its bytes are digested, and so is the user's id with its own. */
    @ParameterizedTest
    @ValueSource(strings = {"erase", "keep", "anonymise"})
    void receipt_of_a_deletion_is_vouched_for_by_the_audit_event(String messages) throws Exception {
        HttpResponse<String> answer = operator("DELETE", "/admin/users/leo?messages=" + messages);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject body = new JsonObject(answer.body());
        JsonObject receipt = body.getJsonObject("receipt");
        String bytes =
                answer.body().substring("{\"receipt\":".length(), answer.body().indexOf(",\"sha256\":"));
        assertThat(body.getString("sha256")).isEqualTo(sha256(bytes));
        assertThat(receipt.getString("subject")).isEqualTo(sha256(receipt.getString("id") + " leo"));
        assertThat(bytes).doesNotContain("leo");
        assertThat(receipt.getString("messages")).isEqualTo(messages);
        assertThat(receipt.getJsonObject("counts").getLong("entries")).isEqualTo(7);
        assertThat(body.getJsonObject("audit").getString("chain")).isEqualTo("n1");
        assertThat(body.getJsonObject("audit").getLong("after")).isEqualTo(41);
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("digest", body.getString("sha256"))
                        .containsEntry("requestId", body.getJsonObject("audit").getString("requestId"))
                        .containsEntry("reason", messages)
                        .containsEntry("userId", "leo"));
    }

    @Test
    void deletion_that_does_not_say_what_to_keep_has_no_receipt() throws Exception {
        HttpResponse<String> answer = operator("DELETE", "/admin/users/leo");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event).containsEntry("userId", "leo"));
    }

    @Test
    void deletion_that_keeps_something_unknown_is_refused() throws Exception {
        assertThat(operator("DELETE", "/admin/users/leo?messages=most").statusCode())
                .isEqualTo(400);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void invitation_is_told_once_and_logged_without_its_code() throws Exception {
        HttpResponse<String> made = operator("POST", "/admin/invitations", "{}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("{\"invitation\":\"the-code\",\"expiresAt\":604800000}");
        assertThat(operator("POST", "/admin/invitations", "{'seconds':90}").body())
                .contains("90000");
        assertThat(events.all())
                .allSatisfy(event -> assertThat(event)
                        .containsEntry("event", "admin.invited")
                        .containsEntry("detail", "api_key")
                        .doesNotContainValue("the-code"));
        assertThat(operator("POST", "/admin/invitations", "{'seconds':60}").statusCode())
                .as("where none is needed")
                .isEqualTo(404);
        assertThat(operator("POST", "/admin/invitations", "{'seconds':61}").statusCode())
                .isEqualTo(503);
        assertThat(operator("POST", "/admin/invitations", "{'seconds':59}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void invitations_are_listed_in_pages() throws Exception {
        assertThat(operator("/admin/invitations").body())
                .isEqualTo("{\"invitations\":[{\"id\":\"the-id\",\"madeAt\":1,\"expiresAt\":2,\"used\":true}],"
                        + "\"next\":\"dGhlLW5leHQ\"}");
        assertThat(operator("/admin/invitations" + behind("00")).body()).isEqualTo("{\"invitations\":[]}");
        assertThat(operator("/admin/invitations" + behind("01")).statusCode()).isEqualTo(503);
        assertThat(operator("/admin/invitations" + behind("1")).statusCode())
                .as("where none is needed")
                .isEqualTo(404);
        assertThat(operator("/admin/invitations?after=x").statusCode()).isEqualTo(400);
    }

    @Test
    void invitation_is_withdrawn_by_an_operator_whose_name_is_logged() throws Exception {
        assertThat(operator("DELETE", "/admin/invitations/" + "a".repeat(43)).statusCode())
                .isEqualTo(204);
        assertOneEvent(Map.of("event", "admin.invitation.withdrawn", "resource", "a".repeat(43)));
        assertThat(operator("DELETE", "/admin/invitations/" + "b".repeat(43)).statusCode())
                .as("no such one")
                .isEqualTo(404);
        assertThat(operator("DELETE", "/admin/invitations/" + "c".repeat(43)).statusCode())
                .isEqualTo(503);
        assertThat(operator("DELETE", "/admin/invitations/" + "d".repeat(43)).statusCode())
                .as("where none is needed")
                .isEqualTo(404);
    }

    private static String behind(String place) {
        return "?after="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void second_factor_is_removed_by_an_operator_whose_name_is_logged() throws Exception {
        assertThat(operator("DELETE", "/admin/users/ann/totp").statusCode()).isEqualTo(204);
        assertOneEvent(Map.of("event", "admin.factor.removed", "userId", "ann"));
        assertThat(operator("DELETE", "/admin/users/ben/totp").statusCode()).isEqualTo(503);
        assertThat(operator("DELETE", "/admin/users/cleo/totp").statusCode())
                .as("who has none")
                .isEqualTo(404);
    }

    private HttpRequest.Builder publishing(String body) {
        return ofOperator("/admin/rooms/lobby/messages")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void deletion_of_a_held_user_is_refused_with_the_names_of_the_holds_and_is_no_event() throws Exception {
        for (String messages : List.of("", "?messages=keep", "?messages=erase")) {
            HttpResponse<String> refused = operator("DELETE", "/admin/users/hal" + messages);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("\"held\"").contains("/user/hal");
        }
        assertThat(events.all()).noneMatch(event -> "admin.user.deleted".equals(event.get("event")));
    }

    @Test
    void hold_of_a_stage_that_does_not_answer_is_503_and_one_of_nothing_404() throws Exception {
        assertThat(operator("PUT", "/admin/holds/room/lobby").statusCode()).isEqualTo(503);
        assertThat(operator("DELETE", "/admin/holds/user/ann").statusCode()).isEqualTo(503);
        assertThat(operator("/admin/holds/user/ann/messages").statusCode()).isEqualTo(503);
        assertThat(operator("/admin/holds").statusCode()).isEqualTo(503);
        assertThat(operator("PUT", "/admin/holds/room/a@b").statusCode()).isEqualTo(404);
        assertThat(operator("PUT", "/admin/holds/team/lobby").statusCode()).isEqualTo(404);
    }

    /** An orchestrator addresses a pod by an address that can't be configured, and some probes send no Host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\r\nHost: 10.1.2.3:9090\r\n",
                "HTTP/1.1\r\nHost: pod-7.internal\r\n",
                "HTTP/1.0\r\n",
                "HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n"
            })
    void health_probe_may_use_any_host(String head) throws Exception {
        assertThat(raw("GET /health/live " + head)).contains(" 200 ");
        assertThat(raw("GET /health/ready " + head)).contains(" 200 ");
        store = Health.State.DOWN;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDOWN");
        assertThat(raw("GET /health/ready " + head)).contains(" 503 ");
        assertThat(events.all()).as("a probe is no refusal").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics", "/admin/stats", "/admin/bans", "/admin/audit"})
    void head_is_answered_like_get_without_its_body(String path) throws Exception {
        HttpResponse<String> get = send(ofOperator(path));
        HttpResponse<String> head = send(ofOperator(path).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
    }

    @Test
    void scrape_that_no_thread_can_run_is_answered_with_503() throws Exception {
        workers.close();
        HttpResponse<String> response = metricsWith("Bearer " + KEY);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"reason\":\"unavailable\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/dashboard", "/health", "/metrics/", "/admin/other"})
    void unknown_path_is_answered_with_404(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void reload_answers_what_has_changed_and_records_who_asked() throws Exception {
        reloaded = Result.done(List.of(new SettingChange("ratelimit.user.minute", "60", "61")));

        HttpResponse<String> response = operator("POST", "/admin/reload");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"changed\":[{\"key\":\"ratelimit.user.minute\",\"before\":\"60\",\"after\":\"61\"}]}");
        assertThat(events.all()).extracting(event -> event.get("event")).containsExactly("admin.reloaded");
    }

    @ParameterizedTest
    @CsvSource({"INVALID, 409", "NEEDS_RESTART, 409", "UNUSABLE, 503", "BUSY, 503"})
    void reload_that_changes_nothing_says_why(Why why, int status) throws Exception {
        reloaded = Result.refused(
                new ReloadRefusal(why, List.of(new Problem("http.port", "has changed", "restart the node"))));

        HttpResponse<String> response = operator("POST", "/admin/reload");

        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.getString("why")).isEqualTo(why.id());
        assertThat(error.getJsonArray("problems"))
                .containsExactly(new JsonObject()
                        .put("key", "http.port")
                        .put("problem", "has changed")
                        .put("fix", "restart the node"));
        assertThat(events.all()).isEmpty();
    }

    @Test
    void post_is_answered_with_405() throws Exception {
        HttpResponse<String> response = send(request("/metrics").POST(BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void refusal_is_logged_with_the_request_id_of_its_answer_and_without_the_token() throws Exception {
        String body = metricsWith("Bearer unknown-token").body();
        assertThat(events.all()).singleElement().satisfies(fields -> {
            assertThat(fields)
                    .containsEntry("event", "admin.refused")
                    .containsEntry("reason", "unauthorized")
                    .containsEntry("ip", "127.0.0.1");
            assertThat(fields.toString()).doesNotContain("unknown-token");
            assertThat(body).contains("\"requestId\":\"" + fields.get("requestId") + "\"");
        });
    }
}
