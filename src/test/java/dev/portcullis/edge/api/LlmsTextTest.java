package dev.portcullis.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The file for language models, in the form of llmstxt.org, and the pages that it leads to. */
class LlmsTextTest {
    private static final Path FILE = Path.of("src/main/resources/webroot/llms.txt");
    private static final Path PAGES = Path.of("src/docs");
    private static final String OF_PAGES = "/docs/";

    /** A title, a summary, paragraphs, and sections with lists of links. */
    private static final Pattern FORM =
            Pattern.compile("# [^\\n]+\\n\\n> [^\\n]+\\n\\n(?:[^#\\n>-][^\\n]*\\n\\n)*(?:## [^\\n]+\\n\\n"
                    + "(?:- \\[[^\\]\\n]+]\\(/[^)\\n]+\\)(?:: [^\\n]+)?\\n)+\\n?)+");

    private static final Pattern LINK = Pattern.compile("\\]\\((/[^)]+)\\)");

    @Test
    void file_has_the_form_that_is_agreed_on() throws Exception {
        assertThat(Files.readString(FILE)).matches(FORM);
    }

    @Test
    void node_serves_the_file_and_all_that_it_links_to() throws Exception {
        try (TestNode node = TestNode.generous()) {
            Reply file = get(node, "/llms.txt");
            assertThat(file.status()).isEqualTo(200);
            assertThat(file.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(file.body()).isEqualTo(Files.readString(FILE));
            List<String> links = links();
            assertThat(links).hasSizeGreaterThan(10).doesNotHaveDuplicates();
            for (String link : links) {
                Reply reply = get(node, link);
                assertThat(reply.status()).as(link).isEqualTo(200);
                assertThat(reply.header("X-Content-Type-Options")).as(link).isEqualTo("nosniff");
                if (link.startsWith(OF_PAGES)) {
                    assertThat(reply.header("Content-Type")).isEqualTo("text/markdown; charset=utf-8");
                    assertThat(reply.body())
                            .as(link)
                            .isEqualTo(Files.readString(PAGES.resolve(link.substring(OF_PAGES.length()))));
                }
            }
        }
    }

    @Test
    void page_that_the_build_packs_is_linked() throws Exception {
        URI packed = Objects.requireNonNull(LlmsTextTest.class.getResource("/webroot/docs"))
                .toURI();
        try (Stream<Path> pages = Files.list(Path.of(packed))) {
            assertThat(pages.map(page -> OF_PAGES + page.getFileName()))
                    .containsExactlyInAnyOrderElementsOf(links().stream()
                            .filter(link -> link.startsWith(OF_PAGES))
                            .toList());
        }
    }

    @Test
    void node_without_pages_has_none_of_them() {
        try (TestNode node = TestNode.generous("http.pages=false")) {
            assertThat(get(node, "/llms.txt").status()).isEqualTo(404);
            assertThat(get(node, "/docs/assistant.md").status()).isEqualTo(404);
        }
    }

    private static List<String> links() throws Exception {
        return LINK.matcher(Files.readString(FILE))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Reply get(TestNode node, String target) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        }
    }
}
