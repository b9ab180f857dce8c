package dev.portcullis.bus;

import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A request type that one stage answers.
 *
 * @param key the subject of the question: questions with equal keys go to the same instance while it is available
 */
public record Question<Q, A>(Stage stage, String name, Class<Q> requestType, Class<A> replyType, ToIntFunction<Q> key) {
    /** @param subject questions about equal ones go to the same instance while it is available */
    public static <Q, A> Question<Q, A> about(
            Stage stage, String name, Class<Q> requestType, Class<A> replyType, Function<Q, ?> subject) {
        return new Question<>(
                stage,
                name,
                requestType,
                replyType,
                request -> subject.apply(request).hashCode());
    }

    public String address(String node, int instance) {
        return stage.id() + "@" + node + "." + instance + "/" + name;
    }
}
