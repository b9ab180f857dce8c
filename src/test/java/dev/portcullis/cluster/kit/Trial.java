package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.history.History;
import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Judgement;
import dev.portcullis.cluster.history.Latencies;
import dev.portcullis.cluster.history.Recoveries;
import dev.portcullis.cluster.workload.Door;
import dev.portcullis.cluster.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A crowd talks while something is done to its nodes, and what it met is judged. */
public final class Trial {
    private static final Path DUMPS = Path.of("target", "histories");

    /** For what must happen in the end. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For what must not happen. */
    public static final Duration SHORTLY = Duration.ofSeconds(5);

    private final String name;
    private final Workload.Plan plan;
    private final List<NodeFork> edges;
    private final List<NodeFork> nodes;

    /**
     * @param doors the nodes where clients come in
     * @param nodes all of them
     */
    public Trial(String name, Workload.Plan plan, List<NodeFork> doors, List<NodeFork> nodes) {
        this.name = name;
        this.plan = plan;
        this.edges = doors;
        this.nodes = nodes;
    }

    /** What is done to the nodes, under load. */
    public interface Injection {
        void inject(Workload workload) throws Exception;
    }

    /**
     * Returns what the history holds, once it was found to be sound.
     *
     * @param acks at least so many before the trouble, and as many after it
     */
    public Counts run(int acks, Injection trouble) throws Exception {
        try (Workload workload = Workload.enter(List.<Door>copyOf(edges), plan)) {
            try {
                return run(workload, acks, trouble);
            } catch (Exception | AssertionError failed) {
                System.out.println(report(HistoryChecker.judge(workload.history()).toString(), workload));
                workload.history().dump(DUMPS.resolve(name.replaceAll("\\W+", "-") + "-" + plan.seed() + ".jsonl"));
                throw failed;
            }
        }
    }

    private Counts run(Workload workload, int acks, Injection trouble) throws Exception {
        assertThat(workload.talk(acks, PATIENCE))
                .as(() -> report("they talk", workload))
                .isTrue();
        History history = workload.history();
        long began = history.now();
        trouble.inject(workload);
        assertThat(workload.talk(acks, PATIENCE))
                .as(() -> report("they talk again", workload))
                .isTrue();
        long over = history.now();
        assertThat(workload.settle(PATIENCE))
                .as(() -> report("they come to rest", workload))
                .isTrue();
        Judgement judgement = HistoryChecker.judge(history);
        System.out.println(name + ": " + judgement.counts() + "; before, " + Latencies.before(history, began)
                + "; cut off clients were back in " + Recoveries.between(history, began, over));
        assertThat(judgement.isSound())
                .as(() -> report(judgement.toString(), workload))
                .isTrue();
        assertThat(workload.oddities())
                .as(() -> report("nothing was refused for good", workload))
                .isEmpty();
        return judgement.counts();
    }

    private String report(String what, Workload workload) {
        List<String> lines = new ArrayList<>(List.of(name + ", portcullis.seed=" + plan.seed() + ": " + what));
        lines.addAll(workload.whereabouts());
        nodes.forEach(node -> lines.addAll(node.tail()));
        return String.join("\n", lines);
    }
}
