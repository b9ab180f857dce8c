package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Users are removed from rooms, and connect elsewhere, while nodes of their cluster are killed or paused. */
@Tag("faults")
class MembersIT {
    private static final int ACKS = 500;
    private static final int MAX_SESSIONS = 5;

    /**
     * A question timeout, the early check of a lease, and slack for a busy machine: less than the lifetime of a lease.
     */
    private static final Duration EARLY = Duration.ofSeconds(9);

    /** Messages after a removal. */
    private static final int LATER = 5;

    /** After this the cut-offs of a paused edge are no longer fresh. Its lease may end 8 s after the pause begins. */
    private static final Duration STALE = Duration.ofSeconds(3);

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.start(folder, "sessions.max=" + MAX_SESSIONS, "sessions.suspectAfterMs=500");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void heal(TestInfo info) throws Exception {
        test = info;
        cluster.heal();
    }

    @Test
    void promises_hold_when_users_are_removed_under_load() throws Exception {
        check(Workload::removeMembers);
    }

    @Test
    void promises_hold_when_users_are_removed_while_a_node_with_all_stages_is_killed() throws Exception {
        check(workload -> {
            workload.removeMembers();
            cluster.whole().kill();
            assertThat(workload.awaitAcks(ACKS, Trial.PATIENCE))
                    .as("the others serve")
                    .isTrue();
            cluster.whole().restart();
        });
    }

    /** The removal waits for no edge, and a resumed edge sends the removed user nothing that came after it. */
    @Test
    void removed_user_on_a_paused_edge_gets_nothing_after_the_removal() {
        String room = "room-of-three";
        try (ChatPeer ann = enter(cluster.whole(), "ann", Role.MODERATOR);
                ChatPeer ben = enter(edge(), "ben", Role.MEMBER);
                ChatPeer cleo = enter(cluster.whole(), "cleo", Role.MEMBER)) {
            List.of(ann, ben, cleo).forEach(each -> each.join(room));
            edge().pause();
            ben.send(chat(room, "sent to a paused edge", "s"));
            long pausedAt = System.nanoTime();
            JsonObject removal = ann.ask(new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", room)
                    .put("userId", "ben")
                    .put("id", "r")); // answered while that edge is paused
            assertThat(removal.getString("type")).isEqualTo("ack");
            IntStream.range(0, LATER)
                    .forEach(
                            i -> assertThat(ann.say(room, "after " + i, "a" + i).getString("type"))
                                    .isEqualTo("ack"));
            Await.until(() -> System.nanoTime() - pausedAt > STALE.toNanos());
            edge().resume();

            assertThat(ben.next("member_removed").getLong("seq")).isEqualTo(removal.getLong("seq"));
            assertThat(ben.next(each -> "s".equals(each.getString("id")), "answer")
                            .getString("reason"))
                    .isIn("not_member", "unavailable");
            assertThat(ben.say(room, "still here?", "h").getString("reason")).isEqualTo("not_member");
            assertThat(ben.rest()).as("what came after the removal").isEmpty();
            IntStream.range(0, LATER)
                    .forEach(i ->
                            assertThat(cleo.next("chat").getString("content")).isEqualTo("after " + i));
        }
    }

    @Test
    void user_at_the_session_limit_connects_elsewhere_soon_after_their_node_was_killed() {
        List<JdkPeer> lost = fill("dora");
        cluster.whole().kill();
        enterSoon("dora").close();
        lost.forEach(JdkPeer::close);
    }

    @Test
    void user_at_the_session_limit_connects_elsewhere_soon_after_their_node_was_paused() {
        List<JdkPeer> lost = fill("emil");
        cluster.whole().pause();
        try (JdkPeer elsewhere = enterSoon("emil")) {
            cluster.whole().resume();
            lost.forEach(each -> assertThat(each.ended())
                    .as("the close code of a session that was ended")
                    .isPositive());
            assertThat(elsewhere.isOpen()).isTrue();
        }
    }

    /** Opens as many sessions as allowed, all silent for long enough to be suspect. */
    private static List<JdkPeer> fill(String user) {
        List<JdkPeer> all = new ArrayList<>();
        for (int tries = 0; tries < 10; tries++) {
            all.removeIf(peer -> !peer.isOpen());
            while (all.size() < MAX_SESSIONS) {
                all.add(enter(cluster.whole(), user, Role.MEMBER));
            }
            if (isRefused(user)) {
                Await.pass(Duration.ofSeconds(1));
                return all;
            }
        }
        throw new AssertionError("one too many was let in again and again");
    }

    /** On a busy machine a peer may answer a probe too late and be taken for dead: then one more is let in. */
    private static boolean isRefused(String user) {
        try (JdkPeer oneMore = JdkPeer.admitted(edge().ws(), edge().token(user, Role.MEMBER))) {
            assertThat(Await.until(() -> oneMore.hasHeard("auth_success") || !oneMore.isOpen()))
                    .isTrue();
            if (oneMore.hasHeard("auth_success")) {
                return false;
            }
            assertThat(oneMore.ended()).as("one too many").isEqualTo(4005);
            return true;
        }
    }

    private static JdkPeer enterSoon(String user) {
        long until = System.nanoTime() + Trial.PATIENCE.toNanos();
        long startedAt = System.nanoTime();
        while (true) {
            Optional<JdkPeer> peer;
            try {
                peer = tryEnter(user);
            } catch (CompletionException askedTheDeadNode) { // which says nothing about the limit
                assertThat(System.nanoTime() - until).as("503 again and again").isNegative();
                startedAt = System.nanoTime();
                continue;
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
            assertThat(elapsed).as("the time until %s is connected", user).isLessThan(EARLY);
            if (peer.isPresent()) {
                System.out.println(user + " was connected after " + elapsed.toMillis() + " ms");
                return peer.get();
            }
        }
    }

    /** Empty where the user has too many sessions. */
    private static Optional<JdkPeer> tryEnter(String user) {
        JdkPeer peer = connect(edge(), user);
        assertThat(Await.until(() -> peer.hasHeard("auth_success") || !peer.isOpen()))
                .isTrue();
        return Optional.of(peer).filter(JdkPeer::isOpen);
    }

    private static JdkPeer enter(NodeFork node, String user, Role role) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, role));
        peer.next("auth_success");
        return peer;
    }

    private static JdkPeer connect(NodeFork node, String user) {
        return JdkPeer.withToken(node.ws(), node.token(user, Role.MEMBER));
    }

    private static NodeFork edge() {
        return cluster.edgeNodes().get(1);
    }

    private static JsonObject chat(String room, String content, String id) {
        return new JsonObject()
                .put("type", "chat")
                .put("roomId", room)
                .put("content", content)
                .put("id", id);
    }

    private void check(Trial.Injection injection) throws Exception {
        Trial trial =
                new Trial(test.getDisplayName(), Workload.Plan.seeded(seed), cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, injection);
        cluster.awaitReady();
        assertThat(counts.removed()).as("users that were removed").isEqualTo(4);
        assertThat(counts.lost()).as("positions that the cluster lost").isZero();
    }
}
