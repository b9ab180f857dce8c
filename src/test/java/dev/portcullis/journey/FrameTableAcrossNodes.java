package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.journey.FrameTable.Standing;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FrameAsker;
import dev.portcullis.kit.FrameSample;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What other stages answer to each frame of {@link FrameTable}, and store of it. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FrameTableAcrossNodes {
    private static final String SCHEMAS = "/dev/portcullis/protocol/codec/schemas/";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    static final String EVENTS = "events={\"poll.vote\": {\"schema\": {}}}";
    private static final List<String> SETTINGS = List.of(
            "direct.allow=shared_room",
            "rooms.adding=direct",
            "sessions.max=1000",
            "admin.apiKey=" + Gauges.KEY,
            EVENTS,
            "ratelimit.actions=" + actions(100_000));

    private final List<ChatPeer> peers = new ArrayList<>();
    TestServer site;
    private int worlds;

    /** Starts the server. It gives tickets for uploads. */
    abstract TestServer site(String... settings);

    /** What a search is answered: a server without an archive has nothing to search. */
    String answerToSearch() {
        return "search";
    }

    abstract String token(TestServer of, String user, Role role);

    /** The operators' listener of the node that has the connections. */
    abstract URI admin(TestServer of, String path);

    @BeforeAll
    void open() {
        site = site(SETTINGS.toArray(String[]::new));
    }

    @AfterAll
    void close() {
        if (site != null) {
            site.close();
        }
    }

    @AfterEach
    void part() {
        peers.forEach(ChatPeer::close);
        peers.clear();
    }

    @ParameterizedTest
    @EnumSource(Standing.class)
    void frame_is_answered_by_the_standing_of_its_sender(Standing standing) {
        World world = new World();
        ChatPeer peer = world.enter(standing);
        FrameAsker asker = new FrameAsker(peer);
        Map<String, String> answers = new TreeMap<>();
        for (FrameType type : FrameType.values()) {
            answers.put(
                    type.id(),
                    asker.outcome(type, world.sample(standing, world.message).of(type)));
            if (type == FrameType.LEAVE && standing.joins()) {
                peer.join(world.room);
            }
        }
        Map<String, String> expected = new TreeMap<>(FrameTable.answers(standing));
        expected.put("search", answerToSearch());
        assertThat(answers).isEqualTo(expected);
    }

    @Test
    void each_frame_and_each_refusal_is_counted_once() {
        World world = new World();
        FrameAsker asker = new FrameAsker(world.enter(Standing.MEMBER));
        String before = scrape();
        for (FrameType type : FrameType.values()) {
            asker.ask(type, world.sample(Standing.MEMBER, world.message).of(type));
        }
        assertThat(asker.sent().keySet()).hasSize(FrameType.values().length);
        assertThat(asker.refused()).containsKeys("conflict", "forbidden", "not_member");
        Await.until(() -> since(before, "frames_total", "type").equals(asker.sent())
                && since(before, "refusals_total", "reason").equals(asker.refused()));
        assertThat(since(before, "frames_total", "type")).isEqualTo(asker.sent());
        assertThat(since(before, "refusals_total", "reason")).isEqualTo(asker.refused());
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void frame_leaves_for_those_who_resume_what_its_row_says(FrameType type) {
        World world = new World();
        ChatPeer admin = world.enter(Standing.ADMIN);
        String own = admin.say(world.room, "mine", "m").getString("messageId");
        JsonObject greeted;
        JsonObject joined;
        try (ChatPeer reader = peer(world.mate, Role.MEMBER)) {
            greeted = reader.next("auth_success");
            joined = reader.join(world.room);
        }
        new FrameAsker(admin).ask(type, world.sample(Standing.ADMIN, own).of(type));

        ChatPeer reader = peer(world.mate, Role.MEMBER);
        long inbox = reader.next("auth_success").getJsonObject("inbox").getLong("seq")
                - greeted.getJsonObject("inbox").getLong("seq");
        reader.send(new JsonObject()
                .put("type", "join")
                .put("roomId", world.room)
                .put(
                        "since",
                        new JsonObject().put("epoch", joined.getString("epoch")).put("seq", joined.getLong("seq"))));
        JsonObject resumed = reader.next("joined");
        assertThat(resumed.getBoolean("recovered")).isTrue();
        List<String> left = resumed.getJsonArray("messages").stream()
                .map(each -> ((JsonObject) each).getString("type"))
                .collect(Collectors.toCollection(ArrayList::new));
        for (int i = 0; i < inbox; i++) {
            assertThat(reader.next("chat_message").getString("recipientId")).isEqualTo(world.mate);
            left.add("inbox");
        }
        assertThat(left).isEqualTo(FrameTable.row(type).leaves());
    }

    ChatPeer peer(String user, Role role) {
        ChatPeer peer = JdkPeer.admitted(site.ws(), token(site, user, role));
        peers.add(peer);
        return peer;
    }

    static JsonObject schema(FrameType type) {
        try (InputStream in = FrameTableAcrossNodes.class.getResourceAsStream(SCHEMAS + type.id() + ".json")) {
            return new JsonObject(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String actions(int limit) {
        JsonObject actions = new JsonObject();
        List.of(
                        "typing_indicator",
                        "read",
                        "file_upload",
                        "join",
                        "history",
                        "search",
                        "remove_user",
                        "system_broadcast")
                .forEach(each -> actions.put(each, limit));
        return actions.encode();
    }

    /** What a counter has more than then, by label. */
    private Map<String, Integer> since(String before, String counter, String label) {
        Map<String, Integer> more = new TreeMap<>(counts(scrape(), counter, label));
        counts(before, counter, label).forEach((key, count) -> more.merge(key, -count, Integer::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    private static Map<String, Integer> counts(String scraped, String counter, String label) {
        return Pattern.compile("(?m)^portcullis_" + counter + "\\{" + label + "=\"([^\"]+)\"\\} (\\S+)$")
                .matcher(scraped)
                .results()
                .collect(Collectors.toMap(
                        (MatchResult each) -> each.group(1),
                        each -> (int) Double.parseDouble(each.group(2)),
                        Integer::sum));
    }

    private String scrape() {
        HttpRequest request = HttpRequest.newBuilder(admin(site, "/metrics"))
                .header("Authorization", "Bearer " + Gauges.KEY)
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString()).body();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** A private room with its owner, an author of a message, a mate and a victim. */
    final class World {
        final PrivateRooms rooms = new PrivateRooms(site);
        final int number = ++worlds;
        final String mate = "mate-" + number;
        final String room = rooms.create(ownerToken());
        final String message;

        World() {
            List.of("author", "mate", "victim").forEach(each -> add(each, "member"));
            try (ChatPeer author = peer("author-" + number, Role.MEMBER)) {
                author.join(room);
                message = author.say(room, "of another", "m").getString("messageId");
            }
        }

        FrameSample sample(Standing standing, String messageId) {
            String token = token(site, user(standing), role(standing));
            return new FrameSample(room, mate, "victim-" + number, messageId, token);
        }

        ChatPeer enter(Standing standing) {
            if (standing == Standing.MODERATOR) {
                add(standing.id(), "moderator");
            } else if (standing != Standing.STRANGER && standing != Standing.OWNER && standing != Standing.ADMIN) {
                add(standing.id(), "member");
            }
            ChatPeer peer = peer(user(standing), role(standing));
            peer.next("auth_success");
            if (standing.joins() || standing == Standing.REMOVED) {
                peer.join(room);
            }
            if (standing == Standing.MUTED) {
                rooms.mute(ownerToken(), room, user(standing));
            }
            if (standing == Standing.REMOVED) {
                remove(peer);
            }
            return peer;
        }

        void remove(ChatPeer removed) {
            JsonObject frame = new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", room)
                    .put("userId", user(Standing.REMOVED))
                    .put("id", "r");
            try (ChatPeer owner = peer(user(Standing.OWNER), Role.MEMBER)) {
                assertThat(owner.ask(frame).getString("type")).isEqualTo("ack");
            }
            removed.next("member_removed");
        }

        void add(String name, String role) {
            String user = name + "-" + number;
            rooms.put(ownerToken(), room, user, role);
            rooms.accept(token(site, user, Role.MEMBER), room);
        }

        String user(Standing standing) {
            return standing.id() + "-" + number;
        }

        String ownerToken() {
            return token(site, user(Standing.OWNER), Role.MEMBER);
        }

        static Role role(Standing standing) {
            return switch (standing) {
                case ADMIN -> Role.ADMIN;
                case UNVERIFIED -> Role.UNVERIFIED;
                default -> Role.MEMBER;
            };
        }
    }
}
