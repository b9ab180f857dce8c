package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.CheckResult;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.history.History;
import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Latencies;
import dev.portcullis.cluster.history.RecoveryTimes;
import dev.portcullis.cluster.workload.Endpoint;
import dev.portcullis.cluster.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs a workload while a fault is injected, and checks its history. */
public final class Trial {
    private static final Path DUMPS = Path.of("target", "histories");

    /** Timeout for what must happen. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Wait for what must not happen. */
    public static final Duration SHORTLY = Duration.ofSeconds(5);

    private final String name;
    private final Workload.Plan plan;
    private final List<NodeFork> edges;
    private final List<NodeFork> nodes;

    /**
     * @param edges the nodes that clients connect to
     * @param nodes all nodes
     */
    public Trial(String name, Workload.Plan plan, List<NodeFork> edges, List<NodeFork> nodes) {
        this.name = name;
        this.plan = plan;
        this.edges = edges;
        this.nodes = nodes;
    }

    /** Injects a fault under load. */
    public interface Injection {
        void inject(Workload workload) throws Exception;
    }

    /**
     * Returns the counts of the history after checking it.
     *
     * @param acks at least so many before the fault, and as many after it
     */
    public Counts run(int acks, Injection injection) throws Exception {
        try (Workload workload = Workload.start(List.<Endpoint>copyOf(edges), plan)) {
            try {
                return run(workload, acks, injection);
            } catch (Exception | AssertionError failed) {
                System.out.println(
                        report(HistoryChecker.check(workload.history()).toString(), workload));
                workload.history().dump(DUMPS.resolve(name.replaceAll("\\W+", "-") + "-" + plan.seed() + ".jsonl"));
                throw failed;
            }
        }
    }

    private Counts run(Workload workload, int acks, Injection injection) throws Exception {
        assertThat(workload.awaitAcks(acks, PATIENCE))
                .as(() -> report("messages are acknowledged", workload))
                .isTrue();
        History history = workload.history();
        long faultAt = history.now();
        injection.inject(workload);
        assertThat(workload.awaitAcks(acks, PATIENCE))
                .as(() -> report("messages are acknowledged again", workload))
                .isTrue();
        long endedAt = history.now();
        assertThat(workload.awaitSettled(PATIENCE))
                .as(() -> report("clients settle", workload))
                .isTrue();
        CheckResult result = HistoryChecker.check(history);
        System.out.println(name + ": " + result.counts() + "; before, " + Latencies.before(history, faultAt)
                + "; disconnected clients were back in " + RecoveryTimes.between(history, faultAt, endedAt));
        assertThat(result.isSound())
                .as(() -> report(result.toString(), workload))
                .isTrue();
        assertThat(workload.unexpectedFrames())
                .as(() -> report("nothing was refused permanently", workload))
                .isEmpty();
        return result.counts();
    }

    private String report(String what, Workload workload) {
        List<String> lines = new ArrayList<>(List.of(name + ", portcullis.seed=" + plan.seed() + ": " + what));
        lines.addAll(workload.clientStates());
        nodes.forEach(node -> lines.addAll(node.tail()));
        return String.join("\n", lines);
    }
}
