package dev.portcullis.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the reference page, and the policy that they are shown under. */
class ReferencePagesTest {
    private static final Path FOLDER = Path.of("src/main/resources/webroot/reference");

    @Test
    void each_file_of_the_page_is_served_and_none_has_script_or_style_of_its_own() throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.map(each -> each.getFileName().toString()).sorted().toList();
        }
        try (TestNode node = TestNode.generous()) {
            for (String file : files) {
                Reply reply = get(node, file.equals("index.html") ? "/reference" : "/reference/" + file);
                assertThat(reply.status()).as(file).isEqualTo(200);
                assertThat(reply.body()).as(file).isEqualTo(Files.readString(FOLDER.resolve(file)));
                assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
            }
            Reply page = get(node, "/reference");
            assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(page.header("Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'");
            assertThat(page.body())
                    .doesNotContain("<style", "style=", "onclick", "javascript:")
                    .containsOnlyOnce("<script ");
        }
    }

    @Test
    void node_without_pages_has_the_documents_but_no_reference() {
        try (TestNode node = TestNode.generous("http.pages=false")) {
            assertThat(get(node, "/reference").status()).isEqualTo(404);
            assertThat(get(node, "/reference/main.js").status()).isEqualTo(404);
            assertThat(get(node, "/asyncapi.json").status()).isEqualTo(200);
        }
    }

    private static Reply get(TestNode node, String target) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        }
    }
}
