package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of users whose token is in a cookie, as a page has them. */
class CookieFilesIT {
    private static final String PAGE = "http://localhost:3000";
    private static final String PAGE_TOKEN = "p".repeat(43);

    @TempDir
    Path folder;

    @Test
    void page_uploads_and_downloads_by_its_cookie() {
        String cookie =
                "__Host-portcullis_token=" + DevToken.of("ann").csrf(PAGE_TOKEN).signed();
        try (TestNode node = TestNode.generous(
                        "uploads.kind=disk",
                        "uploads.folder=" + folder,
                        "auth.accept=[\"cookie\"]",
                        "origin.missing=reject");
                JdkPeer ann = JdkPeer.open(
                        node.ws(),
                        List.of("portcullis.v1", "csrf." + PAGE_TOKEN),
                        Map.of("Origin", PAGE, "Cookie", cookie))) {
            String csrf = ann.next("auth_success").getString("csrfToken");
            ann.ask(frame("join", "j", csrf));
            JsonObject asked = frame("file_upload", "f", csrf)
                    .put("name", "a.txt")
                    .put("size", 5)
                    .put("mime", "text/plain");
            assertThat(ann.ask(asked.copy().put("csrfToken", "x").put("id", "g"))
                            .getString("reason"))
                    .isEqualTo("csrf_failed");
            JsonObject ticket = ann.ask(asked);
            assertThat(ticket.getString("type")).isEqualTo("upload_ticket");

            HttpResponse<String> put = FilePeer.send(request(node, ticket.getString("uploadUrl"))
                    .PUT(BodyPublishers.ofString("hello"))
                    .build());
            assertThat(put.statusCode()).as("the ticket is all that is needed").isEqualTo(201);

            String path = "/api/files/" + ticket.getString("fileId");
            HttpResponse<String> got =
                    FilePeer.send(request(node, path).header("Cookie", cookie).build());
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.headers().firstValue("Access-Control-Allow-Credentials"))
                    .contains("true");
            assertThat(FilePeer.send(request(node, path).build()).statusCode()).isEqualTo(401);
            HttpResponse<String> elsewhere = FilePeer.send(HttpRequest.newBuilder(node.http(path))
                    .header("Origin", "https://evil.example")
                    .header("Cookie", cookie)
                    .build());
            assertThat(elsewhere.headers().firstValue("Access-Control-Allow-Origin"))
                    .as("a foreign page can't read it")
                    .isEmpty();
        }
    }

    private static HttpRequest.Builder request(TestNode node, String path) {
        return HttpRequest.newBuilder(node.http("/").resolve(path)).header("Origin", PAGE);
    }

    private static JsonObject frame(String type, String id, String csrf) {
        return new JsonObject()
                .put("type", type)
                .put("id", id)
                .put("roomId", "lobby")
                .put("csrfToken", csrf);
    }
}
