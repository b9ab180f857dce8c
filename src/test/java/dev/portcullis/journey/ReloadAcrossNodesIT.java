package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.ThreeNodes;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** An operator has all nodes of a cluster read their files again. */
@TestInstance(Lifecycle.PER_CLASS)
class ReloadAcrossNodesIT {
    private static final String SILENT = "permissions={\"member\": [\"join\", \"leave\"]}";
    private static final int RELOADS = 20;

    private final ExecutorService writers = Executors.newFixedThreadPool(3);
    private ThreeNodes nodes;

    @BeforeAll
    void start() {
        nodes = new ThreeNodes();
        for (TestNode node : nodes.all()) { // each reads once a second which others serve
            assertThat(Await.until(() -> node.reload(true).isDone())).isTrue();
        }
    }

    @AfterAll
    void stop() {
        writers.shutdownNow();
        nodes.close();
    }

    @Test
    void permission_that_all_share_changes_on_all_nodes() {
        edit(SILENT);
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
        assertThat(answers()).containsOnly("forbidden");

        edit();
        assertThat(nodes.all().get(1).reload(true)).isInstanceOf(Result.Done.class);
        assertThat(answers()).containsOnly("ack");
    }

    @Test
    void mistake_in_the_file_of_one_node_changes_none() {
        edit(SILENT);
        nodes.all().get(2).editOnTop(SILENT, "ratelimit.user.minutes=7");

        ReloadRefusal refusal = refusal(first().reload(true));

        assertThat(refusal.why()).isEqualTo(Why.INVALID);
        assertThat(refusal.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("ratelimit.user.minutes: is not known", "did you mean minute?")
                        .contains(", on "));
        assertThat(answers()).containsOnly("ack");
    }

    @Test
    void files_that_do_not_agree_change_nothing() {
        edit();
        first().editOnTop(SILENT);

        ReloadRefusal refusal = refusal(first().reload(true));

        assertThat(refusal.why()).isEqualTo(Why.SHARED);
        assertThat(refusal.problems()).extracting(Problem::path).containsOnly("permissions");
        assertThat(answers()).containsOnly("ack");
    }

    /** Else users with a token of the new key get in at two nodes of three. */
    @Test
    void key_that_the_file_of_one_node_lacks_changes_nothing() {
        edit(issuers("dev-only-secret-known-to-everybody-who-reads-this"));
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
        edit(issuers("dev-only-secret-known-to-everybody-who-reads-this", "the next one: q7Zt0bW4mVx9Lk2Rs8Ye5Hc"));
        nodes.all().get(2).editOnTop(issuers("dev-only-secret-known-to-everybody-who-reads-this"));

        ReloadRefusal refusal = refusal(first().reload(true));

        assertThat(refusal.why()).as(refusal.problems().toString()).isEqualTo(Why.SHARED);
        assertThat(refusal.problems())
                .as("of the third node alone")
                .extracting(Problem::path)
                .containsExactly("auth.issuers");
        edit();
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
    }

    @Test
    void node_alone_may_change_its_own_settings_and_not_what_all_share() {
        edit();
        first().editOnTop(SILENT);
        assertThat(refusal(first().reload(false)).why()).isEqualTo(Why.SHARED);
        assertThat(answers()).containsOnly("ack");

        first().editOnTop("ratelimit.connection.minute=999");
        assertThat(first().reload(false))
                .isEqualTo(Result.done(List.of(new SettingChange("ratelimit.connection.minute", "1000000", "999"))));
        edit();
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
    }

    /** The limit is counted by one node and the permission judged by another, so only both together may change. */
    @Test
    void no_frame_is_judged_by_half_of_a_change_and_none_is_lost() throws Exception {
        String[] limited = {
            "ratelimit.user.hour=1",
            "ratelimit.blocks.minuteMs=0",
            "ratelimit.blocks.burstMs=0",
            "ratelimit.blocks.banAfter=0"
        };
        edit(SILENT);
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
        AtomicBoolean enough = new AtomicBoolean();
        List<Future<Set<String>>> answers = new ArrayList<>();
        for (TestNode node : nodes.all()) {
            JdkPeer peer = peer(node, "writer");
            answers.add(writers.submit(() -> kindsOfAnswers(peer, enough)));
        }

        for (int reload = 0; reload < RELOADS; reload++) {
            edit(reload % 2 == 0 ? limited : new String[] {SILENT});
            assertThat(nodes.node().reload(true)).isInstanceOf(Result.Done.class);
        }
        enough.set(true);

        for (Future<Set<String>> each : answers) {
            assertThat(each.get(60, TimeUnit.SECONDS)).containsExactlyInAnyOrder("forbidden", "rate_limited");
        }
        edit();
        assertThat(first().reload(true)).isInstanceOf(Result.Done.class);
    }

    /** The keys of one issuer, as they are rotated. */
    private static String issuers(String... secrets) {
        return Stream.of(secrets)
                .map(
                        "{\"issuer\": \"https://app.example\", \"algorithms\": [\"HS256\"], \"secret\": \"%s\"}"
                                ::formatted)
                .collect(Collectors.joining(", ", "auth.issuers=[", "]"));
    }

    private TestNode first() {
        return nodes.all().get(0);
    }

    private void edit(String... sets) {
        nodes.all().forEach(node -> node.editOnTop(sets));
    }

    private static ReloadRefusal refusal(Result<List<SettingChange>, ReloadRefusal> result) {
        return result.fold(
                changes -> {
                    throw new AssertionError(changes.toString());
                },
                why -> why);
    }

    /** The answer to a message on each node. */
    private List<String> answers() {
        return nodes.all().stream()
                .map(node -> {
                    try (JdkPeer peer = peer(node, "asker")) {
                        return kind(peer.say("lobby", "text", "m1"));
                    }
                })
                .toList();
    }

    private static JdkPeer peer(TestNode node, String name) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(name + "-" + node.port()));
        peer.join("lobby");
        return peer;
    }

    private static Set<String> kindsOfAnswers(JdkPeer peer, AtomicBoolean enough) {
        Set<String> kinds = new HashSet<>();
        try (peer) {
            for (int i = 0; !enough.get(); i++) {
                kinds.add(kind(peer.say("lobby", "text", "m" + i)));
            }
        }
        return kinds;
    }

    private static String kind(JsonObject answer) {
        return answer.getString("reason", answer.getString("type"));
    }
}
