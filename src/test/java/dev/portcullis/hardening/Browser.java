package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium behind a proxy, which answers for every host, so that no request of a page leaves unseen. The
 * browser's own requests go to hosts of its maker.
 */
final class Browser implements AutoCloseable {
    private static final String PAGE = "http://page.test/";
    private static final Pattern RESULT = Pattern.compile("<pre id=\"result\">([A-Za-z0-9+/=]+)</pre>");
    private static final Pattern OF_THE_BROWSER =
            Pattern.compile(".*\\.(?:google|googleapis|gvt1|gstatic)\\.com(?::443)?");

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final int proxy;
    private volatile String page = "";

    Browser(Path folder) throws Exception {
        this.folder = folder;
        this.proxy = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, "chromium"))
                .anyMatch(Files::isExecutable);
    }

    /** Shows the page, and returns what its script left in {@code #result}. */
    JsonObject show(String html) throws Exception {
        page = html;
        requests.clear();
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--proxy-server=http://127.0.0.1:" + proxy,
                        "--proxy-bypass-list=<-loopback>",
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        PAGE)
                .redirectError(errors.toFile())
                .start();
        String dom = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("the browser ends")
                .isTrue();
        Matcher result = RESULT.matcher(dom);
        assertThat(result.find())
                .as(() -> "the script of the page reports: " + cut(dom) + read(errors))
                .isTrue();
        return new JsonObject(new String(Base64.getDecoder().decode(result.group(1)), StandardCharsets.UTF_8));
    }

    /** What was asked for, but for the page itself. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws TimeoutException {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        String target = request.method().equals(HttpMethod.CONNECT)
                ? String.valueOf(request.authority())
                : request.absoluteURI();
        if (target.equals(PAGE)) {
            request.response()
                    .putHeader("Content-Type", "text/html; charset=utf-8")
                    .end(page);
            return;
        }
        if (!OF_THE_BROWSER.matcher(String.valueOf(request.authority())).matches()) {
            requests.add(request.method() + " " + target);
        }
        request.response().setStatusCode(404).end();
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(2_000, text.length()));
    }

    private static String read(Path file) {
        try {
            return cut(Files.readString(file));
        } catch (IOException unreadable) {
            return "";
        }
    }
}
