package dev.portcullis.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Sends a long list in batches, one after another, so that a node full of sessions does not delay handshakes. */
final class BatchedRequests<T, A> {
    private static final int SIZE = 100;

    private final List<T> all;
    private final Function<List<T>, Future<A>> request;
    private final List<A> answers = new ArrayList<>();
    private final Promise<List<A>> done = Promise.promise();

    private BatchedRequests(List<T> all, Function<List<T>, Future<A>> request) {
        this.all = all;
        this.request = request;
    }

    /** Completes with the answers of all batches, or with the first failure. */
    static <T, A> Future<List<A>> of(List<T> all, Function<List<T>, Future<A>> request) {
        BatchedRequests<T, A> batches = new BatchedRequests<>(all, request);
        batches.sendFrom(0);
        return batches.done.future();
    }

    /** Loops over futures: a chain of them would grow with the list. */
    private void sendFrom(int start) {
        if (start >= all.size()) {
            done.complete(answers);
            return;
        }
        int end = Math.min(all.size(), start + SIZE);
        request.apply(List.copyOf(all.subList(start, end)))
                .onComplete(
                        answer -> {
                            answers.add(answer);
                            sendFrom(end);
                        },
                        done::fail);
    }
}
