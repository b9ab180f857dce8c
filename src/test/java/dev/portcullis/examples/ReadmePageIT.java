package dev.portcullis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first page of the README, as a newcomer saves it, in two windows of a real browser. */
class ReadmePageIT {
    @TempDir
    private Path folder;

    private final int port = FreePort.find();
    private SavedPages pages;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        pages = new SavedPages(folder, port, ReadmePageIT::page);
        node = serve();
    }

    @AfterEach
    void stop() {
        pages.close();
        node.close();
    }

    @Test
    void two_windows_talk_without_a_token_and_miss_nothing_when_the_server_is_gone_for_a_moment() {
        try (BrowserPage ann = open("ann");
                BrowserPage ben = open("ben")) {
            say(ann, "hello");
            sees(ben, "ann: hello");

            ben.reload();
            sees(ben, "ann: hello");

            node.close();
            say(ben, "while it is gone");
            node = serve();
            sees(ann, "ben: while it is gone");
            assertThat(ann.evaluate("[...document.querySelectorAll('li')].filter(each => each.textContent"
                            + " === 'ben: while it is gone').length"))
                    .isEqualTo(1);
        }
    }

    @Test
    void visitor_is_told_that_a_name_is_none_and_is_asked_again() {
        try (BrowserPage page = pages.open("/ann!")) {
            sees(page, "A name has letters, digits and . _ - only: load the page again.");
            assertThat(page.evaluate("sessionStorage.name === undefined")).isEqualTo(true);
        }
    }

    private TestNode serve() {
        return TestNode.start("http.port=" + port, "store.path=" + folder.resolve("store"));
    }

    private BrowserPage open(String user) {
        BrowserPage page = pages.open("/" + user);
        sees(page, "open");
        return page;
    }

    private static void say(BrowserPage page, String text) {
        page.evaluate("{ const form = document.getElementById('say'); form.text.value = '" + text
                + "'; form.requestSubmit(); }");
    }

    private static void sees(BrowserPage page, String line) {
        page.await(
                "[...document.querySelectorAll('#log li')].some(each => each.textContent.trim() === '" + line + "')");
    }

    /** The page with the name that its visitor types. */
    private static SavedPages.Saved page(String path) {
        return new SavedPages.Saved(
                "text/html",
                "<script>prompt = () => '" + path.substring(1) + "'</script>"
                        + SavedPages.blocks(Path.of("README.md"), "html").get(0));
    }
}
