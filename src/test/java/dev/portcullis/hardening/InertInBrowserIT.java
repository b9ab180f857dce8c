package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stored cross-site scripting (CWE-79): what a node delivers runs no script and loads nothing in a real browser, wherever
 * the protocol page lets a page put it.
 */
@ExtendWith(VertxExtension.class)
class InertInBrowserIT {
    private static final String ROOM = "lobby";
    private static final String SETTINGS =
            "ratelimit.actions={\"join\": 100000, \"remove_user\": 100000, \"system_broadcast\": 100000}";

    @TempDir
    Path folder;

    private PageProxy proxy;

    @AutoClose
    private Chromium browser;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        proxy = new PageProxy(vertx);
        browser = new Chromium(folder, proxy.options());
    }

    /** Without it, a browser that runs nothing at all would pass the others. */
    @Test
    void text_that_no_server_made_safe_runs_and_loads() throws Exception {
        assertFound(item("content", "<img src=http://evil.example/y onerror=ran(1)>"), "IMG[onerror,src]");
        assertThat(proxy.requests()).contains("GET http://evil.example/y");
        assertFound(item("content", "<b onclick=ran(1)>x</b>"), "B[onclick]");
        assertFound(item("name", "<b>x</b>"), "B[]");
        assertFound(item("name", "\" onmouseover=\"ran(1)"), "SPAN[onmouseover,title]");
        assertFound(item("url", "javascript:ran(1)"), "leads to javascript:ran(1)");

        JsonObject written = show(written(new JsonArray().add(item("content", "<script>ran(1)</script>"))));
        assertThat(written.getInteger("ran")).isPositive();
        assertThat(written.getJsonArray("problems").encode()).contains("SCRIPT[]");
    }

    private void assertFound(JsonObject raw, String problem) throws Exception {
        JsonObject put = show(placing(new JsonArray().add(raw)));
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

        JsonObject put = show(placing(items));
        assertThat(put.getJsonArray("problems").encode()).isEqualTo("[]");
        assertThat(put.getInteger("ran")).as("scripts that ran").isZero();
        assertThat(put.getInteger("placed")).isGreaterThan(20_000);
        assertThat(proxy.requests()).isEmpty();

        JsonObject written = show(written(items));
        assertThat(written.getJsonArray("problems").encode()).isEqualTo("[]");
        assertThat(written.getInteger("ran")).as("scripts that ran").isZero();
        assertThat(written.getInteger("placed")).isEqualTo(items.size());
        assertThat(proxy.requests()).isEmpty();
    }

    /** Returns what the script of a page reports. */
    private JsonObject show(String html) {
        proxy.serve(html);
        try (BrowserPage page = browser.open(PageProxy.PAGE)) {
            page.hastened(20_000);
            page.await("window.reported !== undefined");
            return new JsonObject((String) page.evaluate("window.reported"));
        }
    }

    /**
     * Publishes each vector as a text, an edit, a notification, a name and a URL of a file, a user's name and a reason.
     * Returns how many were published as a text; the others are refused, so no client gets them.
     */
    private static int deliver(TestNode node, JsonArray items) {
        List<String> vectors = List.copyOf(MarkupVectors.all());
        try (ChatPeer reader = JdkPeer.admitted(node.ws(), node.token("reader"));
                ChatPeer admin = JdkPeer.admitted(node.ws(), node.token("root", Role.ADMIN, Duration.ofMinutes(10)))) {
            reader.join(ROOM);
            admin.join(ROOM);
            int published = 0;
            for (int i = 0; i < vectors.size(); i++) {
                String vector = vectors.get(i);
                try (MarkupAuthor author = MarkupAuthor.enter(node, ROOM, vector)) {
                    boolean isText = publish(author, author.chat(vector), reader, items);
                    published += isText ? 1 : 0;
                    assertThat(edit(author, reader, vector, items)).as(vector).isEqualTo(isText);
                    assertThat(tellAll(admin, author.chat(vector), reader, items))
                            .as(vector)
                            .isEqualTo(isText);
                    publish(author, author.file("https://a.example/x", vector), reader, items);
                    publish(author, author.file("https://a.example/" + vector, "x"), reader, items);
                    publish(author, author.file(vector, "x"), reader, items);
                }
                JsonObject removal = new JsonObject()
                        .put("type", "remove_user")
                        .put("roomId", ROOM)
                        .put("userId", "gone" + i)
                        .put("reason", vector)
                        .put("id", "r" + i);
                if (MarkupAuthor.isAcked(MarkupAuthor.ask(admin, removal))) {
                    add(items, "reason", reader.next("member_removed").getString("reason"));
                }
            }
            return published;
        }
    }

    private static boolean publish(MarkupAuthor author, JsonObject frame, ChatPeer reader, JsonArray items) {
        Optional<JsonObject> delivered = author.publish(frame, reader);
        delivered.ifPresent(chat -> addAll(items, chat));
        return delivered.isPresent();
    }

    private static void addAll(JsonArray items, JsonObject chat) {
        add(items, "content", chat.getString("content"));
        add(items, "username", chat.getString("username"));
        for (Object file : chat.getJsonArray("attachments", new JsonArray())) {
            add(items, "name", ((JsonObject) file).getString("name"));
            add(items, "url", ((JsonObject) file).getString("url"));
        }
        for (Object link : chat.getJsonArray("links")) {
            JsonObject found = (JsonObject) link;
            if (found.getBoolean("safe")) {
                add(items, "url", found.getString("url"));
            }
        }
    }

    private static boolean edit(MarkupAuthor author, ChatPeer reader, String vector, JsonArray items) {
        String id = author.publish(author.chat("plain"), reader).orElseThrow().getString("messageId");
        JsonObject edit = author.chat(vector).put("type", "edit_message").put("messageId", id);
        boolean edited = MarkupAuthor.isAcked(MarkupAuthor.ask(author.peer(), edit));
        if (edited) {
            add(items, "content", reader.next("message_edited").getString("content"));
        }
        return edited;
    }

    private static boolean tellAll(ChatPeer admin, JsonObject chat, ChatPeer reader, JsonArray items) {
        chat.put("type", "system_broadcast").remove("roomId");
        boolean told = MarkupAuthor.isAcked(MarkupAuthor.ask(admin, chat));
        if (told) {
            add(items, "content", reader.next("notification").getString("content"));
        }
        return told;
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
