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

/** Users are put out of rooms, and come in elsewhere, while nodes of their cluster die or stand still. */
@Tag("faults")
class MembersIT {
    private static final int ACKS = 500;
    private static final int CAP = 5;

    /** A question without an answer, a lease looked at early, and what a busy machine adds: less than a lease lives. */
    private static final Duration EARLY = Duration.ofSeconds(9);

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.start(folder, "sessions.max=" + CAP, "sessions.suspectAfterMs=500");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void heal(TestInfo now) throws Exception {
        test = now;
        cluster.heal();
    }

    @Test
    void users_are_removed_in_the_middle_of_their_talk() throws Exception {
        judge(Workload::removeSome);
    }

    @Test
    void users_are_removed_while_the_node_that_does_all_is_killed() throws Exception {
        judge(workload -> {
            workload.removeSome();
            cluster.whole().kill();
            assertThat(workload.talk(ACKS, Trial.PATIENCE))
                    .as("the others serve")
                    .isTrue();
            cluster.whole().restart();
        });
    }

    /** The removal waits for no edge, and the one that stood still tells the removed user nothing that came after. */
    @Test
    void a_user_is_removed_while_the_edge_that_serves_them_stands_still() {
        String room = "crowd-of-three";
        try (ChatPeer ann = enter(cluster.whole(), "ann", Role.MODERATOR);
                ChatPeer ben = enter(edge(), "ben", Role.MEMBER);
                ChatPeer cleo = enter(cluster.whole(), "cleo", Role.MEMBER)) {
            List.of(ann, ben, cleo).forEach(each -> each.join(room));
            edge().pause();
            ben.send(chat(room, "said to who can't hear", "s"));
            long began = System.nanoTime();
            ann.send(new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", room)
                    .put("userId", "ben")
                    .put("id", "r"));
            JsonObject removal = ann.next(each -> "r".equals(each.getString("id")), "answer");
            assertThat(removal.getString("type")).isEqualTo("ack");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("the wait for the ack")
                    .isLessThan(Trial.SHORTLY);
            IntStream.range(0, 20)
                    .forEach(i -> assertThat(
                                    ann.chat(room, "after " + i, "a" + i).getString("type"))
                            .isEqualTo("ack"));
            Await.pass(Duration.ofSeconds(3)); // until it is neither fresh nor trusted to have heard
            edge().resume();

            assertThat(ben.next("member_removed").getLong("seq")).isEqualTo(removal.getLong("seq"));
            assertThat(ben.next(each -> "s".equals(each.getString("id")), "answer")
                            .getString("reason"))
                    .isIn("not_member", "unavailable");
            assertThat(ben.chat(room, "still here?", "h").getString("reason")).isEqualTo("not_member");
            assertThat(ben.rest()).as("what came after the removal").isEmpty();
            IntStream.range(0, 20)
                    .forEach(i ->
                            assertThat(cleo.next("chat").getString("content")).isEqualTo("after " + i));
        }
    }

    @Test
    void a_user_at_the_cap_comes_in_elsewhere_soon_after_their_node_was_killed() {
        List<JdkPeer> lost = fill("dora");
        cluster.whole().kill();
        enterSoon("dora").close();
        lost.forEach(JdkPeer::close);
    }

    @Test
    void a_user_at_the_cap_comes_in_elsewhere_soon_after_their_node_stood_still() {
        List<JdkPeer> lost = fill("emil");
        cluster.whole().pause();
        try (JdkPeer elsewhere = enterSoon("emil")) {
            cluster.whole().resume();
            lost.forEach(each -> assertThat(each.ended())
                    .as("the end of a session that was given up")
                    .isPositive());
            assertThat(elsewhere.isOpen()).isTrue();
        }
    }

    /** As many as may be, all silent for long enough to be doubted. */
    private static List<JdkPeer> fill(String user) {
        List<JdkPeer> all = IntStream.range(0, CAP)
                .mapToObj(any -> enter(cluster.whole(), user, Role.MEMBER))
                .toList();
        try (JdkPeer oneMore = connect(edge(), user)) {
            assertThat(oneMore.ended()).as("one too many").isEqualTo(4005);
        }
        Await.pass(Duration.ofSeconds(1));
        return all;
    }

    private static JdkPeer enterSoon(String user) {
        long began = System.nanoTime();
        while (true) {
            Optional<JdkPeer> peer = tryEnter(user);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertThat(took).as("the time until %s is in", user).isLessThan(EARLY);
            if (peer.isPresent()) {
                System.out.println(user + " was in after " + took.toMillis() + " ms");
                return peer.get();
            }
        }
    }

    /** The first who asks may ask the node that is gone, and is told to come again. */
    private static Optional<JdkPeer> tryEnter(String user) {
        try {
            JdkPeer peer = connect(edge(), user);
            assertThat(Await.until(() -> peer.hasHeard("auth_success") || !peer.isOpen()))
                    .isTrue();
            return Optional.of(peer).filter(JdkPeer::isOpen);
        } catch (CompletionException refused) {
            return Optional.empty();
        }
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

    private void judge(Trial.Injection trouble) throws Exception {
        Trial trial = new Trial(test.getDisplayName(), Workload.Plan.seeded(seed), cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, trouble);
        cluster.awaitReady();
        assertThat(counts.removed()).as("users that were removed").isEqualTo(4);
        assertThat(counts.lost()).as("places that the cluster could not keep").isZero();
    }
}
