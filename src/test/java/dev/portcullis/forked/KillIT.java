package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ack is a promise, whatever becomes of the process (CWE-404): it is killed in the middle, over and over. */
class KillIT {
    private static final List<String> ROOMS = List.of("lobby", "room-1", "room-2");
    private static final List<String> USERS = List.of("ann", "ben", "cleo", "dan");
    private static final String KEEP_ALL = "streams.room.entries=100000";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Set<Told> promised = new HashSet<>();

    @Test
    void five_kills_lose_no_acknowledged_message_and_leave_no_hole_and_no_double() throws Exception {
        surviveKills(5, KEEP_ALL);
    }

    @Test
    void a_kill_loses_nothing_either_where_acks_do_not_wait_for_the_disk() throws Exception {
        surviveKills(2, KEEP_ALL, "store.fsync=false");
    }

    private void surviveKills(int kills, String... sets) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        ForkedNode node = ForkedNode.generous(config, sets);
        try {
            for (int round = 0; round < kills; round++) {
                List<Chatter> chatters = burst(node, round);
                node.close();
                node = ForkedNode.generous(config, sets);
                judge(node, chatters);
            }
        } finally {
            node.close();
        }
    }

    private List<Chatter> burst(ForkedNode node, int round) throws Exception {
        CountDownLatch acks = new CountDownLatch(50 + random.nextInt(1_000));
        List<Chatter> chatters = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String user : USERS) {
            String name = user + "-" + round;
            chatters.add(
                    new Chatter(user, node.enter(user), name, ROOMS, new Random(random.nextLong()), acks::countDown));
        }
        for (Chatter chatter : chatters) {
            Thread thread = new Thread(chatter, chatter.user());
            thread.start();
            threads.add(thread);
        }
        assertThat(acks.await(180, TimeUnit.SECONDS)).as("enough acks").isTrue();
        node.kill();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).isFalse();
        }
        chatters.forEach(chatter -> {
            assertThat(chatter.others()).isEmpty();
            chatter.told().forEach(each -> promised.add(each.inAnyEpoch()));
        });
        return chatters;
    }

    private void judge(ForkedNode node, List<Chatter> chatters) {
        try (ChatPeer reader = node.enter("reader")) {
            for (RoomLog room : rooms(reader)) {
                assertThat(room.messages()).containsAll(promisedIn(room));
                resume(reader, room, chatters);
            }
        }
        for (Chatter chatter : chatters) {
            try (ChatPeer peer = node.enter(chatter.user())) {
                ROOMS.forEach(peer::join);
                chatter.acked().entrySet().stream().limit(20).forEach(each -> repeat(peer, each));
                chatter.unanswered()
                        .forEach(frame -> promised.add(Told.acked(sendAgain(peer, frame), frame.getString("content"))
                                .inAnyEpoch()));
            }
        }
        try (ChatPeer reader = node.enter("reader")) {
            for (RoomLog room : rooms(reader)) {
                assertThat(room.messages()).containsAll(promisedIn(room));
            }
        }
    }

    /** From a place in the run that was killed, by its epoch. */
    private void resume(ChatPeer reader, RoomLog room, List<Chatter> chatters) {
        List<Told> known = chatters.stream()
                .flatMap(chatter -> chatter.told().stream())
                .filter(each -> each.roomId().equals(room.roomId()))
                .toList();
        Told last = known.get(random.nextInt(known.size()));
        reader.send(new JsonObject()
                .put("type", "join")
                .put("roomId", room.roomId())
                .put("since", new JsonObject().put("epoch", last.epoch()).put("seq", last.seq())));
        List<Told> missed = new ArrayList<>();
        boolean more = true;
        while (more) {
            JsonObject joined = reader.next("joined");
            assertThat(joined.getBoolean("recovered")).isTrue();
            RoomLog.messages(joined).stream().map(Told::inAnyEpoch).forEach(missed::add);
            assertThat(joined.getLong("seq")).isEqualTo(last.seq() + missed.size());
            more = joined.getBoolean("more");
        }
        assertThat(missed).isEqualTo(room.after(last.seq()));
    }

    private static void repeat(ChatPeer peer, Map.Entry<Told, JsonObject> acked) {
        JsonObject again = sendAgain(peer, acked.getValue());
        assertThat(Told.acked(again, acked.getValue().getString("content"))).isEqualTo(acked.getKey());
    }

    private static JsonObject sendAgain(ChatPeer peer, JsonObject frame) {
        JsonObject answer = peer.ask(frame);
        assertThat(answer.getString("type")).isEqualTo("ack");
        return answer;
    }

    private static List<RoomLog> rooms(ChatPeer reader) {
        return ROOMS.stream().map(room -> RoomLog.read(reader, room)).toList();
    }

    private List<Told> promisedIn(RoomLog room) {
        return promised.stream()
                .filter(each -> each.roomId().equals(room.roomId()))
                .toList();
    }
}
