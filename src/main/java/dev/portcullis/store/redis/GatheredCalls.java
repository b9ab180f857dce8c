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
 * Makes one call of Redis of those calls of {@link GatheredScripts} that begin in one turn of an event loop: a client that comes
 * back reads all its rooms at once, many clients send a frame at once, and each call costs both sides more than what most of these
 * scripts do. In a Redis Cluster only those of one lane are together. It is confined to that event loop.
 */
final class GatheredCalls {
    /** The most keys of calls that are made together: other clients wait meanwhile. */
    private static final int MOST_KEYS = 100;

    private final Client client;
    private final GatheredScripts scripts;
    private final boolean clustered;
    private final Map<Integer, List<Waiting>> waiting = new LinkedHashMap<>();

    /** The client of the event loop. */
    interface Client {
        Context context();

        /** Runs a call by itself. */
        Future<Response> runNow(Script.Call call, long deadlineNanos);
    }

    private record Waiting(Script.Call call, long deadlineNanos, Promise<Response> answer) {}

    GatheredCalls(Client client, GatheredScripts scripts, boolean clustered) {
        this.client = client;
        this.scripts = scripts;
        this.clustered = clustered;
    }

    /** Makes a call at the end of this turn. A call that is exempt from the limit is not made together with others. */
    Future<Response> run(Script.Call call, long deadlineNanos) {
        if (call.isExemptFromLimit()) {
            return client.runNow(call, deadlineNanos);
        }
        if (waiting.isEmpty()) {
            client.context().runOnContext(any -> runWaiting());
        }
        Promise<Response> answer = Promise.promise();
        waiting.computeIfAbsent(clustered ? call.slot() : 0, any -> new ArrayList<>())
                .add(new Waiting(call, deadlineNanos, answer));
        return ContextSwitch.returnTo(answer.future());
    }

    private void runWaiting() {
        List<List<Waiting>> all = new ArrayList<>(waiting.values());
        waiting.clear();
        for (List<Waiting> calls : all) {
            int from = 0;
            int keys = 0;
            for (int i = 0; i < calls.size(); i++) {
                keys += calls.get(i).call().keys();
                if (keys > MOST_KEYS && i > from) {
                    run(calls.subList(from, i));
                    from = i;
                    keys = calls.get(i).call().keys();
                }
            }
            run(calls.subList(from, calls.size()));
        }
    }

    private void run(List<Waiting> calls) {
        if (calls.size() == 1) {
            runAlone(calls.get(0));
            return;
        }
        Script.Call gathered = scripts.all().call();
        calls.forEach(each -> gathered.gather(each.call()));
        client.runNow(gathered, calls.get(0).deadlineNanos())
                .onComplete(
                        results -> answer(calls, results),
                        failure -> calls.forEach(each -> each.answer().fail(failure)));
    }

    private void runAlone(Waiting call) {
        client.runNow(call.call(), call.deadlineNanos()).onComplete(call.answer());
    }

    /** A call that failed is made again by itself, so its error is treated as that of any other call. */
    private void answer(List<Waiting> calls, Response results) {
        if (results.size() < calls.size()) {
            run(calls.subList(results.size(), calls.size()));
        }
        for (int i = 0; i < results.size(); i++) {
            Response result = results.get(i);
            if (result.type() == ResponseType.ERROR) {
                runAlone(calls.get(i));
            } else {
                calls.get(i).answer().complete(result);
            }
        }
    }
}
