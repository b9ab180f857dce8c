package dev.portcullis.kit.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.program.Program;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A headless Chromium, whose pages are driven by the DevTools protocol. */
public final class Chromium implements AutoCloseable {
    private static final List<String> COMMAND = List.of(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--lang=en-GB",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
            "--remote-debugging-port=0");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Program program;
    private final DevTools devTools;

    /**
     * Starts a browser. Leaves the test out, visibly, where there is none.
     *
     * @param folder for its profile, which the test removes
     * @param options more options of its command
     */
    public Chromium(Path folder, String... options) throws Exception {
        assumeInstalled();
        Path profile = folder.resolve("profile");
        List<String> command = new ArrayList<>(COMMAND);
        command.add("--user-data-dir=" + profile);
        command.addAll(List.of(options));
        // It is killed at the end, and leaves files behind.
        program = Program.start(folder, command, Map.of("TMPDIR", folder.toString()));
        try {
            devTools = new DevTools(address(profile.resolve("DevToolsActivePort")));
        } catch (Exception | AssertionError broken) {
            program.close();
            throw broken;
        }
    }

    public static void assumeInstalled() {
        assumeTrue(Program.succeeds("chromium", "--version"), "not installed: chromium, so what needs it is not tried");
    }

    /** Opens a page that shares no cookie and no storage with others. */
    public BrowserPage open(String url) {
        String context = devTools.call("", "Target.createBrowserContext", new JsonObject())
                .getString("browserContextId");
        JsonObject create = new JsonObject().put("url", "about:blank").put("browserContextId", context);
        String target = devTools.call("", "Target.createTarget", create).getString("targetId");
        JsonObject attach = new JsonObject().put("targetId", target).put("flatten", true);
        String session = devTools.call("", "Target.attachToTarget", attach).getString("sessionId");
        BrowserPage page = new BrowserPage(devTools, session, context);
        page.go(url);
        return page;
    }

    public Program program() {
        return program;
    }

    @Override
    public void close() {
        devTools.close();
        program.close();
    }

    /** It writes its port, and the path of its own protocol, into a file when it listens. */
    private URI address(Path file) throws IOException {
        if (!Await.until(() -> lines(file).size() == 2 || !program.isAlive(), PATIENCE)
                || lines(file).size() < 2) {
            throw new AssertionError("the browser does not start: " + program.printed());
        }
        return URI.create("ws://127.0.0.1:" + String.join("", lines(file)));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of();
        }
    }
}
