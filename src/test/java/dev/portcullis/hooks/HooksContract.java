package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What an application is told by a node, over real sockets. */
abstract class HooksContract extends HooksOverStores {
    @Test
    void stored_event_of_the_application_is_told_with_its_data_and_another_one_is_not() {
        start("events={\"poll.vote\": {\"schema\": {}}, \"cursor\": {\"schema\": {}, \"store\": false}}");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            JsonObject event = new JsonObject().put("type", "event").put("roomId", "lobby");
            ann.ask(event.copy().put("event", "cursor").put("data", 1).put("id", "c"));
            JsonObject ack = ann.ask(event.copy()
                    .put("event", "poll.vote")
                    .put("data", new JsonObject().put("option", 2))
                    .put("id", "v"));
            JsonObject told = receiver.await(ROOM, 2).get(1);
            assertThat(told.getString("type")).isEqualTo("event.published");
            assertThat(told.getString("id")).isEqualTo(ack.getString("messageId"));
            assertThat(told.getJsonObject("data").getString("event")).isEqualTo("poll.vote");
            assertThat(told.getJsonObject("data").getJsonObject("data").getInteger("option"))
                    .isEqualTo(2);
        }
    }

    @Test
    void room_is_left_once_by_a_frame_and_not_again_by_the_end_of_the_session() {
        start("hooks.events=[\"room.joined\", \"room.left\"]");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            ann.join("lobby");
            ann.send(new JsonObject().put("type", "leave").put("roomId", "lobby"));
            ann.next("left");
            ann.join("lobby");
            receiver.await(ROOM, 3);
        }
        assertThat(receiver.await(ROOM, 4))
                .extracting(event -> event.getString("type"))
                .containsExactly("room.joined", "room.left", "room.joined", "room.left");
        assertThat(receiver.await(ROOM, 4)).hasSize(4);
    }

    /** Each holds up its lane, and many of them open the circuit breaker for all lanes (CWE-400). */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void events_over_which_the_application_breaks_are_given_up_and_all_others_told_in_order(int attackers) {
        receiver.answers(batch -> contents(batch).stream().anyMatch(text -> text.startsWith("bomb")) ? 500 : 204);
        start();
        try (ChatPeer ann = node().enter("ann", "lobby");
                ChatPeer ben = node().enter("ben", "elsewhere")) {
            ann.join("lobby");
            ben.join("elsewhere");
            for (int i = 0; i < attackers; i++) {
                String own = "room-" + i;
                try (ChatPeer attacker = node().enter("attacker-" + i, "lobby", own)) {
                    attacker.join("lobby");
                    attacker.join(own);
                    assertThat(attacker.say(own, "bomb", "1").getString("type")).isEqualTo("ack");
                    if (i < 5) {
                        assertThat(attacker.say("lobby", "bomb", "2").getString("type"))
                                .isEqualTo("ack");
                    }
                }
            }
            say(ann, 20);
            AtomicInteger others = new AtomicInteger();
            int bombs = attackers + Math.min(5, attackers);
            until(() -> {
                String text = "other " + others.getAndIncrement();
                ben.say("elsewhere", text, text.replace(' ', '-')); // an event is given up only while others are taken
                return hooks().getInteger("dead") == bombs
                        && contents(receiver.firstTaken(ROOM)).size() >= 20;
            });
            assertThat(contents(receiver.firstTaken(ROOM))).containsExactlyElementsOf(texts(20));
            assertThat(hooks().getJsonArray("deadLetters").getJsonObject(0).getString("reason"))
                    .isEqualTo("status_500");
            List<String> all =
                    IntStream.range(0, others.get()).mapToObj(i -> "other " + i).toList();
            until(() -> contents(receiver.firstTaken("room:elsewhere")).size() >= all.size());
            assertThat(contents(receiver.firstTaken("room:elsewhere"))).containsExactlyElementsOf(all);
        }
    }

    /** Each event alone would take the application's time five times. */
    @Test
    void author_whose_events_get_no_answer_in_many_rooms_holds_up_what_is_told_of_others_for_a_moment_only() {
        int bombs = 60;
        AtomicInteger attempts = new AtomicInteger();
        receiver.answers(batch -> {
            boolean breaks = contents(batch).contains("bomb");
            attempts.addAndGet(breaks ? 1 : 0);
            return breaks ? 0 : 204;
        });
        String[] rooms = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "room-" + i)
                .filter(room -> StreamName.room(new RoomId(room)).lane()
                        != StreamName.room(new RoomId("lobby")).lane())
                .limit(bombs)
                .toArray(String[]::new);
        start("hooks.events=[\"message.published\"]", "hooks.http.deadlineMs=300", "hooks.retryMs=50");
        try (ChatPeer ann = node().enter("ann", "lobby");
                ChatPeer attacker = node().enter("attacker", rooms)) {
            ann.join("lobby");
            ann.say("lobby", "other 0", "other-0");
            until(() -> contents(receiver.firstTaken(ROOM)).size() == 1);
            for (String room : rooms) {
                attacker.join(room);
                assertThat(attacker.say(room, "bomb", room).getString("type")).isEqualTo("ack");
            }
            AtomicInteger others = new AtomicInteger(1);
            until(() -> {
                String text = "other " + others.getAndIncrement();
                ann.say("lobby", text, text.replace(' ', '-'));
                return hooks().getInteger("dead") == bombs;
            });
            assertThat(attempts.get()).as("of 300 if each had its five").isLessThan(250);
            List<String> all =
                    IntStream.range(0, others.get()).mapToObj(i -> "other " + i).toList();
            until(() -> contents(receiver.firstTaken(ROOM)).size() >= all.size());
            assertThat(contents(receiver.firstTaken(ROOM))).containsExactlyElementsOf(all);
        }
    }

    /** Else an outbox that refuses refuses all rooms of the lane for hours (CWE-400). */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void accounts_whose_events_get_no_answer_hold_up_no_other_room_of_their_lane(int attackers) {
        int bombs = 150;
        receiver.answers(batch -> contents(batch).contains("bomb") ? 0 : 204);
        String[] rooms = besidesLobby(attackers);
        start(
                "hooks.events=[\"message.published\"]",
                "hooks.http.deadlineMs=200",
                "hooks.retryMs=50",
                "hooks.whenFull=refuse",
                "hooks.waiting=100");
        try (ChatPeer ann = node().enter("ann", "lobby");
                ChatPeer ben = node().enter("ben", "elsewhere")) {
            ann.join("lobby");
            ben.join("elsewhere");
            List<ChatPeer> peers = new ArrayList<>();
            for (int i = 0; i < attackers; i++) {
                peers.add(node().enter("attacker-" + i, rooms[i]));
                peers.get(i).join(rooms[i]);
            }
            AtomicInteger others = new AtomicInteger();
            Runnable another = () -> ben.say("elsewhere", "other", "other-" + others.getAndIncrement());
            for (int bomb = 0; bomb < bombs; bomb++) {
                int each = bomb % attackers;
                sayBesides(another, peers.get(each), rooms[each], "bomb", "bomb-" + bomb);
            }
            for (String text : texts(20)) {
                sayBesides(another, ann, "lobby", text, text.replace(' ', '-'));
            }
            until(() -> {
                another.run();
                return contents(receiver.firstTaken(ROOM)).size() == 20;
            });
            assertThat(contents(receiver.firstTaken(ROOM))).containsExactlyElementsOf(texts(20));
            assertThat(ann.chat("lobby", "text 20", "text-20").getString("type"))
                    .as("it is not full, however long the others take")
                    .isEqualTo("ack");
            assertThat(hooks().getInteger("waiting"))
                    .as("of what got no answer some still waits")
                    .isPositive();
            peers.forEach(ChatPeer::close);
        }
    }

    /** Else one who joins and leaves rooms has their messages wait for what others have aside in the same lane. */
    @Test
    void rooms_that_a_suspect_joins_are_told_on_while_the_events_of_others_wait_aside() {
        receiver.answers(batch -> contents(batch).contains("bomb") ? 0 : 204);
        String[] own = besidesLobby(1);
        start("hooks.http.deadlineMs=300", "hooks.retryMs=50");
        try (ChatPeer ann = node().enter("ann", "lobby");
                ChatPeer ben = node().enter("ben", "elsewhere");
                ChatPeer writer = node().enter("writer", own);
                ChatPeer suspect = node().enter("suspect", "one", "two", "lobby")) {
            ann.join("lobby");
            ben.join("elsewhere");
            writer.join(own[0]);
            suspect.join("one");
            suspect.join("two");
            AtomicInteger others = new AtomicInteger();
            Runnable another = () -> ben.say("elsewhere", "other", "other-" + others.getAndIncrement());
            for (int bomb = 0; bomb < 60; bomb++) {
                sayBesides(another, writer, own[0], "bomb", "bomb-" + bomb);
            }
            sayBesides(another, suspect, "one", "bomb", "1");
            sayBesides(another, suspect, "two", "bomb", "2");
            until(() -> {
                another.run();
                return hooks().getInteger("dead") >= 3;
            });
            for (int i = 0; i < 20; i++) {
                suspect.join("lobby");
                sayBesides(another, ann, "lobby", "text " + i, "text-" + i);
                suspect.send(new JsonObject().put("type", "leave").put("roomId", "lobby"));
                suspect.next("left");
            }
            until(() -> contents(receiver.firstTaken(ROOM)).size() == 20);
            assertThat(contents(receiver.firstTaken(ROOM))).containsExactlyElementsOf(texts(20));
        }
    }

    /** An event is set aside only while others are taken, and until then the outbox may be full. */
    private static void sayBesides(Runnable another, ChatPeer peer, String room, String text, String id) {
        until(() -> {
            another.run();
            return peer.chat(room, text, id).getString("type").equals("ack");
        });
    }

    private static String[] besidesLobby(int count) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "room-" + i)
                .filter(room -> StreamName.room(new RoomId(room)).lane()
                        == StreamName.room(new RoomId("lobby")).lane())
                .limit(count)
                .toArray(String[]::new);
    }

    /** Attackers may have all lanes begin with such an event: then nothing else shows that the application is not away. */
    @Test
    void event_that_no_other_lane_shows_to_be_at_fault_is_given_up_for_those_of_other_keys() {
        String other = besidesLobby(1)[0];
        receiver.answers(batch -> contents(batch).contains("text 0") ? 0 : 204);
        start("hooks.events=[\"message.published\"]", "hooks.http.deadlineMs=300", "hooks.attempts=2");
        try (ChatPeer ann = node().enter("ann", "lobby", other)) {
            ann.join("lobby");
            ann.join(other);
            say(ann, 3);
            for (int i = 0; i < 10; i++) {
                ann.say(other, "other " + i, "other-" + i);
            }
            assertThat(contents(receiver.await("room:" + other, 10)))
                    .as("they do not wait for it")
                    .containsExactlyElementsOf(
                            IntStream.range(0, 10).mapToObj(i -> "other " + i).toList());
            AtomicInteger more = new AtomicInteger(10);
            until(() -> {
                ann.say(other, "more", "other-" + more.getAndIncrement()); // it is given up only while others are taken
                return hooks().getInteger("dead") == 1;
            });
            assertThat(hooks().getJsonArray("deadLetters").getJsonObject(0).getString("reason"))
                    .isEqualTo("no_answer");
            assertThat(contents(receiver.await(ROOM, 2))).containsExactly("text 1", "text 2");
        }
    }

    /** @param status of each answer, or 0 for none: the application is away, and takes nothing */
    @ParameterizedTest
    @ValueSource(ints = {0, 500, 503})
    void nothing_is_given_up_while_the_application_takes_nothing(int status) {
        AtomicInteger calls = new AtomicInteger();
        receiver.answers(batch -> {
            calls.incrementAndGet();
            return status;
        });
        start("hooks.http.deadlineMs=100", "hooks.attempts=1", "breaker.longestMs=100", "breaker.openMs=100");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 10);
            until(() -> calls.get() > 50);
            assertThat(hooks().getInteger("dead")).isZero();
            receiver.answers(batch -> 204);
            assertThat(contents(receiver.await(ROOM, 11))).containsExactlyElementsOf(texts(10));
        }
    }

    @Test
    void unlisted_events_are_not_told() {
        start("hooks.events=[\"session.closed\"]");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 3);
        }
        assertThat(receiver.await(ANN, 1))
                .extracting(event -> event.getString("type"))
                .containsExactly("session.closed");
        assertThat(receiver.taken(ROOM)).isEmpty();
    }

    @Test
    void message_of_the_applications_server_is_told_like_any_other() throws Exception {
        start("hooks.events=[\"message.published\"]");
        HttpResponse<String> response = CLIENT.send(
                request("/admin/rooms/lobby/messages", KEY)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"content\":\"on its way\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(201);
        JsonObject told = receiver.await(ROOM, 1).get(0);
        assertThat(told.getString("id")).isEqualTo(new JsonObject(response.body()).getString("messageId"));
        assertThat(told.getJsonObject("data").getString("userId")).isEqualTo("system");
    }

    @Test
    void only_operators_see_what_waits_and_there_is_nothing_where_no_hook_is_configured() throws Exception {
        start("hooks.http.url=null");
        for (String[] each : new String[][] {{"GET", "/admin/hooks"}, {"POST", "/admin/hooks/revivals"}}) {
            assertThat(call(each[0], each[1], "no-key").statusCode()).isEqualTo(401);
            assertThat(call(each[0], each[1], node().token("ann")).statusCode()).isEqualTo(403);
            assertThat(call(each[0], each[1], KEY).statusCode()).isEqualTo(404);
        }
    }

    /** Neither what is told nor what signs it may be read where logs are kept (CWE-532). */
    @Test
    void failing_deliveries_show_neither_texts_nor_the_secret_in_any_log() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        log.start();
        root.setLevel(Level.DEBUG);
        root.addAppender(log);
        AtomicInteger calls = new AtomicInteger();
        receiver.answers(batch -> List.of(500, 0, 302, 422).get(calls.getAndIncrement() % 4));
        try {
            start("hooks.http.deadlineMs=200", "hooks.attempts=2");
            try (ChatPeer ann = node().enter("ann", "lobby")) {
                ann.join("lobby");
                ann.say("lobby", "a text of ann", "1");
                until(() -> hooks().getInteger("dead") > 0);
            }
            until(() -> lines(log).anyMatch(line -> line.contains("hooks.delivery.failed")));
            until(() -> lines(log).anyMatch(line -> line.contains("hooks.event.discarded")));
            assertThat(lines(log)).noneMatch(line -> line.contains("a text of ann") || line.contains(Receiver.SECRET));
        } finally {
            root.detachAppender(log);
            root.setLevel(level);
        }
    }

    /** An appender adds its lines while it holds its lock. */
    private static Stream<String> lines(ListAppender<ILoggingEvent> log) {
        synchronized (log) {
            return List.copyOf(log.list).stream().map(HooksContract::line);
        }
    }

    private static String line(ILoggingEvent event) {
        return event.getFormattedMessage()
                + event.getKeyValuePairs()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
}
