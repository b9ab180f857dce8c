package dev.portcullis.bus;

import java.util.function.ToIntFunction;

/**
 * Something one stage can be asked.
 *
 * @param key what the question is about: questions with equal keys meet the same instance while it is healthy
 */
public record Question<Q, A>(Stage stage, String name, Class<Q> requestType, Class<A> replyType, ToIntFunction<Q> key) {
    public String address(String node, int instance) {
        return stage.id() + "@" + node + "." + instance + "/" + name;
    }
}
