package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.crowd.Crowd;
import dev.portcullis.cluster.crowd.Door;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.history.History;
import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Judgement;
import dev.portcullis.cluster.history.Latencies;
import dev.portcullis.cluster.history.Recoveries;
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
    private final Crowd.Plan plan;
    private final List<NodeFork> doors;
    private final List<NodeFork> nodes;

    /**
     * @param doors the nodes where clients come in
     * @param nodes all of them
     */
    public Trial(String name, Crowd.Plan plan, List<NodeFork> doors, List<NodeFork> nodes) {
        this.name = name;
        this.plan = plan;
        this.doors = doors;
        this.nodes = nodes;
    }

    /** What is done to the nodes, under load. */
    public interface Trouble {
        void make(Crowd crowd) throws Exception;
    }

    /**
     * Returns what the history holds, once it was found to be sound.
     *
     * @param acks at least so many before the trouble, and as many after it
     */
    public Counts run(int acks, Trouble trouble) throws Exception {
        try (Crowd crowd = Crowd.enter(List.<Door>copyOf(doors), plan)) {
            try {
                return run(crowd, acks, trouble);
            } catch (Exception | AssertionError failed) {
                System.out.println(told(HistoryChecker.judge(crowd.history()).toString(), crowd));
                crowd.history().dump(DUMPS.resolve(name.replaceAll("\\W+", "-") + "-" + plan.seed() + ".jsonl"));
                throw failed;
            }
        }
    }

    private Counts run(Crowd crowd, int acks, Trouble trouble) throws Exception {
        assertThat(crowd.talk(acks, PATIENCE))
                .as(() -> told("they talk", crowd))
                .isTrue();
        History history = crowd.history();
        long began = history.now();
        trouble.make(crowd);
        assertThat(crowd.talk(acks, PATIENCE))
                .as(() -> told("they talk again", crowd))
                .isTrue();
        long over = history.now();
        assertThat(crowd.settle(PATIENCE))
                .as(() -> told("they come to rest", crowd))
                .isTrue();
        Judgement judgement = HistoryChecker.judge(history);
        System.out.println(name + ": " + judgement.counts() + "; before, " + Latencies.before(history, began)
                + "; cut off clients were back in " + Recoveries.between(history, began, over));
        assertThat(judgement.isSound())
                .as(() -> told(judgement.toString(), crowd))
                .isTrue();
        assertThat(crowd.oddities())
                .as(() -> told("nothing was refused for good", crowd))
                .isEmpty();
        return judgement.counts();
    }

    private String told(String what, Crowd crowd) {
        List<String> lines = new ArrayList<>(List.of(name + ", portcullis.seed=" + plan.seed() + ": " + what));
        lines.addAll(crowd.whereabouts());
        nodes.forEach(node -> lines.addAll(node.tail()));
        return String.join("\n", lines);
    }
}
