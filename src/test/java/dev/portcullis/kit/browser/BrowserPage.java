package dev.portcullis.kit.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** A page of {@link Chromium}, used as a person does: by pointer and keys. It notes what its browser complains of. */
public final class BrowserPage implements AutoCloseable {
    private static final String TEXT_OF = "(document.body?.innerText ?? '').slice(-1500)";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final DevTools devTools;
    private final String context;
    private final PageSession session;
    private final PageInput input;
    private final PageEmulation emulation;
    private final PageReport report = new PageReport();
    private boolean closed;

    BrowserPage(DevTools devTools, String id, String context) {
        this.devTools = devTools;
        this.context = context;
        this.session = new PageSession(devTools, id);
        this.input = new PageInput(session);
        this.emulation = new PageEmulation(session);
        devTools.listen(id, report);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            session.call(domain + ".enable", new JsonObject());
        }
        emulation.focused(true);
        emulation.size(1280, 800);
    }

    public void go(String url) {
        JsonObject gone = session.call("Page.navigate", new JsonObject().put("url", url));
        assertThat(gone.getString("errorText")).as(url).isNull();
    }

    /** Loads the page again. */
    public void reload() {
        evaluate("void (window.beforeReload = true)");
        session.call("Page.reload", new JsonObject());
        await("window.beforeReload === undefined && document.readyState === 'complete'");
    }

    /** The value of an expression, or of its promise. */
    public Object evaluate(String expression) {
        return session.evaluate(expression);
    }

    /** Waits until JavaScript takes the value of an expression for true. */
    public void await(String condition) {
        assertThat(Await.until(() -> session.isTrue(condition), PATIENCE))
                .as(() -> "awaited: " + condition + "\nproblems: " + problems() + "\non the page: " + evaluate(TEXT_OF))
                .isTrue();
    }

    /** Waits for an element that is shown and contains a text. */
    public void awaitText(String selector, String text) {
        await(found(selector, text) + " !== undefined");
    }

    public void awaitNoText(String selector, String text) {
        await(found(selector, text) + " === undefined");
    }

    public int count(String selector) {
        return ((Number) evaluate("document.querySelectorAll(" + quoted(selector) + ").length")).intValue();
    }

    /** Clicks what contains the text, once it is there and nothing covers it. */
    public void click(String selector, String text) {
        awaitText(selector, text);
        input.click(found(selector, text));
    }

    public void click(String selector) {
        click(selector, "");
    }

    /** Replaces the text of a field. */
    public void fill(String selector, String text) {
        click(selector);
        evaluate("document.activeElement.select()");
        type(text);
    }

    /** Writes where the focus is. */
    public void type(String text) {
        input.type(text);
    }

    /** @param key such as {@code Enter} or {@code ArrowUp} */
    public void press(String key) {
        input.press(key);
    }

    public void size(int width, int height) {
        emulation.size(width, height);
    }

    /** @param theme {@code light} or {@code dark}, as the system says */
    public void theme(String theme) {
        emulation.theme(theme);
    }

    public void offline(boolean offline) {
        emulation.offline(offline);
    }

    /** Stops the scripts of the page, as a browser does with one that was left long ago. */
    public void frozen(boolean frozen) {
        emulation.frozen(frozen);
    }

    /** Lets the clock of the page jump to the next timer, up to this sum, whenever no request is under way. */
    public void hastened(int millis) {
        emulation.hastened(millis);
    }

    /** From the next navigation on the page may do what its policy forbids. */
    public void bypassPolicy() {
        emulation.bypassPolicy();
    }

    public void screenshot(Path file) throws IOException {
        JsonObject shot = session.call("Page.captureScreenshot", new JsonObject().put("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.getString("data")));
    }

    public void downloadTo(Path folder) {
        devTools.call(
                "",
                "Browser.setDownloadBehavior",
                new JsonObject()
                        .put("behavior", "allow")
                        .put("browserContextId", context)
                        .put("downloadPath", folder.toString()));
    }

    /** Errors and lines of scripts, violations of the content security policy, failed requests, and dialogs. */
    public List<String> problems() {
        return report.problems();
    }

    /** What was noted so far was expected. */
    public void forgetProblems() {
        report.forgetProblems();
    }

    /** What the page has asked for. */
    public List<String> requests() {
        return report.requests();
    }

    /** Ends the page, and with it its cookies and what it stored. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            devTools.call("", "Target.disposeBrowserContext", new JsonObject().put("browserContextId", context));
        }
    }

    /** A text as a literal of JavaScript. */
    public static String quoted(String text) {
        return PageSession.quoted(text);
    }

    private static String found(String selector, String text) {
        return "[...document.querySelectorAll(" + quoted(selector) + ")].find(each => each.getClientRects().length > 0"
                + " && (each.textContent + (each.getAttribute('aria-label') ?? '')).includes(" + quoted(text) + "))";
    }
}
