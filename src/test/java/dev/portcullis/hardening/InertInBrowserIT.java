package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stored cross-site scripting (CWE-79): what a node delivers runs no script and loads nothing in a real browser, wherever
 * the protocol page lets a page put it.
 */
class InertInBrowserIT {
    private static final String ROOM = "lobby";
    private static final String SETTINGS =
            "ratelimit.actions={\"join\": 100000, \"remove_user\": 100000, \"system_broadcast\": 100000}";

    @TempDir
    Path folder;

    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Browser.isInstalled(), "not installed: chromium, so no page is tried in a browser");
        browser = new Browser(folder);
    }

    @AfterEach
    void stop() throws TimeoutException {
        if (browser != null) {
            browser.close();
        }
    }

    /** Without it, a browser that runs nothing at all would pass the others. */
    @Test
    void text_that_no_server_made_safe_runs_and_loads() throws Exception {
        assertFound(item("content", "<img src=http://evil.example/y onerror=ran(1)>"), "IMG[onerror,src]");
        assertThat(browser.requests()).contains("GET http://evil.example/y");
        assertFound(item("content", "<b onclick=ran(1)>x</b>"), "B[onclick]");
        assertFound(item("name", "<b>x</b>"), "B[]");
        assertFound(item("name", "\" onmouseover=\"ran(1)"), "SPAN[onmouseover,title]");
        assertFound(item("url", "javascript:ran(1)"), "leads to javascript:ran(1)");

        JsonObject written = browser.show(written(new JsonArray().add(item("content", "<script>ran(1)</script>"))));
        assertThat(written.getInteger("ran")).isPositive();
        assertThat(written.getJsonArray("problems").encode()).contains("SCRIPT[]");
    }

    private void assertFound(JsonObject raw, String problem) throws Exception {
        JsonObject put = browser.show(placing(new JsonArray().add(raw)));
        assertThat(put.getJsonArray("problems").encode()).contains(problem);
        assertThat(put.getInteger("ran") > 0).as("a script ran for %s", raw).isEqualTo(problem.contains("onerror"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowlist", "escape"})
    void delivered_text_runs_and_loads_nothing(String policy) throws Exception {
        JsonArray items = new JsonArray();
        try (TestNode node = TestNode.generous("content.policy=" + policy, SETTINGS)) {
            assertThat(deliver(node, items)).as("vectors that were published").isGreaterThan(380);
        }

        JsonObject put = browser.show(placing(items));
        assertThat(put.getJsonArray("problems").encode()).isEqualTo("[]");
        assertThat(put.getInteger("ran")).as("scripts that ran").isZero();
        assertThat(put.getInteger("placed")).isGreaterThan(20_000);
        assertThat(browser.requests()).isEmpty();

        JsonObject written = browser.show(written(items));
        assertThat(written.getJsonArray("problems").encode()).isEqualTo("[]");
        assertThat(written.getInteger("ran")).as("scripts that ran").isZero();
        assertThat(written.getInteger("placed")).isEqualTo(items.size());
        assertThat(browser.requests()).isEmpty();
    }

    /**
     * Publishes each vector as a text, an edit, a notification, a name and a URL of a file, a user's name and a reason.
     * Returns how many were published as a text; the others are refused, so no client gets them.
     */
    private static int deliver(TestNode node, JsonArray items) {
        TokenSigner signer =
                new TokenSigner(TestNode.edited().auth().tokens().issuers().get(0), System::currentTimeMillis);
        List<String> vectors = new ArrayList<>(MarkupVectors.all());
        try (ChatPeer reader = JdkPeer.admitted(node.ws(), node.token("reader"));
                ChatPeer admin = JdkPeer.admitted(node.ws(), node.token("root", Role.ADMIN, Duration.ofMinutes(10)))) {
            reader.join(ROOM);
            admin.join(ROOM);
            int published = 0;
            for (int i = 0; i < vectors.size(); i++) {
                String vector = vectors.get(i);
                String token =
                        signer.mint("u" + i, Role.MEMBER, List.of(), Optional.of(vector), Duration.ofMinutes(10));
                try (ChatPeer author = JdkPeer.admitted(node.ws(), token)) {
                    author.join(ROOM);
                    boolean isText = publish(author, reader, chat(vector), items);
                    published += isText ? 1 : 0;
                    assertThat(edit(author, reader, vector, items)).as(vector).isEqualTo(isText);
                    assertThat(tellAll(admin, reader, vector, items)).as(vector).isEqualTo(isText);
                    publish(author, reader, withFile("x", vector), items);
                    publish(author, reader, withFile("https://a.example/" + vector, "x"), items);
                    publish(author, reader, withFile(vector, "x"), items);
                }
                JsonObject removal = new JsonObject()
                        .put("type", "remove_user")
                        .put("roomId", ROOM)
                        .put("userId", "gone" + i)
                        .put("reason", vector)
                        .put("id", "r" + i);
                if (ask(admin, removal).getString("type").equals("ack")) {
                    add(items, "reason", reader.next("member_removed").getString("reason"));
                }
            }
            return published;
        }
    }

    private static boolean publish(ChatPeer author, ChatPeer reader, JsonObject frame, JsonArray items) {
        if (!ask(author, frame).getString("type").equals("ack")) {
            return false;
        }
        JsonObject delivered = reader.next("chat");
        add(items, "content", delivered.getString("content"));
        add(items, "username", delivered.getString("username"));
        for (Object file : delivered.getJsonArray("attachments", new JsonArray())) {
            add(items, "name", ((JsonObject) file).getString("name"));
            add(items, "url", ((JsonObject) file).getString("url"));
        }
        for (Object link : delivered.getJsonArray("links")) {
            JsonObject found = (JsonObject) link;
            if (found.getBoolean("safe")) {
                add(items, "url", found.getString("url"));
            }
        }
        return true;
    }

    private static boolean edit(ChatPeer author, ChatPeer reader, String vector, JsonArray items) {
        String id = ask(author, chat("plain")).getString("messageId");
        reader.next("chat");
        JsonObject edit = chat(vector).put("type", "edit_message").put("messageId", id);
        if (!ask(author, edit).getString("type").equals("ack")) {
            return false;
        }
        add(items, "content", reader.next("message_edited").getString("content"));
        return true;
    }

    private static boolean tellAll(ChatPeer admin, ChatPeer reader, String vector, JsonArray items) {
        JsonObject frame = chat(vector).put("type", "system_broadcast");
        frame.remove("roomId");
        if (!ask(admin, frame).getString("type").equals("ack")) {
            return false;
        }
        add(items, "content", reader.next("notification").getString("content"));
        return true;
    }

    /** In ASCII, since an unpaired surrogate has no UTF-8. */
    private static JsonObject ask(ChatPeer peer, JsonObject frame) {
        StringBuilder ascii = new StringBuilder();
        frame.encode()
                .chars()
                .forEach(each ->
                        ascii.append(each < 0x80 ? String.valueOf((char) each) : String.format("\\u%04x", each)));
        peer.send(ascii.toString());
        String id = frame.getString("id");
        return peer.next(answer -> id.equals(answer.getString("id")), "the answer to " + id);
    }

    private static void add(JsonArray items, String kind, String value) {
        JsonObject item = item(kind, value);
        if (value != null && !items.contains(item)) {
            items.add(item);
        }
    }

    private static JsonObject item(String kind, String value) {
        return new JsonObject().put("kind", kind).put("value", value);
    }

    private static JsonObject chat(String content) {
        return new JsonObject()
                .put("type", "chat")
                .put("roomId", ROOM)
                .put("content", content)
                .put("id", UUID.randomUUID().toString());
    }

    private static JsonObject withFile(String url, String name) {
        return chat("a file")
                .put(
                        "attachments",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "file")
                                        .put("url", url.equals("x") ? "https://a.example/x" : url)
                                        .put("name", name)));
    }

    private static String placing(JsonArray items) throws Exception {
        return page("", "for (const item of ITEMS) put(item); setTimeout(report, 3000);", items);
    }

    private static String written(JsonArray items) throws Exception {
        StringBuilder body = new StringBuilder();
        for (Object each : items) {
            JsonObject item = (JsonObject) each;
            String value = item.getString("value");
            String text = item.getString("kind").equals("url") ? "" : value;
            body.append("<div data-written><span title=\"")
                    .append(value)
                    .append("\"></span>")
                    .append(text)
                    .append("</div>\n");
        }
        return page(body.toString(), "checkWritten(ITEMS); setTimeout(report, 3000);", items);
    }

    private static String page(String body, String main, JsonArray items) throws Exception {
        try (InputStream in = InertInBrowserIT.class.getResourceAsStream("inert.js")) {
            String script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return "<!DOCTYPE html><html><head><meta charset=utf-8><link rel=icon href=\"data:,\"><script>"
                    + "window.ranCount = 0; window.ran = () => { window.ranCount++; };</script></head><body>\n" + body
                    + "<script>" + script + "const ITEMS = " + items.encode().replace("<", "\\u003c") + ";\n" + main
                    + "</script></body></html>";
        }
    }
}
