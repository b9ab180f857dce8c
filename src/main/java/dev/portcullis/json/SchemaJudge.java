package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges values by a schema of draft 2020-12. Made once and kept, for one thread: the library changes its copy of the schema
 * while it judges, and a matcher is used again.
 */
public final class SchemaJudge {
    private static final JsonSchemaOptions OPTIONS =
            new JsonSchemaOptions().setBaseUri("https://schema.invalid/").setDraft(Draft.DRAFT202012);

    /**
     * The most schemas that are applied to find out what is wrong. The library collects and copies the errors of all items
     * and of all branches, so that a large value would cost many times what the verdict costs.
     */
    private static final int MAX_EXPLAINED = 2_000;

    /**
     * The most schemas that are applied for a verdict. A value meets several: the branches of a schema, and those that it
     * refers to. Each takes the library microseconds, so that a full frame would otherwise hold its event loop for half a
     * second.
     */
    private static final int MAX_APPLIED = 10_000;

    /** The most steps of {@link LeafKeywords}: with a small pattern they match two whole frames and a half. */
    private static final int MAX_STEPS = 160_000;

    private final Map<String, LeafKeywords> leaves;
    private final Validator verdict;
    private final Validator explanation;
    private final boolean safeInBranches;
    private final Set<String> leftOut;
    private final Set<String> madeSafe = Collections.newSetFromMap(new IdentityHashMap<>());
    private int applicationsLeft;
    private long stepsLeft;

    private SchemaJudge(WorkingCopy.Written copy, Set<String> leftOut) {
        this.leftOut = Set.copyOf(leftOut);
        leaves = copy.leaves();
        SchemaRepository repository = SchemaRepository.create(OPTIONS, this::leaf);
        copy.schemas().forEach((address, schema) -> register(repository, address, schema));
        verdict = repository.validator(WorkingCopy.ROOT, withOutput(OutputFormat.Flag));
        explanation = repository.validator(WorkingCopy.ROOT, withOutput(OutputFormat.Basic));
        safeInBranches = copy.safeInBranches();
    }

    /**
     * @param schema as parsed: maps, lists, texts, numbers, flags and null. Keywords that judge nothing are ignored
     * @throws IllegalArgumentException for a schema that can't be judged, with what is wrong
     */
    public static SchemaJudge of(Object schema) {
        return within(schema, schema, Set.of());
    }

    /**
     * @param document in which the references of the schema lead to others
     * @param leftOut fields into which the schema does not look, so that what is in them costs nothing, and is not bounded
     */
    public static SchemaJudge within(Object document, Object schema, Set<String> leftOut) {
        return new SchemaJudge(WorkingCopy.of(schema, document), leftOut);
    }

    /**
     * @param value a map, a list, {@code String}, {@code Long}, {@code Double}, {@code Boolean} or null, as read from JSON
     * @return what is wrong, the first ones of it; empty if the value fits. A name of more than 128 characters, but for those
     *     that are left out, never does. The rule {@code schema} stands for what can't be found out at a bounded cost
     */
    public List<Violation> judge(@Nullable Object value) {
        madeSafe.clear();
        List<Violation> exceeded = DataBounds.exceeded(value, leftOut);
        if (!exceeded.isEmpty()) {
            return exceeded;
        }
        try {
            if (!safeInBranches) {
                applicationsLeft = MAX_APPLIED;
                stepsLeft = MAX_STEPS;
                if (verdict.validate(value).getValid()) {
                    return List.of();
                }
            }
            return explained(value);
        } catch (TooCostly tooLarge) {
            return LeafErrors.UNEXPLAINED;
        }
    }

    /**
     * For a verdict alone the library leaves a branch at its first field that does not fit. For an explanation it looks at all.
     */
    private List<Violation> explained(@Nullable Object value) {
        applicationsLeft = MAX_EXPLAINED;
        stepsLeft = MAX_STEPS;
        OutputUnit judged = explanation.validate(value);
        return judged.getValid() ? List.of() : LeafErrors.of(judged, value);
    }

    /**
     * The texts of the last value, which fitted, that are made safe before it goes on. They are those of the value itself, not
     * equal ones. A branch of the schema that did not fit counts too.
     */
    public Set<String> madeSafe() {
        return Collections.unmodifiableSet(madeSafe);
    }

    /**
     * The library keeps the same object. Where it dereferences a schema, it notes the address of each part, and then parses
     * addresses for each error of each branch; so it is given an empty one, which is filled afterwards.
     */
    private static void register(SchemaRepository repository, String address, JsonObject schema) {
        JsonObject empty = new JsonObject();
        repository.dereference(address, JsonSchema.of(empty));
        empty.clear();
        empty.mergeIn(schema);
    }

    private static JsonSchemaOptions withOutput(OutputFormat format) {
        return new JsonSchemaOptions(OPTIONS).setOutputFormat(format);
    }

    /** The library calls this for each schema object that it applies, also if that has no format. */
    private @Nullable String leaf(String type, @Nullable String format, @Nullable Object value) {
        if (--applicationsLeft < 0) {
            throw new TooCostly();
        }
        LeafKeywords leaf = format == null ? null : leaves.get(format);
        if (leaf == null) {
            return null;
        }
        stepsLeft -= leaf.steps(value);
        if (stepsLeft < 0) {
            throw new TooCostly();
        }
        if (leaf.madeSafe() && value instanceof String text) {
            madeSafe.add(text);
        }
        String violated = leaf.violated(value);
        return violated.isEmpty() ? null : violated;
    }

    /** Leaves the library, which has no bound of its own. */
    private static final class TooCostly extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooCostly() {
            super("", null, false, false);
        }
    }
}
