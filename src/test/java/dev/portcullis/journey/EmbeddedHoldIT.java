package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedHoldIT extends HoldContract {
    @TempDir
    Path folder;

    @Override
    TestNode start() {
        return TestNode.generous(
                "archive.kind=embedded", "store.path=" + folder.resolve("store"), "direct.allow=anyone");
    }

    @Test
    void hold_without_an_archive_is_refused_and_says_so() throws IOException, InterruptedException {
        try (TestNode bare = TestNode.generous("archive.kind=none")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(bare.admin("/admin/holds/room/tea"))
                                    .header(
                                            "Authorization",
                                            "Bearer " + bare.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                                    .PUT(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).contains("no_archive").contains("A hold needs an archive");
        }
    }
}
