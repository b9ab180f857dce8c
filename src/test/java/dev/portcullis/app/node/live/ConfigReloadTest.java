package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.record.WireForm;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The one that leads a reload, with nodes and a store that do not always answer. */
@ExtendWith(VertxExtension.class)
class ConfigReloadTest {
    private static final SettingChange CHANGE = new SettingChange("ratelimit.user.minute", "60", "61");

    private final List<FakeNode> nodes = List.of(new FakeNode("n1"), new FakeNode("n2"), new FakeNode("n3"));
    private final Store store = new Store();
    private final RecordedEvents events = new RecordedEvents();
    private Vertx vertx;

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    void reload_is_in_force_on_all_nodes() {
        assertThat(Await.done(led("a", 1, 60_000))).isEqualTo(Result.done(List.of(CHANGE)));
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.steps).containsExactly("prepare", "hold", "apply", "lift"));
    }

    /** Each one that leads asks its own node without delay, and the others over the network. */
    @Test
    void one_of_several_reloads_at_once_is_done() {
        Promise<List<Result<List<SettingChange>, ReloadRefusal>>> ended = Promise.promise();
        vertx.runOnContext(any -> Future.all(led("a", 0, 60_000), led("b", 1, 60_000), led("c", 2, 60_000))
                .map(all -> all.<Result<List<SettingChange>, ReloadRefusal>>list())
                .onComplete(ended));
        List<Result<List<SettingChange>, ReloadRefusal>> results = Await.done(ended.future());
        assertThat(results.stream().filter(Result::isDone)).hasSize(1);
        assertThat(nodes).allSatisfy(node -> assertThat(node.steps).containsOnlyOnce("apply"));
        assertThat(Await.done(led("d", 2, 60_000)).isDone())
                .as("nothing is left behind")
                .isTrue();
    }

    @Test
    void node_that_does_not_answer_ends_the_reload_and_is_named() {
        nodes.get(1).silent = "prepare";
        ReloadRefusal why = refusal(led("a", 0, 200));
        assertThat(why.why()).isEqualTo(Why.BUSY);
        assertThat(why.problems())
                .singleElement()
                .satisfies(each -> assertThat(each.toString()).contains("does not answer, on n2"));
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.steps).contains("lift").doesNotContain("apply"));
    }

    @Test
    void node_that_stands_still_while_frames_are_held_ends_the_reload_and_is_named() {
        nodes.get(2).silent = "hold";
        assertThat(refusal(led("a", 0, 200)).problems().toString()).contains("n3 does not answer");
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.steps).contains("lift").doesNotContain("apply"));
    }

    /** It asks the store by itself, as soon as it can. */
    @Test
    void node_that_stands_still_after_the_decision_keeps_no_answer_back() {
        nodes.get(2).silent = "apply";
        assertThat(Await.done(led("a", 0, 200))).isEqualTo(Result.done(List.of(CHANGE)));
    }

    @Test
    void decision_that_the_store_has_taken_without_an_answer_stands() {
        store.answerLost = true;
        assertThat(Await.done(led("a", 0, 60_000))).isEqualTo(Result.done(List.of(CHANGE)));
    }

    @Test
    void store_that_is_away_is_named_and_nothing_is_in_force() {
        store.away = true;
        assertThat(refusal(led("a", 0, 60_000)).problems().toString()).contains("the store does not answer");
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.steps).contains("lift").doesNotContain("apply"));
    }

    @Test
    void mistakes_of_all_nodes_are_told_together_and_before_what_may_be_tried_again() {
        nodes.get(0).refusal = Optional.of(ReloadRefusal.of(Why.INVALID, "tsl", "is not known", "did you mean tls?"));
        nodes.get(1).refusal = Optional.of(NodeReload.busy("another reload is under way"));
        nodes.get(2).refusal = Optional.of(ReloadRefusal.of(Why.INVALID, "htp", "is not known", "did you mean http?"));
        ReloadRefusal why = refusal(led("a", 1, 60_000));
        assertThat(why.why()).isEqualTo(Why.INVALID);
        assertThat(why.problems()).extracting(Problem::path).containsExactly("tsl", "", "htp");
    }

    /** Led by one of the nodes. */
    private Future<Result<List<SettingChange>, ReloadRefusal>> led(String id, int by, long stepMs) {
        List<ReloadSteps> steps = new ArrayList<>(List.of(nodes.get(by)));
        nodes.stream().filter(node -> node != nodes.get(by)).forEach(node -> steps.add(new Remote(node)));
        Audit audit = new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, events);
        return new ConfigReload(vertx, new ReloadDecision(store), audit, stepMs).run(id, steps, plans -> List.of());
    }

    private static ReloadRefusal refusal(Future<Result<List<SettingChange>, ReloadRefusal>> reload) {
        return Await.done(reload)
                .fold(
                        changes -> {
                            throw new AssertionError(changes.toString());
                        },
                        why -> why);
    }

    /** Takes one reload at a time, as a node does. */
    private static final class FakeNode implements ReloadSteps {
        private final String name;
        private final List<String> steps = new CopyOnWriteArrayList<>();
        private Optional<String> reload = Optional.empty();
        private Optional<ReloadRefusal> refusal = Optional.empty();
        private String silent = "";

        FakeNode(String name) {
            this.name = name;
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public synchronized Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id) {
            if (reload.isPresent()) {
                return Future.succeededFuture(Result.refused(NodeReload.busy("another reload is under way")));
            }
            if (refusal.isEmpty()) {
                reload = Optional.of(id);
            }
            SharedSettings shared = new SharedSettings(WireForm.VERSION, Map.of());
            return step(
                    "prepare",
                    refusal.<Result<ReloadPlan, ReloadRefusal>>map(Result::refused)
                            .orElseGet(() -> Result.done(new ReloadPlan(List.of(CHANGE), shared, shared))));
        }

        @Override
        public Future<Boolean> hold(String id) {
            return step("hold", true);
        }

        @Override
        public Future<Boolean> apply(String id) {
            return step("apply", true);
        }

        @Override
        public Future<Boolean> pause(String id) {
            return step("pause", true);
        }

        @Override
        public synchronized Future<Boolean> lift(String id) {
            boolean own = reload.equals(Optional.of(id));
            reload = own ? Optional.empty() : reload;
            return own || silent.equals("prepare") ? step("lift", true) : Future.succeededFuture(false);
        }

        private <T> Future<T> step(String name, T answer) {
            steps.add(name);
            return silent.equals(name) ? Promise.<T>promise().future() : Future.succeededFuture(answer);
        }
    }

    /** The node as another one reaches it. */
    private final class Remote implements ReloadSteps {
        private final ReloadSteps node;

        Remote(ReloadSteps node) {
            this.node = node;
        }

        @Override
        public String node() {
            return node.node();
        }

        @Override
        public Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id) {
            return later(() -> node.prepare(id));
        }

        @Override
        public Future<Boolean> hold(String id) {
            return later(() -> node.hold(id));
        }

        @Override
        public Future<Boolean> apply(String id) {
            return later(() -> node.apply(id));
        }

        @Override
        public Future<Boolean> lift(String id) {
            return later(() -> node.lift(id));
        }

        @Override
        public Future<Boolean> pause(String id) {
            return later(() -> node.pause(id));
        }

        private <T> Future<T> later(Supplier<Future<T>> step) {
            return vertx.timer(1).compose(any -> step.get());
        }
    }

    /** A store whose answers may be lost. */
    private static final class Store implements RowStore {
        private final RowStore rows = new MemoryRowStore(System::currentTimeMillis);
        private boolean away;
        private boolean answerLost;

        @Override
        public Future<Rows> read(int lane, ReadSet reads) {
            return rows.read(lane, reads);
        }

        @Override
        public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
            if (away) {
                return Future.failedFuture("away");
            }
            Future<T> done = rows.change(lane, reads, step);
            boolean lost = answerLost;
            answerLost = false;
            return lost ? done.compose(any -> Future.failedFuture("the connection broke")) : done;
        }
    }
}
