package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stored cross-site scripting (CWE-79) against the demo chat: names, texts, files and links of attackers are shown and do
 * nothing.
 */
class InertInDemoIT {
    private static final int PER_ROOM = 140;

    /** What of the messages is no element that the demo makes itself, has a listener as an attribute, or leads elsewhere. */
    private static final String STRANGE = """
            JSON.stringify([...document.querySelectorAll("#messages *, .side *, .head-line *")].filter((each) => {
              const known = "OL LI DIV SPAN P TIME BUTTON A STRONG B I EM CODE PRE H1 H2 H3 UL SECTION HEADER svg path".split(" ");
              const leads = each.tagName === "A" && !/^https?:|^mailto:/.test(each.protocol);
              const listens = [...each.attributes].some(({ name }) => name.startsWith("on") || name === "style" || name === "srcdoc");
              return leads || listens || !known.includes(each.tagName);
            }).map((each) => each.outerHTML))
            """;

    @TempDir
    Path folder;

    @AutoClose
    private Chromium browser;

    @BeforeEach
    void start() throws Exception {
        browser = new Chromium(folder);
    }

    @Test
    void texts_names_files_and_links_of_attackers_run_and_load_nothing() throws Exception {
        List<String> vectors = List.copyOf(MarkupVectors.all());
        JsonArray rooms = new JsonArray();
        for (int from = 0; from < vectors.size(); from += PER_ROOM) {
            rooms.add("room-" + from);
        }
        try (TestNode node = TestNode.generous("rooms.public=" + rooms.encode())) {
            JsonArray contents = new JsonArray();
            for (int from = 0; from < vectors.size(); from += PER_ROOM) {
                publish(
                        node,
                        "room-" + from,
                        vectors.subList(from, Math.min(vectors.size(), from + PER_ROOM)),
                        contents);
            }
            BrowserPage page = browser.open("http://localhost:" + node.port() + "/");
            page.click("[role=tab]", "Use a token");
            page.fill("[name=token]", node.token("reader"));
            page.click(".primary", "Connect");
            page.awaitText(".status.open", "Connected");
            page.evaluate("void (window.ran = () => (window.didRun = true))");
            int shown = 0;
            for (Object room : rooms) {
                page.evaluate("void (location.hash = '#room/" + room + "')");
                page.awaitText(".titles h1", room.toString());
                page.await(
                        "document.querySelector('.outside .primary')?.click() || !document.querySelector('#say').disabled");
                page.await(
                        "document.querySelector('.begin .quiet')?.click() || document.querySelector('.begin .first') !== null");
                shown += page.count(".message");
                assertThat(page.evaluate(STRANGE)).as(room.toString()).isEqualTo("[]");
            }
            assertThat(page.evaluate("window.didRun === undefined")).isEqualTo(true);
            assertThat(page.problems()).isEmpty();
            assertThat(shown).isEqualTo(contents.size()).isGreaterThan(380);
            assertRenderedLikeABrowser(page, contents);
        }
    }

    /** The demo parses no HTML, and yet shows what the server made safe as a browser's own parser has it. */
    private static void assertRenderedLikeABrowser(BrowserPage page, JsonArray contents) {
        page.bypassPolicy();
        page.reload();
        page.await("document.querySelector('[name=token], [name=password]') !== null");
        assertThat(page.evaluate("(async () => { const { render } = await import('/demo/markup.js');"
                        + " const made = document.createElement('div'); const parsed = document.createElement('div');"
                        + " return JSON.stringify(" + contents.encode() + ".filter((content) => {"
                        + " made.replaceChildren(...render({ content })); made.normalize(); parsed.innerHTML = content;"
                        // It nests no deeper than 50 elements; a browser has a bound too, but another one.
                        + " const alike = content.split('<').length < 100 ? 'innerHTML' : 'textContent';"
                        + " return made[alike] !== parsed[alike]; })); })()"))
                .isEqualTo("[]");
    }

    private static void publish(TestNode node, String room, List<String> vectors, JsonArray contents) {
        try (ChatPeer reader = JdkPeer.admitted(node.ws(), node.token("witness"))) {
            reader.join(room);
            for (String vector : vectors) {
                try (MarkupAuthor author = MarkupAuthor.enter(node, room, vector)) {
                    String url = "https://a.example/" + vector.replaceAll("[^!#-;=?-\\[\\]_a-z~]", "");
                    Stream.of(author.chat(vector), author.file(url, vector))
                            .flatMap(frame -> author.publish(frame, reader).stream())
                            .forEach(chat -> contents.add(chat.getString("content")));
                }
            }
        }
    }
}
