package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may create an account at a whole node. */
class RegistrationIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String COST = "accounts.passwords.cost=10";

    @Test
    void invited_users_create_one_account_each_and_others_none() throws Exception {
        try (TestNode node = TestNode.generous(COST, "accounts.registration=invited")) {
            assertThat(register(node, "eve", "").statusCode()).isEqualTo(403);
            assertThat(register(node, "eve", "A".repeat(43)).body())
                    .contains("{\"path\":\"/invitation\",\"rule\":\"unknown\"}");
            String code = new JsonObject(invite(node).body()).getString("invitation");
            assertThat(register(node, "ann", code).statusCode()).isEqualTo(201);
            assertThat(register(node, "eve", code).statusCode()).isEqualTo(403);
            assertThat(new JsonObject(get(node, "/demo/settings.json").body()).getString("registration"))
                    .isEqualTo("invited");
        }
    }

    @Test
    void operator_sees_invitations_and_withdraws_one_that_then_creates_no_account() throws Exception {
        try (TestNode node = TestNode.generous(COST, "accounts.registration=invited")) {
            String first = new JsonObject(invite(node).body()).getString("invitation");
            assertThat(register(node, "ann", first).statusCode()).isEqualTo(201);
            String second = new JsonObject(invite(node).body()).getString("invitation");
            HttpResponse<String> listed = operator(node, "GET", "");
            assertThat(listed.body()).doesNotContain(first, second);
            JsonArray invitations = new JsonObject(listed.body()).getJsonArray("invitations");
            assertThat(invitations).hasSize(2);
            JsonObject open = invitations.stream()
                    .map(JsonObject.class::cast)
                    .filter(each -> !each.getBoolean("used"))
                    .findFirst()
                    .orElseThrow();

            assertThat(operator(node, "DELETE", "/" + open.getString("id")).statusCode())
                    .isEqualTo(204);
            assertThat(register(node, "eve", second).statusCode()).isEqualTo(403);
            assertThat(operator(node, "DELETE", "/" + open.getString("id")).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void closed_node_creates_no_account_and_makes_no_invitation() throws Exception {
        try (TestNode node = TestNode.generous(COST, "accounts.registration=closed")) {
            assertThat(register(node, "eve", "").statusCode()).isEqualTo(403);
            assertThat(invite(node).statusCode()).isEqualTo(404);
            assertThat(operator(node, "GET", "").statusCode()).isEqualTo(404);
            assertThat(operator(node, "DELETE", "/" + "A".repeat(43)).statusCode())
                    .isEqualTo(404);
        }
    }

    private static HttpResponse<String> register(TestNode node, String name, String invitation) throws Exception {
        JsonObject body = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.com")
                .put("password", "Correct-Horse-7x");
        if (!invitation.isEmpty()) {
            body.put("invitation", invitation);
        }
        return send(HttpRequest.newBuilder(node.http("/api/auth/register")), body);
    }

    private static HttpResponse<String> invite(TestNode node) throws Exception {
        return send(
                HttpRequest.newBuilder(node.admin("/admin/invitations"))
                        .header("Authorization", "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(5))),
                new JsonObject());
    }

    private static HttpResponse<String> operator(TestNode node, String method, String path) throws Exception {
        return PatientCalls.send(
                HTTP,
                HttpRequest.newBuilder(node.admin("/admin/invitations" + path))
                        .header("Authorization", "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(5)))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    private static HttpResponse<String> get(TestNode node, String path) throws Exception {
        URI uri = node.http(path);
        return PatientCalls.send(HTTP, HttpRequest.newBuilder(uri).build());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, JsonObject body) throws Exception {
        return PatientCalls.send(
                HTTP,
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build());
    }
}
