package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An operator at the dashboard of a running node, in a real browser. */
abstract class DashboardFixture {
    static final String KEY = "a key for operators";
    private static final Path PICTURES = Path.of("target", "dashboard");

    @TempDir
    static Path profile;

    @AutoClose
    private static Chromium browser;

    @TempDir
    Path folder;

    TestNode node;
    BrowserPage page;

    @BeforeAll
    static void start() throws Exception {
        browser = new Chromium(profile);
    }

    @BeforeEach
    void open() {
        node = startNode();
        page = browser.open(node.admin("/").toString());
    }

    @AfterEach
    void close() {
        page.close();
        stopNode();
    }

    /** The node whose dashboard is opened. */
    TestNode startNode() {
        return TestNode.start(
                "admin.apiKey=" + KEY,
                "audit.file.path=" + folder.resolve("audit"),
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "ratelimit.handshakes.minute=1000");
    }

    void stopNode() {
        node.close();
    }

    void unlock() {
        page.fill("#key", KEY);
        press("Open");
        page.await("!document.querySelector('#app').hidden");
    }

    void view(String id) {
        page.evaluate("location.hash = '" + id + "'");
        page.await("document.querySelector('#views [aria-current]').hash === '#" + id + "'");
    }

    JdkPeer enter(String user) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
        peer.next("auth_success");
        return peer;
    }

    /** Presses the button of the page, or of the open dialog, that has this text. */
    void press(String text) {
        page.click("body:not(:has(dialog)) button:enabled, dialog button:enabled", text);
    }

    /** Nothing on the console, no violation of the policy, no request to another origin, no script of others. */
    void assertUndisturbed() {
        assertThat(page.problems()).isEmpty();
        assertThat(page.requests())
                .isNotEmpty()
                .allMatch(each -> each.startsWith(node.admin("/").toString()));
        assertThat(page.evaluate("window.ran === undefined")).isEqualTo(true);
    }

    void pictures(String view) throws Exception {
        picture(view + "-light", 1280, 860, "light");
        picture(view + "-dark", 1280, 860, "dark");
        picture(view + "-phone", 390, 844, "light");
    }

    private void picture(String name, int width, int height, String theme) throws Exception {
        page.size(width, height);
        page.theme(theme);
        page.await("innerWidth === " + width);
        page.screenshot(PICTURES.resolve(name + ".png"));
    }

    static String reads(String text) {
        return "document.querySelector('#view').textContent.includes(" + BrowserPage.quoted(text) + ")";
    }
}
