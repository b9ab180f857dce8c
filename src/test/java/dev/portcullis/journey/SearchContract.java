package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages by their words: what is found, by whom, and what no query gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SearchContract {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private List<TestNode> nodes = List.of();
    private int ids;

    abstract List<TestNode> site(String... sets);

    @BeforeAll
    void open() {
        nodes = site("direct.allow=anyone", "rooms.adding=direct");
    }

    @AfterAll
    void close() {
        TestNode.close(nodes);
    }

    @Test
    void messages_with_all_words_in_any_order_are_found_newest_first_with_the_places_of_the_words() {
        try (ChatPeer ann = enter("ann", "words")) {
            ann.join("words");
            say(ann, "words", "The budget of the meeting");
            say(ann, "words", "No meeting");
            say(ann, "words", "MEETING: <b>Über</b> Budgets, meeting again");
            say(ann, "words", "meeting about the Büdget & <more>");
            JsonObject found = awaitTexts(
                    ann,
                    search("budget meeting", "words"),
                    "meeting about the Büdget & <more>",
                    "The budget of the meeting");
            JsonObject newest = matches(found).get(0);
            assertThat(newest.getString("type")).isEqualTo("chat");
            assertThat(newest.getString("roomId")).isEqualTo("words");
            assertThat(newest.getString("text")).isEqualTo("meeting about the Büdget & <more>");
            assertThat(marked(newest)).containsExactly("meeting", "Büdget");
            assertThat(marked(matches(found).get(1))).containsExactly("budget", "meeting");
            awaitTexts(ann, search("uber", "words"), "MEETING: <b>Über</b> Budgets, meeting again");
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void words_of_scripts_without_spaces_are_found(String text, String query, String marked) {
        String room = "scripts-" + Integer.toHexString(text.hashCode());
        try (ChatPeer ann = enter("ann", room)) {
            ann.join(room);
            say(ann, room, text);
            say(ann, room, "something else");
            JsonObject found = awaitTexts(ann, search(query, room), text);
            assertThat(marked(matches(found).get(0))).containsExactly(marked);
        }
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                Arguments.of("明天下午开会讨论预算", "讨论预算", "讨论预算"),
                Arguments.of("会議は明日の午後です", "明日", "明日"),
                Arguments.of("회의는 내일입니다", "내일", "내일"),
                Arguments.of("Встреча будет ЗАВТРА", "завтра", "ЗАВТРА"),
                Arguments.of("παλιός φίλος", "ΦΙΛΟΣ", "φίλος"));
    }

    @Test
    void pages_by_cursor_have_each_message_once() {
        try (ChatPeer ann = enter("ann", "pages", "pages-2")) {
            ann.join("pages");
            ann.join("pages-2");
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 45; i++) {
                String text = "paged " + i;
                say(ann, i % 3 == 0 ? "pages-2" : "pages", text);
                all.add(text);
            }
            List<JsonObject> newestFirst = awaitAll(ann, search("paged").put("limit", 50), all);
            assertThat(newestFirst)
                    .extracting(match -> match.getLong("timestamp"))
                    .isSortedAccordingTo(Comparator.reverseOrder());
            List<String> paged = new ArrayList<>();
            JsonObject page = ann.ask(search("paged").put("limit", 7));
            while (true) {
                assertThat(matches(page)).hasSizeLessThanOrEqualTo(7);
                paged.addAll(texts(page));
                if (!page.containsKey("cursor")) {
                    break;
                }
                page = ann.ask(search("paged").put("limit", 7).put("cursor", page.getString("cursor")));
            }
            assertThat(paged)
                    .containsExactlyElementsOf(
                            newestFirst.stream().map(SearchContract::text).toList());
        }
    }

    @Test
    void author_and_times_narrow_a_search() {
        try (ChatPeer ann = enter("ann", "narrow");
                ChatPeer ben = enter("ben", "narrow")) {
            ann.join("narrow");
            ben.join("narrow");
            say(ann, "narrow", "narrowed by ann");
            say(ben, "narrow", "narrowed by ben");
            say(ann, "narrow", "narrowed by ann again");
            JsonObject all = awaitTexts(
                    ann, search("narrowed", "narrow"), "narrowed by ann again", "narrowed by ben", "narrowed by ann");
            long first = matches(all).get(2).getLong("timestamp");
            long last = matches(all).get(0).getLong("timestamp");
            assertThat(texts(ann.ask(search("narrowed", "narrow").put("userId", "ben"))))
                    .containsExactly("narrowed by ben");
            assertThat(texts(ann.ask(search("narrowed", "narrow").put("after", last))))
                    .isEmpty();
            assertThat(texts(ann.ask(search("narrowed", "narrow").put("before", first))))
                    .isEmpty();
            assertThat(texts(ann.ask(
                            search("narrowed", "narrow").put("after", first - 1).put("before", last + 1))))
                    .hasSize(3);
        }
    }

    @Test
    void direct_messages_are_found_by_the_two_alone() {
        try (ChatPeer cid = enter("cid");
                ChatPeer dan = enter("dan");
                ChatPeer eve = enter("eve")) {
            write(cid, "dan", "confidential plan");
            write(dan, "cid", "confidential answer");
            write(cid, "eve", "confidential other");
            awaitTexts(cid, search("confidential"), "confidential other", "confidential answer", "confidential plan");
            awaitTexts(
                    cid, search("confidential").put("recipientId", "dan"), "confidential answer", "confidential plan");
            awaitTexts(dan, search("confidential"), "confidential answer", "confidential plan");
            awaitTexts(eve, search("confidential"), "confidential other");
            assertThat(texts(eve.ask(search("confidential").put("recipientId", "dan"))))
                    .isEmpty();
            assertThat(texts(eve.ask(search("confidential").put("userId", "dan"))))
                    .isEmpty();
            assertThat(matches(cid.ask(search("confidential").put("recipientId", "dan")))
                            .get(0)
                            .getString("recipientId"))
                    .isEqualTo("cid");
        }
    }

    @Test
    void edited_message_is_found_by_its_new_words_and_a_deleted_or_ended_one_not_at_all() {
        try (ChatPeer ann = enter("ann", "changing")) {
            ann.join("changing");
            String edited = say(ann, "changing", "walrus before");
            String deleted = say(ann, "changing", "walrus deleted");
            ann.ask(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", "changing")
                    .put("content", "walrus ending")
                    .put("expiresInMs", 3_000)
                    .put("id", id()));
            ann.ask(amend("edit_message", edited).put("content", "penguin after"));
            ann.ask(amend("delete_message", deleted));
            JsonObject found = awaitTexts(ann, search("penguin", "changing"), "penguin after");
            assertThat(matches(found).get(0).containsKey("edited")).isTrue();
            assertThat(texts(ann.ask(search("walrus", "changing")))).isSubsetOf("walrus ending");
            awaitTexts(ann, search("walrus", "changing"));
            assertThat(ann.ask(search("walrus")).getJsonArray("matches")).isEmpty();
        }
    }

    @Test
    void member_finds_what_was_written_before_and_nothing_once_they_have_left() {
        PrivateRooms rooms = new PrivateRooms(nodes.get(0));
        String room = rooms.create(nodes.get(0).token("owner"));
        try (ChatPeer owner = enter("owner");
                ChatPeer fay = enter("fay")) {
            owner.join(room);
            say(owner, room, "quokka secret");
            assertThat(fay.ask(search("quokka", room)).getString("reason")).isEqualTo("not_member");
            assertThat(matches(fay.ask(search("quokka")))).isEmpty();
            rooms.put(nodes.get(0).token("owner"), room, "fay", "member");
            awaitTexts(fay, search("quokka", room), "quokka secret");
            JsonObject page = awaitTexts(fay, search("quokka"), "quokka secret");
            fay.join(room);
            assertThat(delete("fay", "/api/rooms/" + room + "/members/fay")).isEqualTo(204);
            assertThat(matches(fay.ask(search("quokka")))).isEmpty();
            assertThat(fay.ask(search("quokka", room)).getString("reason")).isEqualTo("not_member");
            assertThat(fay.ask(search("quokka")
                                    .put("cursor", before(matches(page).get(0))))
                            .getJsonArray("matches"))
                    .isEmpty();
        }
    }

    @Test
    void removed_user_finds_nothing_of_the_room_though_their_token_names_it() {
        try (ChatPeer mod = peer("mod", Role.MODERATOR, "barred");
                ChatPeer gus = enter("gus", "barred")) {
            mod.join("barred");
            gus.join("barred");
            say(gus, "barred", "numbat here");
            awaitTexts(gus, search("numbat"), "numbat here");
            mod.ask(new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", "barred")
                    .put("userId", "gus")
                    .put("id", id()));
            assertThat(matches(gus.ask(search("numbat")))).isEmpty();
            assertThat(gus.ask(search("numbat", "barred")).getString("reason")).isEqualTo("not_member");
            try (ChatPeer again = enter("gus", "barred")) {
                assertThat(matches(again.ask(search("numbat")))).isEmpty();
            }
            awaitTexts(mod, search("numbat"), "numbat here");
        }
    }

    @Test
    void blocked_user_reaches_no_search_of_the_other() {
        try (ChatPeer hal = enter("hal");
                ChatPeer ida = enter("ida")) {
            write(hal, "ida", "echidna before");
            awaitTexts(ida, search("echidna"), "echidna before");
            assertThat(put("ida", "/api/blocks/hal")).isEqualTo(204);
            write(hal, "ida", "echidna after");
            awaitTexts(hal, search("echidna"), "echidna after", "echidna before");
            assertThat(texts(ida.ask(search("echidna")))).containsExactly("echidna before");
            assertThat(texts(ida.ask(search("echidna").put("recipientId", "hal"))))
                    .containsExactly("echidna before");
        }
    }

    @Test
    void forged_cursor_opens_nothing() {
        PrivateRooms rooms = new PrivateRooms(nodes.get(0));
        String room = rooms.create(nodes.get(0).token("owner"));
        try (ChatPeer owner = enter("owner");
                ChatPeer eve = enter("eve", "forged")) {
            owner.join(room);
            say(owner, room, "dugong secret");
            say(owner, room, "dugong newer");
            eve.join("forged");
            say(eve, "forged", "dugong own");
            awaitTexts(owner, search("dugong", room), "dugong newer", "dugong secret");
            awaitTexts(eve, search("dugong"), "dugong own");
            for (String place : List.of(
                    "9999999999999~9~room:" + room,
                    "9999999999999~9~inbox:owner",
                    "9999999999999~9~cutoffs:1",
                    "999999999999999~9999999999999999~zzz",
                    "0~0~room:" + room)) {
                JsonObject page = eve.ask(search("dugong").put("cursor", encoded(place)));
                assertThat(texts(page)).as(place).isSubsetOf("dugong own");
            }
            for (String bad : List.of("AAAA", "_-_-", encoded("1~1~"), encoded("1~x~room:a"), encoded("-1~1~room:a"))) {
                JsonObject refused = eve.ask(search("dugong").put("cursor", bad));
                assertThat(refused.getString("reason")).as(bad).isEqualTo("validation_failed");
                assertThat(refused.getJsonArray("details").getJsonObject(0).getString("path"))
                        .isEqualTo("/cursor");
            }
        }
    }

    @Test
    void room_that_is_closed_to_a_user_is_as_one_that_is_not_there() {
        PrivateRooms rooms = new PrivateRooms(nodes.get(0));
        String room = rooms.create(nodes.get(0).token("owner"));
        try (ChatPeer owner = enter("owner");
                ChatPeer eve = enter("eve")) {
            owner.join(room);
            say(owner, room, "potoroo");
            awaitTexts(owner, search("potoroo"), "potoroo");
            List<JsonObject> answers = Stream.of(room, "no-such-room")
                    .map(each -> eve.ask(search("potoroo", each)))
                    .toList();
            for (String own : List.of("id", "roomId", "requestId", "timestamp")) {
                answers.forEach(each -> each.remove(own));
            }
            assertThat(answers.get(0)).isEqualTo(answers.get(1));
            get("eve", 404, Map.of("query", "potoroo", "roomId", room));
            get("eve", 404, Map.of("query", "potoroo", "roomId", "no-such-room"));
            assertThat(delete("owner", "/api/rooms/" + room)).isEqualTo(204);
            assertThat(matches(owner.ask(search("potoroo")))).isEmpty();
            get("owner", 404, Map.of("query", "potoroo", "roomId", room));
        }
    }

    @Test
    void what_the_retention_of_a_room_takes_is_not_found_from_that_moment_on() {
        PrivateRooms rooms = new PrivateRooms(nodes.get(0));
        String room = rooms.create(nodes.get(0).token("owner"));
        try (ChatPeer owner = enter("owner")) {
            owner.join(room);
            String[] newest = new String[12];
            for (int i = 0; i < 12; i++) {
                say(owner, room, "bandicoot " + i);
                newest[11 - i] = "bandicoot " + i;
            }
            awaitTexts(owner, search("bandicoot", room), newest);
            rooms.keep(nodes.get(0).token("owner"), room, 3);
            assertThat(texts(owner.ask(search("bandicoot", room))))
                    .containsExactly("bandicoot 11", "bandicoot 10", "bandicoot 9");
            say(owner, room, "bandicoot 12");
            say(owner, room, "bandicoot 13");
            assertThat(texts(owner.ask(search("bandicoot"))))
                    .isSubsetOf("bandicoot 13", "bandicoot 12", "bandicoot 11");
            awaitTexts(owner, search("bandicoot"), "bandicoot 13", "bandicoot 12", "bandicoot 11");
        }
    }

    @Test
    void query_does_not_tell_who_wrote_what_a_deleted_user_left() throws Exception {
        try (ChatPeer kay = enter("kay", "left");
                ChatPeer ann = enter("ann", "left")) {
            kay.join("left");
            ann.join("left");
            say(kay, "left", "wombat of kay");
            awaitTexts(ann, search("wombat", "left").put("userId", "kay"), "wombat of kay");
            URI deletion = nodes.get(0).admin("/admin/users/kay?messages=anonymise");
            HttpResponse<String> receipt = HTTP.send(
                    HttpRequest.newBuilder(deletion)
                            .header(
                                    "Authorization",
                                    "Bearer " + nodes.get(0).token("op", Role.ADMIN, Duration.ofMinutes(10)))
                            .DELETE()
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
            assertThat(matches(ann.ask(search("wombat", "left").put("userId", "kay"))))
                    .isEmpty();
            JsonObject found = awaitTexts(ann, search("wombat", "left"), "wombat of kay");
            assertThat(found.encode()).doesNotContain("\"kay\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query=x&query=y",
                "query=",
                "query=x&limit=0",
                "query=x&limit=51",
                "query=x&limit=1e1",
                "query=x&limit=5&limit=6",
                "query=x&unknown=1",
                "query=x&roomId=..%2fadmin",
                "query=x&roomId=",
                "query=x&userId=%00",
                "query=x&recipientId=a%20b",
                "query=x&after=-1",
                "query=x&before=9007199254740992",
                "query=x&cursor=%3D%3D",
                "query=two+words",
                "query=%C0%AF"
            })
    void call_with_parameters_that_are_none_is_refused(String parameters) {
        HttpResponse<String> answer = call("GET", "eve", "/api/search?" + parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void call_needs_a_token_and_is_kept_by_no_cache() throws Exception {
        URI page = URI.create("http://" + nodes.get(0).ws().getAuthority() + "/api/search?query=x");
        HttpResponse<String> anonymous =
                HTTP.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(anonymous.statusCode()).isEqualTo(401);
        HttpResponse<String> own = call("GET", "eve", "/api/search?query=" + "%F0%9F%91%8B".repeat(200));
        assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
        assertThat(own.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(call("POST", "eve", "/api/search?query=x").statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "' OR 1=1 --",
                "'; DROP TABLE portcullis.entry; --",
                "*:*",
                "content:secret",
                "\"unclosed",
                "(",
                "a AND",
                "NOT x",
                "a | b & !c",
                "a:*",
                "/.*/",
                "x~2^9",
                "%",
                "_",
                "\\",
                "\u0000",
                "a\u0000b",
                "\u0001",
                "😀",
                "👩‍👩‍👧",
                " ",
                "\u202e\u200f",
                "é́́́"
            })
    void no_query_is_an_error(String query) {
        try (ChatPeer eve = enter("eve")) {
            JsonObject found = eve.ask(search(query));
            assertThat(found.getString("type")).as(found.encode()).isEqualTo("search");
            assertThat(found.containsKey("cursor")).isFalse();
        }
    }

    @Test
    void longest_query_is_answered() {
        try (ChatPeer eve = enter("eve")) {
            String spread = IntStream.range(0, 100).mapToObj(i -> "字").collect(Collectors.joining(" "));
            for (String query : List.of("x".repeat(200), "字".repeat(200), "👋".repeat(200), spread, "a ".repeat(100))) {
                assertThat(eve.ask(search(query)).getString("type")).isEqualTo("search");
            }
            assertThat(eve.ask(search("x".repeat(201))).getString("reason")).isEqualTo("validation_failed");
        }
    }

    @Test
    void call_over_http_finds_what_the_frame_finds() {
        PrivateRooms rooms = new PrivateRooms(nodes.get(0));
        String room = rooms.create(nodes.get(0).token("owner"));
        try (ChatPeer owner = enter("owner")) {
            owner.join(room);
            say(owner, room, "bilby one");
            say(owner, room, "bilby two");
            awaitTexts(owner, search("bilby", room), "bilby two", "bilby one");
            JsonObject first = get("owner", 200, Map.of("query", "bilby", "limit", "1"));
            assertThat(texts(first)).containsExactly("bilby two");
            assertThat(marked(matches(first).get(0))).containsExactly("bilby");
            JsonObject second =
                    get("owner", 200, Map.of("query", "bilby", "roomId", room, "cursor", first.getString("cursor")));
            assertThat(texts(second)).containsExactly("bilby one");
            assertThat(second.containsKey("cursor")).isFalse();
            assertThat(matches(get("eve", 200, Map.of("query", "bilby")))).isEmpty();
            get("eve", 404, Map.of("query", "bilby", "roomId", room));
            get("eve", 400, Map.of("query", "bilby", "cursor", "AAAA"));
            get("eve", 400, Map.of("query", "bilby", "roomId", room, "recipientId", "owner"));
            get("eve", 400, Map.of("limit", "1"));
        }
    }

    private String id() {
        return "s" + ids++;
    }

    JsonObject search(String query) {
        return new JsonObject().put("type", "search").put("query", query).put("id", id());
    }

    private JsonObject search(String query, String room) {
        return search(query).put("roomId", room);
    }

    private JsonObject amend(String type, String messageId) {
        return new JsonObject()
                .put("type", type)
                .put("roomId", "changing")
                .put("messageId", messageId)
                .put("id", id());
    }

    private String say(ChatPeer peer, String room, String text) {
        return peer.say(room, text, id()).getString("messageId");
    }

    private void write(ChatPeer peer, String to, String text) {
        JsonObject answer = peer.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", text)
                .put("id", id()));
        assertThat(answer.getString("type")).isEqualTo("ack");
    }

    private JsonObject awaitTexts(ChatPeer peer, JsonObject search, String... expected) {
        JsonObject found = await(peer, search, texts -> texts.equals(List.of(expected)));
        assertThat(texts(found)).as(found.encode()).containsExactly(expected);
        return found;
    }

    /** In either order: two rooms may have messages of one millisecond. */
    private List<JsonObject> awaitAll(ChatPeer peer, JsonObject search, List<String> expected) {
        JsonObject found = await(peer, search, texts -> texts.size() == expected.size());
        assertThat(texts(found)).as(found.encode()).containsExactlyInAnyOrderElementsOf(expected);
        return matches(found);
    }

    /** Searches until that is found, for a time, and returns what was found last: an index may be a second behind. */
    private JsonObject await(ChatPeer peer, JsonObject search, Predicate<List<String>> expected) {
        AtomicReference<JsonObject> last = new AtomicReference<>(new JsonObject());
        Await.until(() -> {
            last.set(peer.ask(search.copy().put("id", id())));
            return expected.test(texts(last.get()));
        });
        return last.get();
    }

    ChatPeer enter(String user, String... rooms) {
        return nodes.get(nodes.size() - 1).enter(user, rooms);
    }

    private ChatPeer peer(String user, Role role, String... rooms) {
        TestNode node = nodes.get(0);
        ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user, role, Duration.ofMinutes(10), rooms));
        peer.next("auth_success");
        return peer;
    }

    static List<JsonObject> matches(JsonObject found) {
        return found.getJsonArray("matches", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<String> texts(JsonObject found) {
        return matches(found).stream().map(SearchContract::text).toList();
    }

    private static String text(JsonObject match) {
        return match.getString("text", match.getString("content"));
    }

    private static List<String> marked(JsonObject match) {
        return match.getJsonArray("highlights").stream()
                .map(JsonArray.class::cast)
                .map(each -> text(match).substring(each.getInteger(0), each.getInteger(0) + each.getInteger(1)))
                .toList();
    }

    /** A place before a message: the message comes behind it. */
    private static String before(JsonObject match) {
        return encoded((match.getLong("timestamp") + 1) + "~0~room:" + match.getString("roomId"));
    }

    private static String encoded(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject get(String user, int status, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpResponse<String> answer = call("GET", user, "/api/search?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private int delete(String user, String path) {
        return call("DELETE", user, path).statusCode();
    }

    private int put(String user, String path) {
        return call("PUT", user, path).statusCode();
    }

    private HttpResponse<String> call(String method, String user, String path) {
        TestNode node = nodes.get(nodes.size() - 1);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + node.ws().getAuthority() + path))
                .header("Authorization", "Bearer " + node.token(user))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return PatientCalls.send(HTTP, request);
    }
}
