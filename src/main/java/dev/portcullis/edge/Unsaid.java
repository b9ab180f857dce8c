package dev.portcullis.edge;

import dev.portcullis.auth.Cutoff;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Cut-offs that the store may have lost, and that this node says again: a few at a time, since all nodes do so, and what
 * another one has said meanwhile need not be said twice. Bounded by what it is given.
 */
final class Unsaid {
    private static final int AT_ONCE = 100;

    private final Function<List<Cutoff>, Future<Void>> say;
    private final Map<String, Cutoff> waiting = new LinkedHashMap<>();
    private boolean saying;

    Unsaid(Function<List<Cutoff>, Future<Void>> say) {
        this.say = say;
    }

    void add(List<Cutoff> cutoffs) {
        cutoffs.forEach(each -> waiting.putIfAbsent(each.sessionId(), each));
    }

    /** It stands in the stream. */
    void said(Cutoff cutoff) {
        waiting.remove(cutoff.sessionId());
    }

    void sayOn() {
        if (saying || waiting.isEmpty()) {
            return;
        }
        saying = true;
        List<Cutoff> next = waiting.values().stream().limit(AT_ONCE).toList();
        next.forEach(this::said);
        say.apply(next)
                .onFailure(broken -> add(next)) // what was said nevertheless is harmless
                .onComplete(any -> saying = false);
    }
}
