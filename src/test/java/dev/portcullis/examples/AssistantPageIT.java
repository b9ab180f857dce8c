package dev.portcullis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that coding assistants are given is what a node does: its conversation is held with one, its program is run. */
class AssistantPageIT {
    private static final Path PAGE = Path.of("src/docs/assistant.md");
    private static final Path SDK = Path.of("src/main/resources/webroot/sdk/portcullis.js");
    private static final Path TYPES = SDK.resolveSibling("portcullis.d.ts");
    private static final Pattern CALL = Pattern.compile("\\b(?:client|room|user)\\.([a-zA-Z]+)");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (\\S[^|]*) \\| ");
    private static final Pattern NUMBER = Pattern.compile("\\d{4}");

    /** What differs each time. */
    private static final Set<String> VARYING =
            Set.of("sessionId", "expiresAt", "serverTime", "timestamp", "requestId", "version");

    /** What differs each time, and is said again later. */
    private static final Set<String> NAMES = Set.of("epoch", "messageId");

    @TempDir
    private Path folder;

    private final Map<Object, Object> named = new HashMap<>();
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void conversation_of_the_page_is_what_a_node_answers() throws Exception {
        ChatPeer peer = null;
        int answers = 0;
        try {
            for (String line : conversation()) {
                JsonObject onPage = new JsonObject(line.substring(2));
                if (line.startsWith("→ ")) {
                    if (isAuth(onPage)) {
                        close(peer);
                        peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of());
                    }
                    peer.send(sent(onPage));
                } else {
                    same("", onPage, peer.next(frame -> answers(onPage, frame), line));
                    answers++;
                }
            }
        } finally {
            close(peer);
        }
        assertThat(answers).isGreaterThan(10);
    }

    @Test
    void program_of_the_page_stores_its_message() throws Exception {
        NodeProgram.assumeInstalled();
        Files.copy(SDK, folder.resolve("portcullis.mjs"));
        Path script = Files.writeString(
                folder.resolve("chat.mjs"),
                SavedPages.blocks(PAGE, "js").get(0).replace("localhost:8080", "localhost:" + node.port()));
        try (Program program = NodeProgram.start(folder, script, Map.of("TOKEN", node.token("ann")))) {
            program.line("ann: Hello"::equals, "its own message");
            program.line("stored as 1"::equals, "the acknowledgement");
        }
    }

    @Test
    void page_says_what_to_do_for_each_reason_and_each_close_code() throws IOException {
        assertThat(firstCells("## Reasons"))
                .containsExactlyElementsOf(Stream.of(Reason.values())
                        .map(reason -> "`" + reason.id() + "`")
                        .toList());
        assertThat(firstCells("## Close codes").stream()
                        .flatMap(cell -> NUMBER.matcher(cell).results().map(MatchResult::group))
                        .sorted())
                .containsExactlyElementsOf(Stream.of(CloseCode.values())
                        .map(close -> String.valueOf(close.code()))
                        .sorted()
                        .distinct()
                        .toList());
    }

    @Test
    void page_names_each_type_that_a_client_may_send() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(FrameType.values())
                .allSatisfy(type ->
                        assertThat(page).containsAnyOf("`" + type.id() + "`", "\"type\":\"" + type.id() + "\""));
    }

    @Test
    void page_names_only_calls_that_the_client_has() throws IOException {
        String types = Files.readString(TYPES);
        assertThat(CALL.matcher(Files.readString(PAGE))
                        .results()
                        .map(call -> call.group(1))
                        .distinct())
                .hasSizeGreaterThan(10)
                .allSatisfy(call -> assertThat(types).containsPattern("(?m)^ +(readonly )?" + call + "[(<:]"));
    }

    private static boolean isAuth(JsonObject frame) {
        return "auth".equals(frame.getString("type"));
    }

    private JsonObject sent(JsonObject onPage) {
        JsonObject frame = onPage.copy();
        if (isAuth(frame)) {
            frame.put("token", node.token("ann"));
        }
        JsonObject since = frame.getJsonObject("since");
        if (since != null) {
            since.put("epoch", named.get(since.getString("epoch")));
        }
        return frame;
    }

    private static boolean answers(JsonObject onPage, JsonObject frame) {
        return onPage.getString("type").equals(frame.getString("type"))
                && onPage.getString("id", "").equals(frame.getString("id", ""));
    }

    private void same(String name, Object onPage, Object real) {
        if (onPage instanceof JsonObject wanted && real instanceof JsonObject had) {
            if (name.equals("actions")) {
                assertThat(had.fieldNames()).containsAll(wanted.fieldNames()); // the page shows two of them
            } else {
                assertThat(had.fieldNames()).as(had.encode()).hasSameElementsAs(wanted.fieldNames());
            }
            wanted.forEach(field -> same(field.getKey(), field.getValue(), had.getValue(field.getKey())));
        } else if (onPage instanceof JsonArray wanted && real instanceof JsonArray had) {
            assertThat(had.size()).as(name).isEqualTo(wanted.size());
            for (int i = 0; i < wanted.size(); i++) {
                same(name, wanted.getValue(i), had.getValue(i));
            }
        } else if (NAMES.contains(name)) {
            assertThat(real).as(name).isEqualTo(named.computeIfAbsent(onPage, first -> real));
        } else if (VARYING.contains(name)) {
            assertThat(real).as(name).hasSameClassAs(onPage);
        } else {
            assertThat(real).as(name).isEqualTo(onPage);
        }
    }

    private static void close(ChatPeer peer) {
        if (peer != null) {
            peer.close();
        }
    }

    private static List<String> conversation() {
        List<String> lines = new ArrayList<>();
        SavedPages.blocks(PAGE, "text")
                .forEach(block -> lines.addAll(block.lines().toList()));
        assertThat(lines).isNotEmpty().allMatch(line -> line.matches("[→←] \\{.*}"));
        return lines;
    }

    /** Those of the rows of a section's table, without its head. */
    private static List<String> firstCells(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf("\n" + heading + "\n");
        assertThat(start).as(heading).isPositive();
        int end = page.indexOf("\n## ", start + 1);
        return FIRST_CELL
                .matcher(page.substring(start, end))
                .results()
                .map(found -> found.group(1))
                .skip(2)
                .toList();
    }
}
