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

/** Acknowledged messages survive repeated kills of the process under load (CWE-404). */
class KillIT {
    private static final List<String> ROOMS = List.of("lobby", "room-1", "room-2");
    private static final List<String> USERS = List.of("ann", "ben", "cleo", "dan");
    private static final String KEEP_ALL = "streams.room.entries=100000";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Set<ObservedMessage> promised = new HashSet<>();

    @Test
    void five_kills_lose_and_duplicate_no_acknowledged_message() throws Exception {
        surviveKills(5, KEEP_ALL);
    }

    @Test
    void kill_loses_no_acknowledged_message_without_fsync() throws Exception {
        surviveKills(2, KEEP_ALL, "store.fsync=false");
    }

    private void surviveKills(int kills, String... sets) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        ForkedNode node = ForkedNode.generous(config, sets);
        try {
            for (int round = 0; round < kills; round++) {
                List<PublishingClient> clients = burst(node, round);
                node.close();
                node = ForkedNode.generous(config, sets);
                judge(node, clients);
            }
        } finally {
            node.close();
        }
    }

    private List<PublishingClient> burst(ForkedNode node, int round) throws Exception {
        CountDownLatch acks = new CountDownLatch(50 + random.nextInt(1_000));
        List<PublishingClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String user : USERS) {
            String name = user + "-" + round;
            clients.add(new PublishingClient(
                    user, node.enter(user), name, ROOMS, new Random(random.nextLong()), acks::countDown));
        }
        for (PublishingClient client : clients) {
            Thread thread = new Thread(client, client.user());
            thread.start();
            threads.add(thread);
        }
        assertThat(acks.await(180, TimeUnit.SECONDS)).as("enough acks").isTrue();
        node.kill();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).isFalse();
        }
        clients.forEach(client -> {
            assertThat(client.others()).isEmpty();
            client.observed().forEach(each -> promised.add(each.inAnyEpoch()));
        });
        return clients;
    }

    private void judge(ForkedNode node, List<PublishingClient> clients) {
        try (ChatPeer reader = node.enter("reader")) {
            for (RoomLog room : rooms(reader)) {
                assertThat(room.messages()).containsAll(promisedIn(room));
                resume(reader, room, clients);
            }
        }
        for (PublishingClient client : clients) {
            try (ChatPeer peer = node.enter(client.user())) {
                ROOMS.forEach(peer::join);
                client.acked().entrySet().stream().limit(20).forEach(each -> repeat(peer, each));
                client.unanswered()
                        .forEach(frame ->
                                promised.add(ObservedMessage.ofAck(sendAgain(peer, frame), frame.getString("content"))
                                        .inAnyEpoch()));
            }
        }
        try (ChatPeer reader = node.enter("reader")) {
            for (RoomLog room : rooms(reader)) {
                assertThat(room.messages()).containsAll(promisedIn(room));
            }
        }
    }

    /** Resumes from a position that a killed run had assigned. */
    private void resume(ChatPeer reader, RoomLog room, List<PublishingClient> clients) {
        List<ObservedMessage> known = clients.stream()
                .flatMap(client -> client.observed().stream())
                .filter(each -> each.roomId().equals(room.roomId()))
                .toList();
        ObservedMessage last = known.get(random.nextInt(known.size()));
        JsonObject joined = reader.ask(new JsonObject()
                .put("type", "join")
                .put("roomId", room.roomId())
                .put("since", new JsonObject().put("epoch", last.epoch()).put("seq", last.seq()))
                .put("id", "resume"));
        List<ObservedMessage> missed = new ArrayList<>();
        addMissed(joined, last, missed);
        while (joined.getBoolean("more")) {
            joined = reader.next("joined");
            addMissed(joined, last, missed);
        }
        assertThat(missed).isEqualTo(room.after(last.seq()));
    }

    private static void addMissed(JsonObject joined, ObservedMessage last, List<ObservedMessage> missed) {
        assertThat(joined.getBoolean("recovered")).isTrue();
        RoomLog.messages(joined).stream().map(ObservedMessage::inAnyEpoch).forEach(missed::add);
        assertThat(joined.getLong("seq")).isEqualTo(last.seq() + missed.size());
    }

    private static void repeat(ChatPeer peer, Map.Entry<ObservedMessage, JsonObject> acked) {
        JsonObject again = sendAgain(peer, acked.getValue());
        assertThat(ObservedMessage.ofAck(again, acked.getValue().getString("content")))
                .isEqualTo(acked.getKey());
    }

    private static JsonObject sendAgain(ChatPeer peer, JsonObject frame) {
        JsonObject answer = peer.ask(frame);
        assertThat(answer.getString("type")).isEqualTo("ack");
        return answer;
    }

    private static List<RoomLog> rooms(ChatPeer reader) {
        return ROOMS.stream().map(room -> RoomLog.read(reader, room)).toList();
    }

    private List<ObservedMessage> promisedIn(RoomLog room) {
        return promised.stream()
                .filter(each -> each.roomId().equals(room.roomId()))
                .toList();
    }
}
