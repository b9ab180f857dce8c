package dev.portcullis.admin.node;

import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the nodes of the cluster for their load. */
public final class NodeLoads {
    private static final Question<Asked, Reply> OF_EDGES =
            Question.about(Stage.EDGE, "load", Asked.class, Reply.class, Asked::by);

    private static final long ANSWER_MS = 1_000;

    private final Bus bus;
    private final Supplier<NodeLoad> own;

    record Asked(String by) {}

    record Reply(NodeLoad load) {}

    private record Known(String node, NodeLoad load) {}

    /** @param own the load of this node; any thread may ask for it */
    public NodeLoads(Bus bus, Supplier<NodeLoad> own) {
        this.bus = bus;
        this.own = own;
    }

    /**
     * Answers other nodes under a stage that this node runs already. Completes when they can ask.
     *
     * @param stages of this node
     */
    public Future<Void> answer(Map<Stage, Integer> stages) {
        return firstOf(stage -> stages.getOrDefault(stage, 0))
                .map(stage -> bus.answer(question(stage), 0, any -> Future.succeededFuture(new Reply(own.get()))))
                .orElseGet(Future::succeededFuture);
    }

    /** The load of each of these nodes that answers in time. Never fails. */
    Future<Map<String, NodeLoad>> of(List<NodeView> nodes) {
        return Future.all(nodes.stream().map(this::ask).toList())
                .map(all -> all.<Optional<Known>>list().stream()
                        .flatMap(Optional::stream)
                        .collect(Collectors.toMap(Known::node, Known::load, (one, other) -> one)));
    }

    private Future<Optional<Known>> ask(NodeView node) {
        if (node.self()) {
            return Future.succeededFuture(Optional.of(new Known(node.node(), own.get())));
        }
        return firstOf(stage -> node.stages().getOrDefault(stage.id(), 0))
                .map(stage -> bus.askAt(question(stage), node.node(), 0, new Asked(bus.node()))
                        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                        .map(reply -> Optional.of(new Known(node.node(), reply.load())))
                        .otherwise(Optional.empty()))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private static Question<Asked, Reply> question(Stage stage) {
        return new Question<>(stage, OF_EDGES.name(), Asked.class, Reply.class, OF_EDGES.key());
    }

    /** The stage under which a node is asked; empty for one that starts or stops. */
    private static Optional<Stage> firstOf(ToIntFunction<Stage> instances) {
        return Stream.of(Stage.values())
                .filter(stage -> instances.applyAsInt(stage) > 0)
                .findFirst();
    }
}
