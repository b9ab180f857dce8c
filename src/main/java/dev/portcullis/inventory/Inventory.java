package dev.portcullis.inventory;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.inventory.InventoryPolicy.Answer;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Asks the edges of all nodes for rows, and answers with one page. */
public final class Inventory {
    private final Bus bus;
    private final long withinMs;

    /** One event loop of an edge. */
    private record Loop(String node, int instance) {}

    /** The answer of an event loop; empty if it did not come in time. */
    private record Asked(String node, Optional<InventoryReply> reply) {}

    /** @param withinMs how long an event loop has for its answer */
    public Inventory(Bus bus, long withinMs) {
        this.bus = bus;
        this.withinMs = withinMs;
    }

    /**
     * A page of the rows of all nodes. Never fails: a node that does not answer is named in the page.
     *
     * @param only the one node to be asked
     */
    public Future<InventoryPage> page(InventoryQuery page, Optional<String> only) {
        List<Loop> loops = loops(only);
        return ask(loops, InventoryPolicy.forEach(page, loops.size()))
                .map(asked -> InventoryPolicy.merge(page, answers(asked), missing(asked)))
                .compose(found -> InventoryPolicy.sums(page, found)
                        .map(sums -> ask(loops, sums)
                                .map(asked -> InventoryPolicy.withSums(page, found, answers(asked), missing(asked))))
                        .orElseGet(() -> Future.succeededFuture(found)));
    }

    private List<Loop> loops(Optional<String> only) {
        return bus.nodesOf(Stage.EDGE).entrySet().stream()
                .filter(each -> only.filter(node -> !node.equals(each.getKey())).isEmpty())
                .sorted(Map.Entry.comparingByKey())
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
