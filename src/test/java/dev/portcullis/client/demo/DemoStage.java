package dev.portcullis.client.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A node with the demo, at one address also after it was killed and started again, and the pages of its users. */
final class DemoStage implements AutoCloseable {
    static final String PASSWORD = "Correct-horse-7";

    /** Nothing listens there. */
    private static final int NO_PORT = 1;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<BrowserPage> pages = new ArrayList<>();
    private final Chromium browser;
    private final List<String> settings;
    private final SwitchedProxy proxy;
    private TestNode node;

    DemoStage(Vertx vertx, Chromium browser, Path folder, String... settings) throws Exception {
        this(vertx, browser, folder, Optional.empty(), settings);
    }

    /** Users may only read until they have opened the link of a mail. */
    static DemoStage verifying(Vertx vertx, Chromium browser, Path folder, MailServer mails) throws Exception {
        return new DemoStage(vertx, browser, folder, Optional.of(mails), "accounts.registration=verified");
    }

    private DemoStage(Vertx vertx, Chromium browser, Path folder, Optional<MailServer> mails, String... settings)
            throws Exception {
        this.browser = browser;
        this.settings = new ArrayList<>(List.of(
                "store.path=" + folder.resolve("store"),
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "ratelimit.login=1000",
                "accounts.passwords.cost=10", // it is not what is tested, and a busy machine takes long for more
                "ratelimit.user.burst=40", // a test clicks faster than a person
                "ratelimit.handshakes.minute=1000",
                "sessions.handshakesPerMinute=1000"));
        this.settings.addAll(List.of(settings));
        this.proxy = new SwitchedProxy(vertx);
        mails.ifPresent(server -> this.settings.addAll(List.of(
                "accounts.mail.link=" + url(),
                "accounts.mail.smtp.host=127.0.0.1",
                "accounts.mail.smtp.port=" + server.port(),
                "accounts.mail.smtp.tls=off")));
        start();
    }

    private void start() {
        startUnreachable();
        reconnect();
    }

    /** The network of the pages is gone until {@link #reconnect}; the node and its other users go on. */
    void dropConnections() {
        proxy.pointTo(NO_PORT);
        proxy.cut();
    }

    /** Starts the node again where only {@link #peer} reaches it. */
    void startUnreachable() {
        node = TestNode.start(settings.toArray(String[]::new));
    }

    /** The pages reach the node that runs now. */
    void reconnect() {
        proxy.pointTo(node.port());
    }

    /** As planned: the connections are told. */
    void stop() {
        node.close();
        proxy.pointTo(NO_PORT);
    }

    /** The connections end as those of a process that was killed: without a close frame. */
    void kill() {
        dropConnections();
        node.close();
    }

    String url() {
        return "http://localhost:" + proxy.port() + "/";
    }

    BrowserPage page() {
        BrowserPage page = browser.open(url());
        pages.add(page);
        return page;
    }

    /** A new user in a browser of their own, in the room {@code lobby}. */
    BrowserPage registered(String name) {
        BrowserPage page = page();
        page.click("[role=tab]", "Create account");
        page.fill("[name=username]", name);
        page.fill("[name=email]", name.toLowerCase(Locale.ROOT).replace(' ', '.') + "@example.org");
        page.fill("[name=password]", PASSWORD);
        enter(page);
        page.awaitText(".titles h1", "lobby");
        page.await(
                "document.querySelector('.scroller .first') !== null || document.querySelector('.message') !== null");
        return page;
    }

    /** Sends the form of the login, again while the server says that it is too busy to check a password in time. */
    static void enter(BrowserPage page) {
        page.press("Enter");
        page.await("document.querySelector('.status.open') !== null"
                + " || (document.querySelector('.problem:not([hidden])')?.textContent.includes('right now')"
                + " && document.querySelector('.login-form form').requestSubmit())");
        page.awaitText(".status.open", "Connected");
        forgetBusy(page);
    }

    /** Registers a user in the browser of a page, as another window of it would. */
    static void registerBeside(BrowserPage page, String name) {
        JsonObject user = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.org")
                .put("password", PASSWORD);
        String register =
                "fetch('/api/auth/register', { method: 'POST', headers: { 'Content-Type': 'application/json' },"
                        + " body: '" + user.encode() + "' }).then(({ status }) => status)";
        assertThat(Await.until(() -> page.evaluate(register).equals(201))).isTrue();
        forgetBusy(page);
    }

    private static void forgetBusy(BrowserPage page) {
        if (page.problems().stream().allMatch(each -> each.startsWith("network: ") && each.contains("status of 503"))) {
            page.forgetProblems();
        }
    }

    /** A token of the application's own login. */
    String token(String user, String name) {
        return new TokenSigner(TestNode.edited().auth().tokens().issuers().get(0), System::currentTimeMillis)
                .mint(user, Role.MEMBER, List.of(), Optional.of(name), Duration.ofMinutes(30));
    }

    /** The code that an operator makes. */
    String invitation() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/invitations"))
                .header("Authorization", "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(5)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return new JsonObject(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .getString("invitation");
    }

    /** A user without a page. */
    ChatPeer peer(String user, String name) {
        return JdkPeer.admitted(node.ws(), token(user, name));
    }

    /** A user creates a private room and invites another one. */
    void invite(String by, String room, String user) {
        String path = "api/rooms";
        send(
                "POST",
                path,
                by,
                new JsonObject().put("name", room).put("visibility", "private").put("roomId", room),
                201);
        send("PUT", path + "/" + room + "/members/" + user, by, new JsonObject().put("role", "member"), 202);
    }

    private void send(String method, String path, String user, JsonObject body, int status) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Bearer " + token(user, user))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode()))
                .build();
        assertThat(PatientCalls.send(HTTP, request).statusCode()).isEqualTo(status);
    }

    static void say(BrowserPage page, String text) {
        page.click("#say");
        page.type(text);
        page.press("Enter");
    }

    @Override
    public void close() {
        pages.forEach(BrowserPage::close);
        node.close();
    }
}
