package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
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
    void closed_node_creates_no_account_and_makes_no_invitation() throws Exception {
        try (TestNode node = TestNode.generous(COST, "accounts.registration=closed")) {
            assertThat(register(node, "eve", "").statusCode()).isEqualTo(403);
            assertThat(invite(node).statusCode()).isEqualTo(404);
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
