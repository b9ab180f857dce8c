package dev.portcullis.protocol.codec;

import dev.portcullis.kit.PublishedSchemas;
import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes valid frames from a seed and the published schemas, as trees for {@link JsonText}. */
public final class FrameMaker {
    private static final String NAME_CHARS = "abcXYZ019";
    static final String[] CHARS = {"a", "Z", "0", " ", "\n", "\"", "\\", "/", "é", "€", "👋", "\u2028", "\u0000"};
    private static final String[] NUMBERS = {"0", "1", "42.0", "1e3"};
    private static final int MOST_ITEMS = 4;

    /** With these a frame is within the limit of a message, whatever the characters. */
    private static final int MOST_CHARS = 5_000;

    private static final String FREE_TEXT = "^\\P{Cs}*$";

    private final Random random;
    private final int optionalOneIn;
    private final Map<String, Supplier<String>> byPattern = Map.of(
            "^[A-Za-z0-9_-]{1,64}$", () -> name("_-", 64, 0),
            "^[A-Za-z0-9_-]{1,32}$", () -> name("_-", 32, 0),
            "^[A-Za-z0-9_-]{1,512}$", () -> name("_-", 512, 0),
            "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", this::roomId,
            "^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$", () -> name("_.:-@|+", 128, 1),
            "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", this::uuid,
            "^https://[!#-;=?-\\[\\]_a-z~]+$", () -> "https://a.example/x?q=%20&y=[1]" + name("_~", 20, 0),
            "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$",
                    () -> chance(2) ? "image/svg+xml" : "a/" + "b".repeat(125));

    /** @param optionalOneIn one in this many frames has a given optional field; 1 for frames that have them all */
    public FrameMaker(Random random, int optionalOneIn) {
        this.random = random;
        this.optionalOneIn = optionalOneIn;
    }

    public Map<String, Object> valid(FrameType type) {
        return object(PublishedSchemas.of(type));
    }

    private Map<String, Object> object(JsonObject schema) {
        Set<String> required = PublishedSchemas.names(schema, "required");
        List<Set<String>> alternatives = parts(schema, "oneOf").stream()
                .map(each -> PublishedSchemas.names(each, "required"))
                .toList();
        Set<String> others = new HashSet<>();
        alternatives.forEach(others::addAll);
        if (!alternatives.isEmpty()) {
            required.addAll(alternatives.get(random.nextInt(alternatives.size())));
        }
        others.removeAll(required);
        Set<String> notTogether = PublishedSchemas.names(schema.getJsonObject("not", new JsonObject()), "required");
        notTogether.stream()
                .skip(notTogether.isEmpty() ? 0 : random.nextInt(notTogether.size()))
                .limit(1)
                .forEach(kept ->
                        notTogether.stream().filter(name -> !name.equals(kept)).forEach(others::add));
        JsonObject needs = schema.getJsonObject("dependentRequired", new JsonObject());
        Map<String, Object> made = new LinkedHashMap<>();
        for (String name : schema.getJsonObject("properties").fieldNames()) {
            boolean possible = !others.contains(name)
                    && needs.getJsonArray(name, new JsonArray()).stream().allMatch(required::contains);
            if (required.contains(name) || (possible && chance(optionalOneIn))) {
                made.put(name, value(property(schema, name, required)));
            }
        }
        return made;
    }

    /** The schema of a property, with what it has to be where others are present. */
    private static JsonObject property(JsonObject schema, String name, Set<String> present) {
        JsonObject property = schema.getJsonObject("properties").getJsonObject(name);
        boolean narrowed = schema.containsKey("if")
                && present.containsAll(PublishedSchemas.names(schema.getJsonObject("if"), "required"));
        return narrowed
                ? property.copy()
                        .mergeIn(schema.getJsonObject("then")
                                .getJsonObject("properties")
                                .getJsonObject(name, new JsonObject()))
                : property;
    }

    private Object value(JsonObject schema) {
        if (schema.containsKey("const")) {
            return schema.getString("const");
        }
        if (schema.containsKey("enum")) {
            return pick(schema.getJsonArray("enum").stream().toArray(String[]::new));
        }
        return switch (schema.getString("type", "")) {
            case "string" -> text(schema);
            case "boolean" -> chance(2);
            case "number" -> new JsonText.Literal(chance(2) ? "1.25e3" : "1700000000000");
            case "integer" -> number(schema);
            case "object" -> object(schema);
            case "array" -> items(schema);
            default -> data(3);
        };
    }

    private String text(JsonObject schema) {
        String pattern = schema.getString("pattern");
        if (pattern.equals(FREE_TEXT)) {
            return text(schema.getInteger("minLength", 0), Math.min(MOST_CHARS, schema.getInteger("maxLength")));
        }
        Supplier<String> maker = byPattern.get(pattern);
        if (maker == null) {
            throw new IllegalStateException("no text is known that fits " + pattern);
        }
        return maker.get();
    }

    private JsonText.Literal number(JsonObject schema) {
        long least = schema.getLong("minimum");
        long most = schema.getLong("maximum");
        return new JsonText.Literal(pick(Stream.concat(
                        Stream.of(NUMBERS)
                                .filter(text -> Double.parseDouble(text) >= least && Double.parseDouble(text) <= most),
                        Stream.of(Long.toString(most)))
                .toArray(String[]::new)));
    }

    private List<Object> items(JsonObject schema) {
        int count = 1 + random.nextInt(MOST_ITEMS);
        JsonObject each = schema.getJsonObject("items");
        return schema.getBoolean("uniqueItems", false) ? ofOtherRooms(count, each) : many(count, () -> value(each));
    }

    private List<Object> ofOtherRooms(int count, JsonObject each) {
        Map<Object, Object> byRoom = new LinkedHashMap<>();
        while (byRoom.size() < count) {
            Map<String, Object> one = object(each);
            byRoom.put(one.get("roomId"), one);
        }
        return new ArrayList<>(byRoom.values());
    }

    /** Any value that has this many levels at most. */
    private Object data(int levels) {
        return switch (random.nextInt(levels == 0 ? 5 : 7)) {
            case 0 -> new JsonText.Literal("null");
            case 1 -> chance(2);
            case 2 -> seq();
            case 3 -> new JsonText.Literal("-12.5e-3");
            case 4 -> text(0, 30);
            case 5 -> many(random.nextInt(4), () -> data(levels - 1));
            default -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.put(chance(4) ? "data" : text(0, 10), data(levels - 1));
                }
                yield object;
            }
        };
    }

    Object attachment() {
        return value(property(FrameType.CHAT, "attachments").getJsonObject("items"));
    }

    /** Each for another room. */
    List<Object> roomJoins(int count) {
        return ofOtherRooms(count, property(FrameType.JOIN, "rooms").getJsonObject("items"));
    }

    Object position() {
        return value(property(FrameType.JOIN, "since"));
    }

    private static JsonObject property(FrameType type, String name) {
        return PublishedSchemas.of(type).getJsonObject("properties").getJsonObject(name);
    }

    JsonText.Literal seq() {
        return new JsonText.Literal(pick(new String[] {"0", "1", "42.0", "1e3", "9007199254740991"}));
    }

    String roomId() {
        return name("_.:-", 64, 1);
    }

    private String name(String others, int maxLength, int plainStart) {
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(chance(4) ? maxLength : 8);
        for (int i = 0; i < length; i++) {
            String chars = i < plainStart ? NAME_CHARS : NAME_CHARS + others;
            name.append(chars.charAt(random.nextInt(chars.length())));
        }
        return name.toString();
    }

    String uuid() {
        return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }

    String text(int minLength, int maxLength) {
        int length = chance(20) ? maxLength : minLength + random.nextInt(Math.min(12, maxLength - minLength + 1));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(pick(CHARS));
        }
        return text.toString();
    }

    List<Object> many(int count, Supplier<Object> each) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(each.get());
        }
        return all;
    }

    private static List<JsonObject> parts(JsonObject schema, String list) {
        return schema.getJsonArray(list, new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
