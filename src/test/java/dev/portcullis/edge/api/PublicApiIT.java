package dev.portcullis.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.codec.JsonSchemas;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicApiIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static TestNode node;

    @BeforeAll
    static void open() {
        node = TestNode.generous(
                "http.handshakeMs=60000",
                "events={\"poll.vote\":{\"schema\":{\"$ref\":\"#/$defs/v\",\"$defs\":{\"v\":{\"enum\":[1]}}},\"minute\":60},"
                        + "\"poll.end\":{\"schema\":{},\"from\":\"server\",\"targets\":[\"room\"],\"store\":false}}"); // a connection announces its end from half of it on
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void contract_is_served_as_it_is() {
        Reply reply = get("/openapi.json", "Origin: http://localhost:3000\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
        assertThat(reply.header("Vary")).isEqualTo("Origin");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.body()).isEqualTo(ApiContract.published().json());
        assertThat(get("/openapi.json", "Origin: https://evil.example\r\n").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void document_of_the_frames_is_served_to_pages_of_allowed_origins() {
        Reply reply = get("/asyncapi.json", "Origin: http://localhost:3000\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
        assertThat(reply.body()).contains("event.poll.vote.FromClient").contains("\"/schemas/chat.json\"");
        assertThat(get("/asyncapi.json", "Origin: https://evil.example\r\n").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void events_of_the_application_are_served_with_schemas_and_rules() {
        Reply reply = get("/events.json", "Origin: http://localhost:3000\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
        assertThat(new JsonObject(reply.body())).isEqualTo(new JsonObject("""
                                {"events":[
                                  {"name":"poll.end","store":false,"targets":["room"],"role":"member","from":"server","schema":{}},
                                  {"name":"poll.vote","store":true,"targets":["room","direct"],"role":"member","from":"clients",
                                   "minute":60,"schema":{"$ref":"#/$defs/v","$defs":{"v":{"enum":[1]}}}}]}
                                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openapi.json",
                "/asyncapi.json",
                "/events.json",
                "/schemas/ping.json",
                "/schemas/server/chat.json",
                "/sdk/portcullis.js",
                "/sdk/portcullis.d.ts"
            })
    void file_that_the_client_has_is_not_sent_again(String path) {
        String etag = get(path, "").header("ETag");
        assertThat(etag).matches("\"[A-Za-z0-9_-]{43}\"");
        for (String line : new String[] {etag, "W/" + etag, "\"other\", " + etag, "*"}) {
            Reply reply = get(path, "If-None-Match: " + line + "\r\n");
            assertThat(reply.status()).isEqualTo(304);
            assertThat(reply.body()).isEmpty();
            assertThat(reply.header("ETag")).isEqualTo(etag);
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
        }
        assertThat(get(path, "If-None-Match: \"other\"\r\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"portcullis.js, text/javascript", "portcullis.d.ts, text/plain"})
    void client_library_is_served_to_pages_of_allowed_origins(String file, String type) throws Exception {
        Reply reply = get("/sdk/" + file, "Origin: http://localhost:3000\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo(type + "; charset=utf-8");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
        assertThat(reply.header("Vary")).isEqualTo("Origin");
        assertThat(reply.body()).isEqualTo(Files.readString(Path.of("src/main/resources/webroot/sdk", file)));
        assertThat(get("/sdk/" + file, "Origin: https://evil.example\r\n").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void files_with_other_bytes_have_other_tags() {
        Set<String> tags = new HashSet<>();
        for (String name : JsonSchemas.names()) {
            tags.add(get("/schemas/" + name + ".json", "").header("ETag"));
        }
        assertThat(tags).hasSameSizeAs(JsonSchemas.names());
    }

    @ParameterizedTest
    @CsvSource({
        "/openapi.json?x=1, 400",
        "/openapi.json/, 404",
        "/Openapi.json, 404",
        "/schemas/server, 404",
        "/schemas/server/nothing.json, 404",
        "/schemas/ping.json?x=1, 200",
        "/sdk/portcullis.js?x=1, 200",
        "/sdk/, 404",
        "/sdk/other.js, 404",
        "/sdk/..%2fsdk%2fportcullis.js, 404",
        "/sdk/../openapi.json, 404"
    })
    void other_targets_are_judged_as_the_contract_says(String target, int status) {
        Reply reply = get(target, "Origin: http://localhost:3000\r\n");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Access-Control-Allow-Origin").isEmpty()).isEqualTo(status == 404);
    }

    @Test
    void calls_of_users_are_bound_and_guarded() {
        assertThat(get("/api/rooms", "").status()).isEqualTo(401);
        assertThat(get("/api/rooms", "Authorization: Bearer x\r\n").status()).isEqualTo(401);
        assertThat(get("/api/rooms", "Authorization: Bearer " + node.token("ann") + "\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void node_without_accounts_has_no_calls_for_them() {
        try (TestNode without = TestNode.generous("accounts.enabled=false");
                RawPeer peer = RawPeer.to(without.port())) {
            assertThat(peer.request("GET /api/auth/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + without.token("ann") + "\r\n\r\n")
                            .status())
                    .isEqualTo(404);
        }
    }

    /** All on one connection: content that is not left out would be taken for the next answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openapi.json",
                "/asyncapi.json",
                "/schemas/ping.json",
                "/sdk/portcullis.js",
                "/reference",
                "/api/auth/me",
                "/api/rooms",
                "/api/rooms/lobby",
                "/api/rooms/nothing",
                "/api/blocks/ben"
            })
    void head_is_answered_like_get_without_the_content(String path) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.http(path)).header("Authorization", "Bearer " + node.token("ann"));
        HttpResponse<String> get = CLIENT.send(request.build(), BodyHandlers.ofString());
        HttpResponse<String> head =
                CLIENT.send(request.method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(get.body()).isNotEmpty();
        assertThat(head.headers().map()).isEqualTo(get.headers().map());
    }

    private static Reply get(String target, String headers) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
        }
    }
}
