package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Judges by one schema for several threads: each takes a judge that no other uses meanwhile. Judges are kept, as many as threads
 * judged at a time.
 */
public final class SharedJudge {
    private final Object document;
    private final Object schema;
    private final Set<String> leftOut;
    private final Queue<SchemaJudge> idle = new ConcurrentLinkedQueue<>();

    private SharedJudge(Object document, Object schema, Set<String> leftOut) {
        this.document = document;
        this.schema = schema;
        this.leftOut = leftOut;
    }

    /** @throws IllegalArgumentException for a schema that can't be judged, with what is wrong */
    public static SharedJudge of(Object schema) {
        return within(schema, schema, Set.of());
    }

    /**
     * @param document in which the references of the schema lead to others
     * @param leftOut fields into which the schema does not look, so that what is in them costs nothing, and is not bounded
     */
    public static SharedJudge within(Object document, Object schema, Set<String> leftOut) {
        SharedJudge shared = new SharedJudge(document, schema, leftOut);
        shared.idle.add(SchemaJudge.within(document, schema, leftOut));
        return shared;
    }

    /** Judges as {@link SchemaJudge#judge} does. */
    public List<Violation> judge(@Nullable Object value) {
        SchemaJudge judge =
                Optional.ofNullable(idle.poll()).orElseGet(() -> SchemaJudge.within(document, schema, leftOut));
        try {
            return judge.judge(value);
        } finally {
            idle.add(judge);
        }
    }
}
