package dev.portcullis.store.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one call of Redis of the calls of scripts that only read, and that begin in one turn of an event loop: a client that comes
 * back reads all its rooms at once, and each call costs both sides more than what most of these scripts do. In a Redis Cluster
 * only those of one lane are together. It is confined to that event loop.
 */
final class GatheredCalls {
    /** The most keys of calls that are made together: other clients wait meanwhile. */
    private static final int MOST_KEYS = 100;

    private final Client client;
    private final boolean clustered;
    private final Map<Together, List<Waiting>> waiting = new LinkedHashMap<>();

    /** The client of the event loop. */
    interface Client {
        Context context();

        /** Runs a call by itself. */
        Future<Response> runNow(Script.Call call, long deadlineNanos);

        /** Logs that a script failed, and returns the failure for its caller. */
        Future<Response> failed(Script script, Throwable failure);
    }

    /** What calls have in common that are made together. */
    private record Together(Script script, int slot) {}

    private record Waiting(Script.Call call, long deadlineNanos, Promise<Response> answer) {}

    GatheredCalls(Client client, boolean clustered) {
        this.client = client;
        this.clustered = clustered;
    }

    /** Makes a call at the end of this turn. A call that is exempt from the limit is not made together with others. */
    Future<Response> run(Script script, Script.Call call, long deadlineNanos) {
        Promise<Response> answer = Promise.promise();
        Waiting added = new Waiting(call, deadlineNanos, answer);
        if (call.isExemptFromLimit()) {
            run(script, List.of(added));
        } else {
            if (waiting.isEmpty()) {
                client.context().runOnContext(any -> runWaiting());
            }
            waiting.computeIfAbsent(new Together(script, clustered ? call.slot() : 0), any -> new ArrayList<>())
                    .add(added);
        }
        return ContextSwitch.returnTo(answer.future());
    }

    private void runWaiting() {
        Map<Together, List<Waiting>> all = new LinkedHashMap<>(waiting);
        waiting.clear();
        all.forEach((together, calls) -> {
            int from = 0;
            int keys = 0;
            for (int i = 0; i < calls.size(); i++) {
                keys += calls.get(i).call().keys();
                if (keys > MOST_KEYS && i > from) {
                    run(together.script(), calls.subList(from, i));
                    from = i;
                    keys = calls.get(i).call().keys();
                }
            }
            run(together.script(), calls.subList(from, calls.size()));
        });
    }

    private void run(Script script, List<Waiting> calls) {
        Script.Call gathered = script.call();
        calls.forEach(each -> gathered.gather(each.call()));
        client.runNow(gathered, calls.get(0).deadlineNanos())
                .onComplete(
                        results -> answer(script, calls, results),
                        failure -> calls.forEach(each -> each.answer().fail(failure)));
    }

    private void answer(Script script, List<Waiting> calls, Response results) {
        if (results.size() < calls.size()) {
            run(script, calls.subList(results.size(), calls.size()));
        }
        for (int i = 0; i < results.size(); i++) {
            Response result = results.get(i);
            if (result.type() == ResponseType.ERROR) {
                client.failed(script, (Throwable) result)
                        .onComplete(calls.get(i).answer());
            } else {
                calls.get(i).answer().complete(result);
            }
        }
    }
}
