package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Makes private rooms and their members over HTTP, as their owners do. A call is repeated while it is answered with 503. */
record PrivateRooms(TestServer site) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Returns the id of the room. */
    String create(String token) {
        JsonObject asked = new JsonObject().put("name", "Tea").put("visibility", "private");
        return new JsonObject(call("POST", token, "", asked, 201))
                .getJsonObject("room")
                .getString("roomId");
    }

    void put(String token, String room, String user, String role) {
        call("PUT", token, "/" + room + "/members/" + user, new JsonObject().put("role", role), 204);
    }

    void mute(String token, String room, String user) {
        call("PUT", token, "/" + room + "/mutes/" + user, new JsonObject().put("seconds", 600), 204);
    }

    private String call(String method, String token, String path, JsonObject body, int expected) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + site.ws().getAuthority() + "/api/rooms" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode()))
                .build();
        long until = System.nanoTime() + PATIENCE.toNanos();
        HttpResponse<String> answer = send(request);
        while (answer.statusCode() == 503 && System.nanoTime() - until < 0) {
            Await.pass(Duration.ofMillis(100));
            answer = send(request);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return answer.body();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
