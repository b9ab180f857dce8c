package dev.portcullis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the tutorial, made of its blocks as a reader does, in two windows of a real browser. */
class TutorialIT {
    private static final Path TUTORIAL = Path.of("src/docs/tutorial.md");
    private static final String MODERATION = "createServer";
    private static final int BLOCKS = 5; // of the page's script

    @TempDir
    private Path folder;

    private final int port = FreePort.find();
    private SavedPages pages;
    private TestNode node;
    private int steps = BLOCKS;

    @BeforeEach
    void start() throws Exception {
        pages = new SavedPages(folder, port, this::saved);
        node = serve();
    }

    @AfterEach
    void stop() {
        pages.close();
        node.close();
    }

    @Test
    void page_works_after_each_step() {
        steps = 1;
        try (BrowserPage ann = register("Ann")) {
            ann.forgetProblems(); // the first page has no login to go on with
            for (steps = 2; steps <= BLOCKS; steps++) {
                ann.reload();
                says(ann, "step " + steps);
                ann.awaitText("#log li", "Ann: step " + steps);
                assertThat(ann.problems()).as("step %d", steps).isEmpty();
            }
        }
    }

    @Test
    void two_users_talk_in_rooms_and_to_each_other_and_send_files() {
        try (BrowserPage ann = register("Ann");
                BrowserPage ben = register("Ben")) {
            says(ann, "hello");
            ben.awaitText("#log li", "Ann: hello");
            says(ben, "hi");
            ben.reload();
            ben.awaitText("#log li", "Ann: hello");

            ann.awaitText("#people button", "Ben");
            ann.click("#people button", "Ben");
            ann.awaitText("#title", "@ Ben");
            says(ann, "between us");
            ben.awaitText("#state", "Ann wrote to you");
            ben.click("#people button", "Ann");
            ben.awaitText("#log li", "Ann: between us");

            ann.awaitText("#log li", "Ann: between us");
            ann.click("#rooms button", "lobby");
            ann.awaitText("#log li", "Ben: hi");
            ann.awaitNoText("#log li", "between us");
            ann.click("#create");
            ann.awaitText("#title", "# Kitchen");
            ann.evaluate(
                    "{ const file = new DataTransfer(); file.items.add(new File(['flour'], 'list.txt', { type: 'text/plain' }));"
                            + " const field = document.getElementById('file'); field.files = file.files;"
                            + " field.dispatchEvent(new Event('change')); }");
            ann.awaitText("#log li button", "list.txt");
            ann.evaluate("window.open = async url => { window.opened = await (await fetch(url)).text(); }");
            ann.click("#log li button", "list.txt");
            ann.await("window.opened === 'flour'");
        }
    }

    @Test
    void refused_password_is_explained_as_the_tutorial_says() {
        try (BrowserPage page = register("Cyd", "Passw0rd")) {
            page.awaitText("#state", "\"rule\":\"strength\"");
        }
    }

    @Test
    void moderation_refuses_what_its_service_refuses() throws Exception {
        NodeProgram.assumeInstalled();
        int moderation = FreePort.find();
        Path script = Files.writeString(
                folder.resolve("moderate.mjs"), scripts(true).get(0).replace("3001", String.valueOf(moderation)));
        String url = new JsonObject(
                        "{" + SavedPages.blocks(TUTORIAL, "json").get(0).strip().replaceFirst(",$", "") + "}")
                .getJsonObject("content")
                .getJsonObject("hook")
                .getString("url");
        try (Program service = NodeProgram.start(folder, script, Map.of());
                BrowserPage ann = register("Ann")) {
            assertThat(service.isAlive()).isTrue();
            assertThat(node.reload(with("content.hook.url=" + url.replace("3001", String.valueOf(moderation)))))
                    .isInstanceOf(Result.Done.class);
            says(ann, "Buy now!");
            ann.awaitText("#state", "not sent: restricted moderation:advert");
            says(ann, "What is new?");
            ann.awaitText("#log li", "Ann: What is new?");
            assertThat(ann.count("#log li")).isEqualTo(1);
        }
    }

    @Test
    void server_that_ends_and_comes_back_loses_nothing() {
        try (BrowserPage ann = register("Ann");
                BrowserPage ben = register("Ben")) {
            says(ann, "before");
            ben.awaitText("#log li", "Ann: before");
            node.close();
            ann.awaitText("#state", "waiting");
            says(ann, "meanwhile");
            node = serve();
            ben.awaitText("#log li", "Ann: meanwhile");
            assertThat(ben.count("#log li")).isEqualTo(2);
        }
    }

    private TestNode serve() {
        return TestNode.start(with());
    }

    private String[] with(String... more) {
        List<String> sets = new ArrayList<>(List.of(
                "http.port=" + port,
                "store.path=" + folder.resolve("store"),
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "ratelimit.user.burst=1000",
                "accounts.passwords.cost=10")); // on a busy machine a costly one is answered too late
        sets.addAll(List.of(more));
        return sets.toArray(String[]::new);
    }

    private BrowserPage register(String name) {
        BrowserPage page = register(name, "Correct-horse-7");
        page.await("!document.querySelector('main').hidden");
        if (steps > 1) {
            page.awaitText("#state", "open");
        }
        return page;
    }

    private BrowserPage register(String name, String password) {
        BrowserPage page = pages.open("/");
        page.awaitText("#state", "not logged in");
        page.fill("[name=username]", name);
        page.fill("[name=email]", name + "@example.org");
        page.fill("[name=password]", password);
        page.click("[value=register]");
        return page;
    }

    private static void says(BrowserPage page, String text) {
        page.fill("[name=text]", text);
        page.press("Enter");
    }

    /** The folder of the reader, with a name for a room that is created. */
    private SavedPages.Saved saved(String path) {
        return path.equals("/chat.js")
                ? new SavedPages.Saved(
                        "text/javascript",
                        "window.prompt = () => 'Kitchen';\n"
                                + String.join("\n", scripts(false).subList(0, steps)))
                : new SavedPages.Saved(
                        "text/html", SavedPages.blocks(TUTORIAL, "html").get(0));
    }

    private static List<String> scripts(boolean moderation) {
        List<String> scripts = SavedPages.blocks(TUTORIAL, "js").stream()
                .filter(script -> script.contains(MODERATION) == moderation)
                .toList();
        assertThat(scripts).hasSize(moderation ? 1 : BLOCKS);
        return scripts;
    }
}
