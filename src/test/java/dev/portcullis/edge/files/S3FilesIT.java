package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import dev.portcullis.uploads.s3.S3Config;
import dev.portcullis.uploads.s3.S3Double;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose files are in a store of S3's kind. */
@ExtendWith(VertxExtension.class)
class S3FilesIT {
    private static final String TEXT = "what was said";

    @Test
    void file_goes_to_the_store_and_members_are_led_to_it(Vertx vertx) throws Exception {
        S3Config s3 = new S3Double(vertx).config();
        try (TestNode node = TestNode.generous(
                        "uploads.kind=s3",
                        "uploads.publicUrl=https://chat.example",
                        "uploads.s3.endpoint=" + s3.endpoint(),
                        "uploads.s3.region=" + s3.region(),
                        "uploads.s3.bucket=" + s3.bucket(),
                        "uploads.s3.pathStyle=" + s3.pathStyle(),
                        "uploads.s3.accessKey=" + s3.accessKey(),
                        "uploads.s3.secretKey=" + s3.secretKey().reveal());
                FilePeer ann = new FilePeer(node, node.token("ann", "team"));
                FilePeer eve = new FilePeer(node, node.token("eve"))) {
            ann.chat().join("team");
            JsonObject ticket = ann.ticket("team", TEXT);
            String file = ticket.getString("fileId");
            assertThat(ticket.getString("uploadUrl")).startsWith(s3.endpoint());
            assertThat(ticket.getString("fileUrl")).isEqualTo("https://chat.example/api/files/" + file);
            assertThat(ann.get(file).statusCode()).as("not there yet").isEqualTo(404);

            HttpResponse<String> put = FilePeer.send(ann.putting(ticket, TEXT)
                    .header("Content-Type", "text/plain")
                    .build());
            assertThat(put.statusCode()).isEqualTo(200);

            assertThat(eve.get(file).statusCode()).isEqualTo(404);
            HttpResponse<String> led = ann.get(file);
            assertThat(led.statusCode()).isEqualTo(302);
            URI there = URI.create(led.headers().firstValue("Location").orElseThrow());
            assertThat(FilePeer.send(HttpRequest.newBuilder(there).build()).body())
                    .isEqualTo(TEXT);
            assertThat(FilePeer.send(
                                    HttpRequest.newBuilder(node.http("/api/uploads/" + "0".repeat(32) + "A".repeat(43)))
                                            .PUT(HttpRequest.BodyPublishers.ofString(TEXT))
                                            .build())
                            .statusCode())
                    .as("nothing is uploaded to the node itself")
                    .isEqualTo(404);
        }
    }
}
