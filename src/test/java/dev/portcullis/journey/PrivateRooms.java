package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** Makes private rooms and their members over HTTP, as their owners do. */
record PrivateRooms(TestServer site) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

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

    /** By which the membership that somebody else gave is the user's own act. */
    void accept(String token, String room) {
        call("POST", token, "/" + room + "/invitation", new JsonObject(), 204);
    }

    void mute(String token, String room, String user) {
        call("PUT", token, "/" + room + "/mutes/" + user, new JsonObject().put("seconds", 600), 204);
    }

    /** Sets how many entries are kept. */
    void keep(String token, String room, int entries) {
        call(
                "PATCH",
                token,
                "/" + room,
                new JsonObject().put("retention", new JsonObject().put("entries", entries)),
                200);
    }

    private String call(String method, String token, String path, JsonObject body, int expected) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + site.ws().getAuthority() + "/api/rooms" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()))
                .build();
        HttpResponse<String> answer = PatientCalls.send(HTTP, request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return answer.body();
    }
}
