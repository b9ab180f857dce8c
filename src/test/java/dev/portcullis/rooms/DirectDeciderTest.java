package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.DirectConfig.Allow;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class DirectDeciderTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final RoomId CLUB = new RoomId("club");
    private static final UserId BEN = new UserId("ben");
    private static final Verdict FORBIDDEN = Verdict.refused(Reason.FORBIDDEN);
    private static final Sender ANN =
            new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of("team-*"), "s");

    @TempDir
    Path folder;

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private EmbeddedStore engine;
    private RoomStore rooms;
    private RoomListStore lists;
    private RoomDirectory directory;
    private final AtomicLong time = new AtomicLong(System.currentTimeMillis());
    private final ScriptedStreams streams = new ScriptedStreams();

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rooms = new RoomStore(new EmbeddedRowStore(engine, System::currentTimeMillis));
        lists = new RoomListStore(new MemoryRowStore(time::get));
        directory = new RoomDirectory(rooms, lists, RoomLimits.STANDARD);
    }

    @AfterEach
    void close() throws Exception {
        done(vertx.close());
        engine.close();
    }

    @Test
    void members_of_one_room_may_write_until_one_of_them_leaves() throws Exception {
        DirectDecider decider = decider(Allow.SHARED_ROOM, Optional.empty());
        assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
        assertThat(decide(decider, new UserId("stranger")))
                .as("the same answer")
                .isEqualTo(FORBIDDEN);
        put(CLUB, ANN.userId());
        assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
        put(CLUB, BEN);
        assertThat(decide(decider, BEN)).isEqualTo(Verdict.GRANTED);
        done(directory.removeMember(CLUB, BEN, RoomTerms.NONE));
        assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
        put(LOBBY, ANN.userId());
        put(LOBBY, BEN);
        assertThat(decide(decider, BEN)).as("everyone shares a public room").isEqualTo(FORBIDDEN);
        put(new RoomId("team-1"), BEN);
        assertThat(decide(decider, BEN)).as("the token grants the room").isEqualTo(Verdict.GRANTED);
    }

    /** A bar takes the room from them, over the membership and over a grant of the token. */
    @Test
    void room_that_one_of_them_was_removed_from_is_not_shared() throws Exception {
        DirectDecider decider = decider(Allow.SHARED_ROOM, Optional.empty());
        put(CLUB, ANN.userId());
        put(CLUB, BEN);
        put(new RoomId("team-1"), BEN);
        for (UserId removed : List.of(ANN.userId(), BEN)) {
            streams.barred.add(removed);
            assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
            streams.barred.clear();
            assertThat(decide(decider, BEN)).isEqualTo(Verdict.GRANTED);
        }
    }

    /** A process that died left it behind, or a change that was refused. */
    @Test
    void entry_of_a_list_without_a_membership_proves_nothing() throws Exception {
        put(CLUB, ANN.userId());
        done(lists.claim(RoomList.joined(BEN), CLUB, 100));
        assertThat(decide(decider(Allow.SHARED_ROOM, Optional.empty()), BEN)).isEqualTo(FORBIDDEN);
    }

    /** Each question would look at all of them for ever, and any user can ask (CWE-400). */
    @Test
    void entries_without_a_membership_are_looked_at_once_and_a_hundred_at_the_most() throws Exception {
        DirectDecider decider = decider(Allow.SHARED_ROOM, Optional.empty());
        put(CLUB, ANN.userId());
        put(CLUB, BEN);
        for (int i = 0; i < 250; i++) {
            RoomId gone = new RoomId("gone-" + i);
            time.incrementAndGet();
            done(lists.claim(RoomList.joined(ANN.userId()), gone, 1_000));
            done(lists.claim(RoomList.joined(BEN), gone, 1_000));
        }
        time.addAndGet(RoomListStore.KEPT_MS);

        assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
        assertThat(ownRooms()).isEqualTo(151);
        assertThat(decide(decider, BEN)).isEqualTo(FORBIDDEN);
        assertThat(decide(decider, BEN)).isEqualTo(Verdict.GRANTED);
        assertThat(ownRooms()).isEqualTo(1);
    }

    private int ownRooms() throws Exception {
        return done(lists.page(RoomList.joined(ANN.userId()), Optional.empty(), 1_000))
                .size();
    }

    @Test
    void application_decides_where_it_is_asked_and_its_silence_permits_nothing() throws Exception {
        int port = done(vertx.createHttpServer()
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            JsonObject question = new JsonObject(body);
                            asked.add(question);
                            String recipient = question.getString("recipientId");
                            if (recipient.startsWith("broken")) {
                                request.response().setStatusCode(500).end();
                            } else {
                                String action = recipient.startsWith("friend") ? "allow" : "refuse";
                                request.response().end("{\"action\":\"" + action + "\"}");
                            }
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        try (HttpAuthorizer hook = hook(port)) {
            DirectDecider decider = decider(Allow.HOOK, Optional.of(hook));
            assertThat(decide(decider, new UserId("friend"))).isEqualTo(Verdict.GRANTED);
            assertThat(decide(decider, new UserId("stranger"))).isEqualTo(FORBIDDEN);
            assertThat(decide(decider, new UserId("broken"))).isEqualTo(Verdict.refused(Reason.UNAVAILABLE));
            assertThat(decide(decider, new UserId("friend"))).isEqualTo(Verdict.GRANTED);
        }
        assertThat(asked)
                .as("an answer is remembered, by the recipient")
                .containsExactly(question("friend"), question("stranger"), question("broken"));
    }

    private static JsonObject question(String recipient) {
        return new JsonObject().put("userId", "ann").put("role", "member").put("recipientId", recipient);
    }

    private HttpAuthorizer hook(int port) {
        OutgoingConfig bounds = new OutgoingConfig(20_000, 4_096, 10, 10, Set.of(), CircuitBreaker.Config.STANDARD);
        AuthorizerConfig config = new AuthorizerConfig(
                OutgoingUrl.parse("http://127.0.0.1:" + port + "/may").orElseThrow(),
                Optional.<Secret>empty(),
                bounds,
                100,
                30_000,
                Optional.empty());
        return new HttpAuthorizer(
                vertx, OutgoingService.DIRECT_HOOK, config, OutgoingMetrics.uncounted(), System::currentTimeMillis);
    }

    private DirectDecider decider(Allow allow, Optional<HttpAuthorizer> hook) {
        return new DirectDecider(
                new DirectPolicy(
                        Live.fixed(new DirectConfig(allow, Optional.empty())),
                        Live.fixed(RoomsFixture.open(LOBBY)),
                        Live.fixed(Permissions.DEFAULT)),
                rooms,
                lists,
                directory,
                streams,
                Live.fixed(hook));
    }

    private void put(RoomId room, UserId user) throws Exception {
        done(directory.putMember(room, user, Membership.taken(RoomRole.MEMBER, 0), false, RoomTerms.NONE));
    }

    private static Verdict decide(DirectDecider decider, UserId to) throws Exception {
        return done(decider.decide(ANN, RoomAction.CHAT_MESSAGE, Optional.empty(), to));
    }
}
