package dev.portcullis.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks about a long list in pieces, one after another: a node full of sessions must not crowd out who knocks. */
final class BatchedRequests<T, A> {
    private static final int SIZE = 100;

    private final List<T> all;
    private final Function<List<T>, Future<A>> question;
    private final List<A> answers = new ArrayList<>();
    private final Promise<List<A>> done = Promise.promise();

    private BatchedRequests(List<T> all, Function<List<T>, Future<A>> question) {
        this.all = all;
        this.question = question;
    }

    /** Completes with an answer for each piece, or with the first failure. */
    static <T, A> Future<List<A>> of(List<T> all, Function<List<T>, Future<A>> question) {
        BatchedRequests<T, A> pieces = new BatchedRequests<>(all, question);
        pieces.askFrom(0);
        return pieces.done.future();
    }

    /** A loop over futures, not a chain of them, which would grow with the list. */
    private void askFrom(int start) {
        if (start >= all.size()) {
            done.complete(answers);
            return;
        }
        int end = Math.min(all.size(), start + SIZE);
        question.apply(List.copyOf(all.subList(start, end)))
                .onComplete(
                        answer -> {
                            answers.add(answer);
                            askFrom(end);
                        },
                        done::fail);
    }
}
