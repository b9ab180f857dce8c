package dev.portcullis.inventory;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.inventory.InventoryPolicy.Answer;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Asks the edges of all nodes for rows, and answers with one page. */
public final class Inventory {
    private final Bus bus;
    private final long withinMs;
    private final Supplier<Map<String, Integer>> known;

    /** One event loop of an edge. */
    private record Loop(String node, int instance) {}

    /** The answer of an event loop; empty if it did not come in time. */
    private record Asked(String node, Optional<InventoryReply> reply) {}

    /**
     * @param withinMs how long an event loop has for its answer
     * @param known the nodes of the cluster, also those that can't be reached now, with the number of event loops of their edges
     */
    public Inventory(Bus bus, long withinMs, Supplier<Map<String, Integer>> known) {
        this.bus = bus;
        this.withinMs = withinMs;
        this.known = known;
    }

    /**
     * A page of the rows of all nodes. Never fails: a node that does not answer is named in the page.
     *
     * @param only the one node to be asked; named as missing where the cluster has no such node
     */
    public Future<InventoryPage> page(InventoryQuery page, Optional<String> only) {
        Map<String, Integer> edges = edges();
        if (only.filter(node -> !edges.containsKey(node)).isPresent()) {
            return Future.succeededFuture(new InventoryPage(List.of(), Optional.empty(), false, List.of(only.get())));
        }
        List<Loop> loops = loops(edges, only);
        return ask(loops, InventoryPolicy.forEach(page, loops.size()))
                .map(asked -> InventoryPolicy.merge(page, answers(asked), missing(asked)))
                .compose(found -> InventoryPolicy.sums(page, found)
                        .map(sums -> ask(loops, sums)
                                .map(asked -> InventoryPolicy.withSums(page, found, answers(asked), missing(asked))))
                        .orElseGet(() -> Future.succeededFuture(found)));
    }

    /**
     * A node that can't be reached is left out by the bus, but not by the cluster until its row ends: it is asked all the same, so
     * that it is named.
     */
    private Map<String, Integer> edges() {
        Map<String, Integer> edges = new TreeMap<>(known.get());
        edges.putAll(bus.nodesOf(Stage.EDGE));
        return edges;
    }

    private static List<Loop> loops(Map<String, Integer> edges, Optional<String> only) {
        return edges.entrySet().stream()
                .filter(each -> only.filter(node -> !node.equals(each.getKey())).isEmpty())
                .flatMap(each ->
                        IntStream.range(0, each.getValue()).mapToObj(instance -> new Loop(each.getKey(), instance)))
                .toList();
    }

    private Future<List<Asked>> ask(List<Loop> loops, InventoryQuery question) {
        return Future.all(loops.stream()
                        .map(loop -> bus.askAt(InventoryQuery.QUESTION, loop.node(), loop.instance(), question)
                                .timeout(withinMs, TimeUnit.MILLISECONDS)
                                .map(reply -> new Asked(loop.node(), Optional.of(reply)))
                                .otherwise(new Asked(loop.node(), Optional.empty())))
                        .toList())
                .map(all -> all.<Asked>list());
    }

    private static List<Answer> answers(List<Asked> asked) {
        return asked.stream()
                .flatMap(each -> each.reply().map(reply -> new Answer(each.node(), reply)).stream())
                .toList();
    }

    private static List<String> missing(List<Asked> asked) {
        return asked.stream()
                .filter(each -> each.reply().isEmpty())
                .map(Asked::node)
                .distinct()
                .toList();
    }
}
