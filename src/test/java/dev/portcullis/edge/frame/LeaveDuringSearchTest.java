package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.SearchMatch;
import dev.portcullis.archive.SearchPage;
import dev.portcullis.archive.SearchRequest;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.search.Highlight;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user who loses a room while their search is under way. */
class LeaveDuringSearchTest {
    private static final RoomId ATTIC = new RoomId("attic");
    private static final RoomId CELLAR = new RoomId("cellar");
    private static final UserId ANN = new UserId("ann");

    private final List<Set<StreamName>> searched = new CopyOnWriteArrayList<>();
    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
        node.members.put(ATTIC, ANN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
        node.search = this::found;
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void search_in_a_room_shows_its_messages_to_a_member() {
        try (JdkPeer ann = node.enter("ann")) {
            JsonObject page = ann.ask(search().put("roomId", "attic"));
            assertThat(page.getJsonArray("matches")).hasSize(1);
            assertThat(page.getJsonArray("matches").getJsonObject(0).encode())
                    .contains("\"seq\":1", "\"highlights\":[[0,3]]");
            assertThat(page.containsKey("cursor")).isTrue();
        }
    }

    @Test
    void search_in_a_room_that_the_user_leaves_meanwhile_is_refused() {
        node.search = request -> leave().compose(any -> found(request));
        try (JdkPeer ann = node.enter("ann")) {
            JsonObject answer = ann.ask(search().put("roomId", "attic"));
            assertThat(answer.getString("reason")).isEqualTo("not_member");
        }
    }

    @Test
    void search_everywhere_is_made_again_without_the_room_that_the_user_leaves_meanwhile() throws Exception {
        node.members.put(CELLAR, ANN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
        node.search = request -> leave().compose(any -> found(request));
        try (JdkPeer ann = node.enter("ann")) {
            ann.join("attic");
            ann.join("cellar");
            JsonObject page = ann.ask(search());
            assertThat(page.getJsonArray("matches").encode()).contains("cellar").doesNotContain("attic");
            assertThat(searched.get(0)).contains(StreamName.room(ATTIC), StreamName.room(CELLAR));
            assertThat(searched.get(1)).contains(StreamName.room(CELLAR)).doesNotContain(StreamName.room(ATTIC));
        }
    }

    private static JsonObject search() {
        return new JsonObject().put("type", "search").put("query", "hay").put("id", "s");
    }

    /** Each stream has a match. */
    private Future<SearchPage> found(SearchRequest request) {
        searched.add(request.streams());
        List<SearchMatch> matches = request.streams().stream()
                .filter(stream -> stream.roomId().isPresent())
                .map(LeaveDuringSearchTest::match)
                .toList();
        Optional<Place> next = matches.stream().map(SearchMatch::place).findFirst();
        return Future.succeededFuture(new SearchPage(matches, next, true));
    }

    private static SearchMatch match(StreamName stream) {
        String body = "\"type\":\"chat\",\"roomId\":\""
                + stream.roomId().orElseThrow().value() + "\",\"content\":\"hay\",\"timestamp\":1}";
        StreamEntry entry = new StreamEntry(stream, new Position("e", 1), 1, body.getBytes(StandardCharsets.UTF_8));
        return new SearchMatch(
                new LatestEntry(entry, EntryState.MESSAGE, Optional.empty()), List.of(new Highlight(0, 3)));
    }

    private Future<?> leave() {
        return node.members.rooms().removeMember(ATTIC, ANN, new RoomTerms(List.of(), Long.MAX_VALUE));
    }
}
