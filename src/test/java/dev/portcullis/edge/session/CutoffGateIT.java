package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.IncarnationControl;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole edge with a store that stalls, loses data or lets its leases expire. */
class CutoffGateIT {
    private static final String LOBBY = "lobby";

    /** The longest wait that is allowed, so that a slow test machine still lets waiting frames pass. */
    private static final String[] PATIENT_FRAMES = {"bus.deadlineMs=200", "cutoffs.maxWaitMs=4500"};

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    /**
     * After an outage the node reads again before it has renewed its leases: its sessions may have been replaced
     * meanwhile.
     */
    @Test
    void only_harmless_frames_pass_while_the_leases_may_have_expired() throws Exception {
        reopen(PATIENT_FRAMES);
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            node.lanes.refuseLeases(true);
            awaitUnavailable(ann);
            assertThat(ann.chat(LOBBY, "x", "f").getString("reason")).isEqualTo("unavailable");
            assertThat(ask(ann, "ping").getString("type")).isEqualTo("pong");
            ann.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", LOBBY)
                    .put("content", "x")
                    .put("id", "f"));
            node.lanes.refuseLeases(false);
            assertThat(ann.next("ack").getString("id"))
                    .as("the frame has waited for the leases")
                    .isEqualTo("f");
        }
    }

    @Test
    void join_that_is_refused_as_a_whole_is_answered_for_each_of_its_rooms() {
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            stall();
            awaitUnavailable(ann);
            ann.send(new JsonObject()
                    .put("type", "join")
                    .put(
                            "rooms",
                            new JsonArray()
                                    .add(new JsonObject().put("roomId", "room-1"))
                                    .add(new JsonObject().put("roomId", LOBBY))));
            for (String room : List.of("room-1", LOBBY)) {
                JsonObject error = ann.next("error");
                assertThat(error.getString("reason")).isEqualTo("unavailable");
                assertThat(error.getString("roomId")).isEqualTo(room);
            }
            ann.send(new JsonObject().put("type", "join").put("roomId", LOBBY));
            assertThat(ann.next("error").getString("roomId")).isEqualTo(LOBBY);
        }
    }

    @Test
    void only_harmless_frames_pass_while_cut_offs_cannot_be_read_and_all_pass_afterwards() {
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            stall();
            awaitUnavailable(ann);
            // a frame that waits for a lane read is answered unavailable only after these are answered
            assertThat(ask(ann, "ping").getString("type")).isEqualTo("pong");
            assertThat(ask(ann, "health-check").getString("type")).isEqualTo("health-check");
            ann.send(new JsonObject().put("type", "leave").put("roomId", LOBBY));
            ann.next("left");
            ann.send(new JsonObject().put("type", "join").put("roomId", LOBBY).put("id", "j"));
            assertThat(ann.next("error").getString("reason")).isEqualTo("unavailable");

            node.lanes.release();
            ann.join(LOBBY);
            assertThat(ann.chat(LOBBY, "y", "g").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void waiting_frame_passes_as_soon_as_the_cut_offs_are_read() throws Exception {
        reopen(PATIENT_FRAMES);
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            becomeStale();
            ann.send(chat("late"));
            ann.send(new JsonObject().put("type", "ping"));
            node.lanes.release();
            assertThat(ann.next(any -> !any.containsKey("content"), "answer").getString("type"))
                    .as("the ping waits behind the chat frame")
                    .isEqualTo("ack");
            ann.next("pong");
        }
    }

    /** A node that was paused between the checks and the action must not act on a frame that it admitted before. */
    @Test
    void frame_admitted_before_a_pause_is_checked_again_before_the_action() throws Exception {
        RoomId attic = new RoomId("attic");
        node.members.put(attic, new UserId("ann"), RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
        try (JdkPeer ann = node.enter("ann")) {
            node.members.hold();
            ann.send(new JsonObject()
                    .put("type", "history")
                    .put("roomId", attic.value())
                    .put("id", "h"));
            assertThat(Await.until(() -> node.members.waiting() == 1)).isTrue();
            becomeStale();
            node.members.release();
            assertThat(ann.next(frame -> "h".equals(frame.getString("id")), "answer")
                            .getString("reason"))
                    .isEqualTo("unavailable");
            node.lanes.release();
            ann.send(new JsonObject().put("type", "history").put("roomId", attic.value()));
            ann.next("history");
        }
    }

    @Test
    void cut_off_without_a_hint_closes_the_connection() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            Session session = node.sessionsOf("ann").get(0);
            node.cutOff(session);
            assertThat(ann.ended()).isEqualTo(4005);
        }
        assertThat(node.counted("portcullis_revocation_seconds_count")).hasSize(1);
    }

    /** The session is still in the store, so that only its cut-off, which is kept, can close it. */
    @Test
    void newest_of_more_cut_offs_than_are_kept_closes_its_connection() throws Exception {
        reopen("streams.cutoffs.entries=10");
        try (JdkPeer ann = node.enter("ann")) {
            Session session = node.sessionsOf("ann").get(0);
            stall();
            for (int i = 0; i < 20; i++) {
                node.cutOff(session.lane(), new SessionEnded("another-" + i, SessionEnded.Cause.EVICTED));
            }
            node.cutOff(session);
            node.lanes.release();
            assertThat(ann.ended()).isEqualTo(4005);
        }
    }

    /** As when one master of a Redis Cluster is lost. */
    @Test
    void lost_lane_affects_only_its_own_users() throws Exception {
        try (JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben")) {
            ann.join(LOBBY);
            ben.join(LOBBY);
            Session anns = node.sessionsOf("ann").get(0);
            assertThat(anns.lane()).isNotEqualTo(node.sessionsOf("ben").get(0).lane());
            node.lanes.lose(anns.lane());
            awaitUnavailable(ann);
            for (int i = 0; i < 5; i++) {
                assertThat(ben.chat(LOBBY, "x", "b" + i).getString("type")).isEqualTo("ack");
            }
            node.lanes.release();
            assertThat(Await.until(() -> "ack".equals(ann.chat(LOBBY, "x", "f").getString("type"))))
                    .isTrue();
        }
    }

    /**
     * After the gate, the node may be paused or the store be slow: a frame of a session that has ended must not appear.
     */
    @Test
    void frame_that_passed_the_gate_is_not_appended_a_second_after_its_sender_was_cut_off() throws Exception {
        try (JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben")) {
            ann.join(LOBBY);
            ben.join(LOBBY);
            Session session = node.sessionsOf("ann").get(0);
            node.streams.holdAppends(append -> append.author().equals(Optional.of(new UserId("ann"))));
            ann.send(chat("late"));
            assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
            becomeStale();
            node.cutOff(session);
            node.streams.release();
            node.lanes.release();
            assertThat(ann.ended()).isEqualTo(4005);
            assertThat(ben.chat(LOBBY, "next", "g").getLong("seq")).isEqualTo(1);
            assertThat(node.streams.asked())
                    .filteredOn(append -> append.author().isPresent())
                    .allMatch(append -> append.notAfter() <= System.currentTimeMillis() + 1_000);
        }
    }

    @Test
    void late_append_of_a_live_session_is_repeated_under_its_id_after_a_new_read() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            boolean acked = false;
            for (int tries = 0; tries < 5 && !acked; tries++) { // its two seconds may run out on a busy machine
                AppendRequest first = holdPastItsLimit(ann);
                acked = "ack"
                        .equals(ann.next(frame -> "late".equals(frame.getString("id")), "answer")
                                .getString("type"));
                List<AppendRequest> asked = appends();
                assertThat(asked.get(asked.size() - 1).notAfter()).isGreaterThan(first.notAfter());
            }
            assertThat(acked).isTrue();
            assertThat(appends())
                    .hasSizeGreaterThan(1)
                    .allMatch(
                            append -> append.idempotencyKey().orElseThrow().id().equals("late"));
        }
    }

    private List<AppendRequest> appends() {
        return node.streams.asked().stream()
                .filter(append -> append.author().isPresent())
                .toList();
    }

    private AppendRequest holdPastItsLimit(JdkPeer peer) {
        node.streams.holdAppends(append -> append.author().isPresent());
        peer.send(chat("late"));
        assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
        AppendRequest held = appends().get(appends().size() - 1);
        assertThat(Await.until(() -> System.currentTimeMillis() > held.notAfter()))
                .isTrue();
        node.streams.release();
        return held;
    }

    @Test
    void session_cut_off_between_registration_and_connection_is_closed_without_greeting() throws Exception {
        Optional<JdkPeer> connected = Optional.empty();
        for (int tries = 0;
                tries < 5 && connected.isEmpty();
                tries++) { // its two seconds may run out on a busy machine
            connected = connectAndCutOff();
        }
        try (JdkPeer ann = connected.orElseThrow()) {
            assertThat(ann.ended()).isEqualTo(4005);
            assertThat(ann.rest()).isEmpty();
        }
    }

    private Optional<JdkPeer> connectAndCutOff() throws Exception {
        assertThat(Await.until(() -> !node.registered("ann"))).isTrue();
        node.holdSessionsOf("ann");
        CompletableFuture<JdkPeer> connecting = CompletableFuture.supplyAsync(() -> node.connect("ann", Role.MEMBER));
        assertThat(Await.until(() -> node.registered("ann"))).isTrue();
        node.cutOff(node.sessionsOf("ann").get(0));
        node.lanes.release();
        try {
            return Optional.of(connecting.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException refused) {
            return Optional.empty();
        }
    }

    @Test
    void new_session_is_refused_while_cut_offs_cannot_be_read() throws Exception {
        node.holdSessionsOf("ann");
        assertThatThrownBy(() -> node.connect("ann", Role.MEMBER)).isInstanceOf(CompletionException.class);
        assertThat(Await.until(() -> !node.registered("ann")))
                .as("no session is left behind")
                .isTrue();
        node.lanes.release();
        node.enter("ann").close();
    }

    @Test
    void missed_cut_off_is_found_by_checking_sessions_in_the_store() throws Exception {
        try (JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben")) {
            ben.join(LOBBY);
            Session session = node.sessionsOf("ann").get(0);
            node.sessions.markEnded(session.id());
            assertThat(node.missedBatches).hasValue(0);
            node.loseLane(session.lane());
            assertThat(ann.ended()).isEqualTo(1012);
            assertThat(node.missedBatches).hasValue(1);
            assertThat(Await.until(() -> "ack".equals(ben.chat(LOBBY, "x", "f").getString("type"))))
                    .isTrue();
        }
    }

    /** Nothing tells the node: the round over all lanes finds it. */
    @Test
    void session_that_ended_without_a_cut_off_is_found_within_a_round() throws Exception {
        reopen("sessions.reconcileMs=10000");
        try (JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben")) {
            ben.join(LOBBY);
            node.sessions.markEnded(node.sessionsOf("ann").get(0).id());
            assertThat(ann.ended()).isEqualTo(1012);
            assertThat(node.missedBatches).hasValue(0);
            assertThat(ben.chat(LOBBY, "x", "f").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void store_that_lost_live_sessions_ends_none_of_them() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            Session session = node.sessionsOf("ann").get(0);
            node.sessions.markEnded(session.id());
            node.sessions.onEndedFound(() -> IncarnationControl.loseAllLanes(node.incarnation));
            node.loseLane(session.lane());
            assertThat(Await.until(() -> node.sessions.restored().contains(session)))
                    .isTrue();
            assertThat(Await.until(() -> "ack".equals(ann.chat(LOBBY, "x", "f").getString("type"))))
                    .isTrue();
            assertThat(node.sessions.restored()).as("all lanes in one pass").containsExactly(session);
        }
    }

    @Test
    void cut_offs_that_a_fork_may_have_lost_are_published_again() throws Exception {
        node.cutOff(17, new SessionEnded("session-1", SessionEnded.Cause.EVICTED));
        byte[] body = node.streams.asked().get(0).body();
        assertThat(Await.until(() -> isRecent("session-1"))).isTrue();
        node.loseLane(17);
        assertThat(Await.until(() -> node.streams.asked().size() > 1)).isTrue();
        assertThat(node.streams.asked()).allMatch(append -> Arrays.equals(append.body(), body));
    }

    @Test
    void sessions_of_an_ended_incarnation_are_not_served_and_closed_one_by_one() throws Exception {
        reopen("drain.leaseLostWindowMs=24000");
        List<JdkPeer> old = IntStream.range(0, 5)
                .mapToObj(i -> node.enter("user-" + i))
                .peek(peer -> peer.join(LOBBY))
                .toList();
        IncarnationControl.endIncarnation(node.incarnation);
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            assertThat(ann.chat(LOBBY, "x", "f").getString("type")).isEqualTo("ack");
            assertThat(Await.until(() -> old.stream().filter(JdkPeer::isOpen).count() == 3))
                    .as("the first of each event loop is closed")
                    .isTrue();
            List<JdkPeer> left = old.stream().filter(JdkPeer::isOpen).toList();
            left.forEach(peer -> {
                assertThat(ask(peer, "ping").getString("reason")).isEqualTo("unavailable");
                assertThat(peer.chat(LOBBY, "x", "f").getString("reason")).isEqualTo("unavailable");
            });
            old.forEach(peer -> assertThat(peer.ended()).isEqualTo(1012));
            assertThat(ann.chat(LOBBY, "y", "g").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void frame_waits_for_the_configured_time() throws Exception {
        reopen(PATIENT_FRAMES);
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(LOBBY);
            becomeStale();
            long sent = System.nanoTime();
            assertThat(ann.chat(LOBBY, "x", "f").getString("reason")).isEqualTo("unavailable");
            assertThat(System.nanoTime() - sent)
                    .as("longer than the default, even if the timer wheel catches up after a delay")
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2_400));
        }
    }

    @Test
    void sessions_of_an_ended_incarnation_are_closed_within_the_configured_window() throws Exception {
        reopen("drain.leaseLostWindowMs=0");
        List<JdkPeer> old =
                IntStream.range(0, 8).mapToObj(i -> node.enter("user-" + i)).toList();
        long ended = System.nanoTime();
        IncarnationControl.endIncarnation(node.incarnation);
        old.forEach(peer -> assertThat(peer.ended()).isEqualTo(1012));
        assertThat(System.nanoTime() - ended)
                .as("by default the last of four on one event loop is closed after 7.5 s")
                .isLessThan(TimeUnit.SECONDS.toNanos(7));
    }

    private boolean isRecent(String sessionId) {
        return !node.follower
                .recent()
                .find(List.of(ConnectionKey.session(sessionId)), System.currentTimeMillis())
                .isEmpty();
    }

    private void reopen(String... sets) throws Exception {
        node.close();
        node = new GatedNode(sets);
    }

    private static void awaitUnavailable(JdkPeer peer) {
        assertThat(Await.until(
                        () -> "unavailable".equals(peer.chat(LOBBY, "x", "f").getString("reason"))))
                .as("frames pass for a second at most")
                .isTrue();
    }

    private void stall() {
        node.lanes.hold();
    }

    private void becomeStale() {
        stall();
        long stale = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_100);
        assertThat(Await.until(() -> System.nanoTime() - stale > 0)).isTrue();
    }

    private static JsonObject chat(String id) {
        return new JsonObject()
                .put("type", "chat")
                .put("roomId", LOBBY)
                .put("content", "x")
                .put("id", id);
    }

    private static JsonObject ask(JdkPeer peer, String type) {
        peer.send(new JsonObject().put("type", type).put("id", type));
        return peer.next(frame -> type.equals(frame.getString("id")), type);
    }
}
